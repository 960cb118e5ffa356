/**
 * Starts stint from a shell script, for what Node cannot hand to a child itself: bytes that are not UTF-8, a umask, an
 * open descriptor. In the script, `stint` and `$NODE $STINT` are this checkout's.
 */
import {spawn} from 'node:child_process';
import {once} from 'node:events';

import {type Sandbox, STINT} from './sandbox.ts';

export interface ShellEnd {
  readonly code: number | null;
  /** Null unless a signal ended the shell. */
  readonly signal: NodeJS.Signals | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface ShellOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs the script in a session of its own; `operands` are its `$1`, `$2`, … */
export async function shell(
  sandbox: Sandbox,
  script: string,
  operands: readonly string[] = [],
  {cwd = sandbox.work, env = {}}: ShellOptions = {},
): Promise<ShellEnd> {
  const child = spawn('/bin/sh', ['-c', `${PRELUDE}\n${script}`, 'sh', ...operands], {
    cwd,
    detached: true,
    env: {...sandbox.environment(), ...env, NODE: process.execPath, STINT},
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stdout: Buffer[] = [];
  let stderr = '';
  child.stdout.on('data', (piece: Buffer) => stdout.push(piece));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return {code, signal, stdout: Buffer.concat(stdout), stderr};
}

/** What stint printed on stdout, as bytes. Throws when it does not exit with 0. */
export async function bytesOf(
  sandbox: Sandbox,
  args: readonly string[],
  options?: ShellOptions,
): Promise<Buffer> {
  const {code, stdout, stderr} = await shell(sandbox, 'exec "$NODE" "$STINT" "$@"', args, options);
  if (code !== 0) throw new Error(`stint ${args.join(' ')} exited with ${code}\n${stderr}`);
  return stdout;
}

const PRELUDE = 'stint() { "$NODE" "$STINT" "$@"; }';
