/** Writing to stdout and stderr at once and in full. `console` and streams cost milliseconds at the start. */
import {writeSync} from 'node:fs';

import {codeOf} from '../../base/index.ts';

/** Data. Ends the process quietly when the reader is gone (`stint logs … | head`). */
export function out(text: string | Uint8Array): void {
  writeAll(1, text);
}

/** Everything else. */
export function err(text: string): void {
  writeAll(2, text);
}

/** A line for people on stderr. */
export function say(text: string): void {
  err(`stint: ${text}\n`);
}

function writeAll(fd: number, text: string | Uint8Array): void {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      const code = codeOf(error);
      if (code === 'EPIPE') process.exit(0);
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(SLEEPER, 0, 0, 2); // a full pipe that does not block: its reader needs a moment
    }
  }
}

const SLEEPER = new Int32Array(new SharedArrayBuffer(4));
