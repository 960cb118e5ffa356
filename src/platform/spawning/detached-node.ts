/** Starts a Node program in a session of its own, tied to nothing of ours: not our terminal, stdio, cwd or group. */
import {spawn} from 'node:child_process';
import {closeSync, readdirSync, readFileSync, writeSync} from 'node:fs';
import {Readable} from 'node:stream';

import {codeOf, type ErrorCode, messageOf, StintError} from '../../base/index.ts';
import {environment} from '../environment.ts';

export interface DetachedOptions {
  readonly nodeOptions: readonly string[];
  /** Names of variables that it does not get, of those that it would. */
  readonly dropped?: readonly string[];
}

/**
 * Resolves when the program says that it is ready, or has left without a complaint (what that means is for the caller to
 * find out). Rejects with its complaint, or when it cannot be started.
 */
export function startDetachedNode(
  script: string,
  args: readonly string[],
  {nodeOptions, dropped = []}: DetachedOptions,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...nodeOptions, script, ...args, READY], {
      cwd: '/',
      detached: true,
      env: ownEnvironment(dropped),
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    child.once('error', reject);
    const ready = child.stdio[3];
    if (!(ready instanceof Readable)) return;
    let complaint = '';
    ready.setEncoding('utf8').on('data', (text: string) => {
      complaint += text;
    });
    ready.once('error', () => resolve());
    ready.once('close', () => (complaint === '' ? resolve() : reject(complaintOf(complaint))));
    child.unref();
  });
}

/** The argument that tells the program that somebody waits for descriptor 3 to be closed. */
export const READY = '--ready-fd=3';

/**
 * In the started program: tells whoever waits that it is ready, or why it cannot be. Does nothing when it was started by
 * hand, or when whoever waited is gone.
 */
export function tellStarter(argv: readonly string[], error?: unknown): void {
  if (!argv.includes(READY)) return;
  try {
    if (error !== undefined)
      writeSync(3, JSON.stringify({code: codeOf(error), message: messageOf(error), hint: hintOf(error)}));
  } catch (failure) {
    if (codeOf(failure) !== 'EPIPE') throw failure;
  } finally {
    closeSync(3);
  }
}

/**
 * In the started program: closes what it was born with without asking for it, before anything else is opened. Node
 * itself keeps descriptors below 16 from its children; a lock or a pipe that the starter's shell holds higher up would
 * else stay open as long as this program, and every program that it starts, lives.
 */
export function closeInheritedDescriptors(argv: readonly string[]): void {
  for (const name of openDescriptors()) {
    const fd = Number(name);
    const isReadyPipe = fd === 3 && argv.includes(READY);
    if (fd > 2 && !isReadyPipe && !closesOnExec(fd)) closeSync(fd);
  }
}

/** Only Linux tells which descriptors came from outside; elsewhere nothing is closed. */
function openDescriptors(): string[] {
  try {
    return process.platform === 'linux' ? readdirSync('/proc/self/fd') : [];
  } catch {
    return []; // no /proc
  }
}

/** Node opens everything so that it closes on exec, so what does not was there before. */
function closesOnExec(fd: number): boolean {
  try {
    const flags = /^flags:\s*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1];
    return flags === undefined || (Number.parseInt(flags, 8) & CLOSE_ON_EXEC) !== 0;
  } catch {
    return true; // it was the one that listed the directory
  }
}

const CLOSE_ON_EXEC = 0o2000000;

function hintOf(error: unknown): string | undefined {
  return error instanceof StintError ? error.hint : undefined;
}

/** What was told to a starter. */
export function complaintOf(text: string): StintError {
  const {
    code = 'INTERNAL',
    message,
    hint,
  } = JSON.parse(text) as {code?: ErrorCode; message: string; hint?: string};
  return new StintError(code, message, {hint});
}

/** What the program needs of our environment. A job gets its submitter's environment, not this one. */
function ownEnvironment(dropped: readonly string[]): NodeJS.ProcessEnv {
  const kept: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(environment())) {
    if (dropped.includes(name)) continue;
    if (
      KEPT.has(name) ||
      (name.startsWith('STINT_') && name !== 'STINT_JOB_ID') ||
      name.startsWith('XDG_') ||
      name.startsWith('LC_')
    )
      kept[name] = value;
  }
  return kept;
}

/** `CI` tells that nobody wants work to be done that was not asked for. */
const KEPT = new Set(['CI', 'HOME', 'PATH', 'USER', 'LOGNAME', 'LANG', 'TZ', 'TMPDIR']);
