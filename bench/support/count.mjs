/** How often an ASCII text stands in a file of any size. */
import {closeSync, openSync, readSync} from 'node:fs';

export function countIn(path, text) {
  const fd = openSync(path, 'r');
  const block = Buffer.alloc(4 * 1024 * 1024);
  const overlap = text.length - 1;
  let [count, kept] = [0, 0];
  for (;;) {
    const length = kept + readSync(fd, block, kept, block.length - kept, null);
    if (length === kept) break;
    const bytes = block.subarray(0, length);
    for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + text.length)) count++;
    kept = Math.min(overlap, length);
    bytes.copyWithin(0, length - kept);
  }
  closeSync(fd);
  return count;
}
