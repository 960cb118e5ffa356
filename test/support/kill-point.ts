/** A coordinator that kills itself at a named point of its writing: before or after a write of a kind. */
import {spawn} from 'node:child_process';
import {existsSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {isRunning, type Sandbox, STINT, until} from './sandbox.ts';

export interface KillPoint {
  readonly when: 'before' | 'after';
  /**
   * A file is moved to a path that ends so, one line that holds this is written to any file, a file whose path ends so is
   * removed, or a path that holds this is given to a call.
   */
  readonly what: {readonly movedTo: string} | {readonly written: string} | {readonly removed: string} | Call;
  /** Only moves of a file that holds this. */
  readonly holding?: string;
}

/** By its first argument; `nth`: which of these calls it is, from 1. */
export interface Call {
  readonly call: 'renameSync' | 'unlinkSync' | 'rmdirSync';
  readonly path: string;
  readonly nth?: number;
}

/** Starts such a coordinator; resolves when it serves, with a promise of its end. */
export async function startDoomed(
  sandbox: Sandbox,
  point: KillPoint,
): Promise<{readonly killed: Promise<void>}> {
  const preload = join(sandbox.root, 'kill-point.cjs');
  const reached = join(sandbox.root, 'kill-point-reached');
  writeFileSync(preload, preloadText(point, reached));
  const entry = join(STINT, '..', '..', 'dist', 'cli', 'coordinator-entry.cjs');
  const {pid = 0} = spawn(process.execPath, ['--require', preload, entry, sandbox.state], {
    env: sandbox.environment(),
    stdio: 'ignore',
  });
  await until(async () => (await sandbox.coordinatorPid()) === pid);
  return {killed: until(() => existsSync(reached) && !isRunning(pid))};
}

function preloadText({when, what, holding = ''}: KillPoint, reached: string): string {
  const kill = `fs.closeSync(fs.openSync(${JSON.stringify(reached)}, 'w')); process.kill(process.pid, 'SIGKILL');`;
  const [name, isMeant] = calls(what, holding);
  return `const fs = require('node:fs');
const {readFileSync, ${name}: original} = fs;
let seen = 0;
const isLine = (bytes, word) => {
  const text = String(bytes);
  return text.includes(word) && text.indexOf('\\n') === text.length - 1;
};
fs.${name} = (...args) => {
  const isMeant = ${isMeant};
  if (isMeant && ${when === 'before'}) { ${kill} }
  const result = original(...args);
  if (isMeant && ${when === 'after'}) { ${kill} }
  return result;
};
`;
}

/** The function of `node:fs`, and whether a call of it is meant. */
function calls(what: KillPoint['what'], holding: string): readonly [string, string] {
  if ('call' in what)
    return [
      what.call,
      `String(args[0]).includes(${JSON.stringify(what.path)}) && ++seen === ${what.nth ?? 1}`,
    ];
  if ('written' in what) return ['writeSync', `isLine(args[1], ${JSON.stringify(what.written)})`];
  if ('removed' in what) return ['rmSync', `String(args[0]).endsWith(${JSON.stringify(what.removed)})`];
  const isThere = `String(args[1]).endsWith(${JSON.stringify(what.movedTo)})`;
  return ['renameSync', `${isThere} && readFileSync(args[0], 'utf8').includes(${JSON.stringify(holding)})`];
}
