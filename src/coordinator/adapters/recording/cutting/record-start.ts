import {lineEnd} from '../../../../base/index.ts';
import type {SpoolFiles} from '../spool-files.ts';
import type {SpoolStream} from '../transcoding/spool-transcoder.ts';

const LOOKED_AT_BYTES = 128 * 1024;

/** Where a line begins in a spool, at an offset or behind it; of a line that is longer than that where a character does. */
export function recordStart(spools: SpoolFiles, stream: SpoolStream, offset: number): number {
  // What begins there has its line end one byte before.
  const from = Math.max(0, offset - 1);
  const buffer = Buffer.allocUnsafe(LOOKED_AT_BYTES);
  const bytes = buffer.subarray(0, spools.read(stream, buffer, from, buffer.length));
  const end = lineEnd(bytes);
  if (end > 0) return from + end;
  let at = offset - from;
  while (at < bytes.length && at < offset - from + 3 && isContinuation(bytes[at])) at += 1;
  return from + at;
}

function isContinuation(byte = 0): boolean {
  return (byte & 0xc0) === 0x80;
}
