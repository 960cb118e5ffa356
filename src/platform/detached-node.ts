/** Starts a Node program in a session of its own, tied to nothing of ours: not our terminal, stdio, cwd or group. */
import {spawn} from 'node:child_process';
import {closeSync, writeSync} from 'node:fs';
import {Readable} from 'node:stream';

import {codeOf, type ErrorCode, messageOf, StintError} from '../base/index.ts';
import {environment} from './environment.ts';

/**
 * Resolves when the program says that it is ready, or has left without a complaint (what that means is for the caller to
 * find out). Rejects with its complaint, or when it cannot be started.
 */
export function startDetachedNode(
  script: string,
  args: readonly string[],
  nodeOptions: readonly string[],
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...nodeOptions, script, ...args, READY], {
      cwd: '/',
      detached: true,
      env: ownEnvironment(),
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
const READY = '--ready-fd=3';

/** In the started program: tells whoever waits that it is ready, or why it cannot be. Does nothing when it was started by hand. */
export function tellStarter(argv: readonly string[], error?: unknown): void {
  if (!argv.includes(READY)) return;
  if (error !== undefined)
    writeSync(3, JSON.stringify({code: codeOf(error), message: messageOf(error), hint: hintOf(error)}));
  closeSync(3);
}

function hintOf(error: unknown): string | undefined {
  return error instanceof StintError ? error.hint : undefined;
}

function complaintOf(text: string): StintError {
  const {
    code = 'INTERNAL',
    message,
    hint,
  } = JSON.parse(text) as {code?: ErrorCode; message: string; hint?: string};
  return new StintError(code, message, {hint});
}

/** What the program needs of our environment. A job gets its submitter's environment, not this one. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const kept: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(environment())) {
    if (KEPT.has(name) || name.startsWith('STINT_') || name.startsWith('XDG_') || name.startsWith('LC_'))
      kept[name] = value;
  }
  return kept;
}

const KEPT = new Set(['HOME', 'PATH', 'USER', 'LOGNAME', 'LANG', 'TZ', 'TMPDIR']);
