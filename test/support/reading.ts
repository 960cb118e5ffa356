/** What a process that goes on has printed so far. */
import type {ChildProcess} from 'node:child_process';
import {once} from 'node:events';

export interface Reading {
  /** What was printed on stdout so far. */
  readonly text: string;
  readonly stderr: string;
  /** The exit code. */
  readonly ended: Promise<number | null>;
}

export function reading(child: ChildProcess): Reading {
  let text = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  child.stderr?.setEncoding('utf8').on('data', (piece: string) => {
    stderr += piece;
  });
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return {
    get text() {
      return text;
    },
    get stderr() {
      return stderr;
    },
    ended,
  };
}
