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
  enter(): void;
}

export const [CTRL_C, CTRL_Z] = ['\u0003', '\u001a'];

/** A text of a shell on that terminal, in which `stint` is the one of this checkout. */
export function shellOnTerminal(
  sandbox: Sandbox,
  size: readonly [number, number],
  text: string,
  options: RunOptions = {},
): Terminal {
  const prelude = `stint() { "${process.execPath}" "${STINT}" "$@"; }`;
  return start(sandbox, size, ['sh', '-c', `${prelude}; ${text}`], options);
}

/** Another program on a terminal. */
export function programOnTerminal(
  sandbox: Sandbox,
  size: readonly [number, number],
  command: readonly string[],
  options: RunOptions = {},
): Terminal {
  return start(sandbox, size, command, options);
}

export function onTerminal(
  sandbox: Sandbox,
  size: readonly [number, number],
  args: readonly string[],
  options: RunOptions = {},
): Terminal {
  return start(sandbox, size, [process.execPath, STINT, ...args], options);
}

function start(
  sandbox: Sandbox,
  [columns, rows]: readonly [number, number],
  command: readonly string[],
  {cwd = sandbox.work, env = {}}: RunOptions,
): Terminal {
  const program = [join(PROGRAMS, 'on-terminal.py'), String(columns), String(rows)];
  const child = spawn('python3', [...program, ...command], {
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
    enter: () => void child.stdin.write('enter -\n'),
  };
}
