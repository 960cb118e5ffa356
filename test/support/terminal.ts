/** stint on a terminal of a certain size. Needs python3, because Node cannot make a terminal. */
import {spawn} from 'node:child_process';
import {join} from 'node:path';

import {type Reading, reading} from './reading.ts';
import {PROGRAMS, type RunOptions, type Sandbox, STINT} from './sandbox.ts';

export interface Terminal extends Reading {
  /** What is printed, all lines ending with `\n`. */
  readonly lines: readonly string[];
  resize(columns: number, rows: number): void;
  type(text: string): void;
}

export const CTRL_C = '\u0003';

export function onTerminal(
  sandbox: Sandbox,
  [columns, rows]: readonly [number, number],
  args: readonly string[],
  {cwd = sandbox.work, env = {}}: RunOptions = {},
): Terminal {
  const program = [join(PROGRAMS, 'on-terminal.py'), String(columns), String(rows), process.execPath, STINT];
  const child = spawn('python3', [...program, ...args], {
    cwd,
    env: {...sandbox.environment(), NO_COLOR: '1', TERM: 'xterm', ...env},
    stdio: 'pipe',
  });
  const read = reading(child);
  return {
    get text() {
      return read.text;
    },
    get stderr() {
      return read.stderr;
    },
    get lines() {
      return read.text.replaceAll('\r\n', '\n').split('\n');
    },
    ended: read.ended,
    resize: (width, height) => void child.stdin.write(`resize ${width} ${height}\n`),
    type: text => void child.stdin.write(`type ${text}\n`),
  };
}
