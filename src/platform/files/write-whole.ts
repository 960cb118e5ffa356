import {writeSync} from 'node:fs';

/** Writes some of the bytes from an offset on; tells how many. */
export type WriteSome = (fd: number, bytes: Uint8Array, offset: number, length: number) => number;

/** Writes all of the bytes. Throws what a write throws; part of them may be there then. */
export function writeWhole(fd: number, bytes: Uint8Array, write: WriteSome = writeSync): void {
  for (let at = 0; at < bytes.length; ) {
    const written = write(fd, bytes, at, bytes.length - at);
    // A short write means trouble: asking again for the rest is what names it.
    if (written === 0) throw new Error('the file took no bytes');
    at += written;
  }
}
