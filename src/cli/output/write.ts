/** Writing to stdout and stderr at once and in full. `console` and streams cost milliseconds at the start. */

import {writeSync} from 'node:fs';
import {codeOf, StintError, visible} from '../../base/index.ts';
import {outputReason, writeWhole} from '../../platform/index.ts';

/**
 * Data, and nothing but data: a command that also does something tells it through `Answers`. Throws `OUTPUT_CLOSED` when
 * the reader is gone (`stint logs … | head`), by which the command ends quietly, and `OUTPUT_FAILED` otherwise.
 */
export function out(text: string | Uint8Array): void {
  try {
    writeText(1, text);
  } catch (error) {
    throw cannotWrite(error);
  }
}

/** Everything else. What cannot be written is dropped: nobody is left who could be told. */
export function err(text: string): void {
  try {
    writeText(2, text);
  } catch {
    // closed, a full disk, or its reader is gone
  }
}

/** A line for people on stderr, and more that belong to it. Names and paths of others in it have no effect on a terminal. */
export function say(text: string, more: readonly string[] = []): void {
  err(`stint: ${[text, ...more].map(visible).join(MORE)}\n`);
}

/** Lines behind the first one stand below its text. */
const MORE = '\n       ';

function writeText(fd: number, text: string | Uint8Array): void {
  writeWhole(fd, typeof text === 'string' ? Buffer.from(text) : text, writePatiently);
}

function writePatiently(fd: number, bytes: Uint8Array, offset: number): number {
  for (;;) {
    try {
      return writeSync(fd, bytes, offset);
    } catch (error) {
      if (codeOf(error) !== 'EAGAIN') throw error;
      Atomics.wait(SLEEPER, 0, 0, 2); // a full pipe that does not block: its reader needs a moment
    }
  }
}

const SLEEPER = new Int32Array(new SharedArrayBuffer(4));

function cannotWrite(cause: unknown): StintError {
  const code = codeOf(cause);
  if (code === 'EPIPE' || code === 'ECONNRESET')
    return new StintError('OUTPUT_CLOSED', 'Nobody reads stdout any more.', {cause});
  return new StintError('OUTPUT_FAILED', `Cannot write to stdout: ${outputReason(cause)}.`, {
    cause,
    hint: 'Send it to another place: stint … > file, or stint … | cat',
  });
}
