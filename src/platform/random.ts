/** Chance, from the system's device: `node:crypto` has the same, but loading it takes 3 ms, and `stint run` needs an id. */
import {closeSync, openSync, readSync} from 'node:fs';

/** So many random bytes as hex digits, two for each. */
export function randomHex(bytes: number): string {
  const fd = openSync('/dev/urandom', 'r');
  try {
    const random = Buffer.alloc(bytes);
    readSync(fd, random);
    return random.toString('hex');
  } finally {
    closeSync(fd);
  }
}
