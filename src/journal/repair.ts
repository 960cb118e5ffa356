/** Repair of what a killed writer or a full disk left: bytes behind the last complete line. */
import {ftruncateSync} from 'node:fs';

import {scanBack} from './scan-back.ts';

/**
 * Cuts everything behind the last newline off a file of `size` bytes and returns what is left of it.
 * No reader is hurt: none consumes past the last newline. Complete lines are never touched.
 */
export function cutTornTail(fd: number, size: number): number {
  const {offset} = scanBack(fd, size, 1);
  if (offset < size) ftruncateSync(fd, offset);
  return offset;
}
