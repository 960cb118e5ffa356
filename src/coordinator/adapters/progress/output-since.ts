/** What a job printed since somebody looked, from the files that it prints into. Only a little of each is read. */
import {closeSync, fstatSync, readSync} from 'node:fs';
import {join} from 'node:path';

import {openIfThere} from '../../../platform/index.ts';
import {isNewOutput} from '../../domain/index.ts';
import type {OutputBytes, OutputSeen} from '../../ports/index.ts';
import {JOB_FILES} from '../directory/job-paths.ts';

/** So much is looked at behind what was known, and before it. Of more the end tells. */
const LOOKED_AT_BYTES = 16 * 1024;

/** A file that is gone, or was cut, has nothing new. Throws what its system says besides. */
export function outputSince(directory: string, [out, err]: OutputBytes): OutputSeen {
  const found = [
    streamSince(join(directory, JOB_FILES.out), out),
    streamSince(join(directory, JOB_FILES.err), err),
  ] as const;
  return {bytes: [found[0].bytes, found[1].bytes], isNew: found.some(({isNew}) => isNew)};
}

function streamSince(path: string, known: number): {bytes: number; isNew: boolean} {
  const fd = openIfThere(path);
  if (fd === undefined) return {bytes: 0, isNew: false};
  try {
    const {size} = fstatSync(fd);
    const from = size < known ? 0 : known; // who cuts it and goes on has printed all that is there
    if (size === from) return {bytes: size, isNew: false};
    if (size - from > LOOKED_AT_BYTES)
      return {bytes: size, isNew: isNewOutput(undefined, textAt(fd, size - LOOKED_AT_BYTES, size))};
    const before = textAt(fd, Math.max(0, from - LOOKED_AT_BYTES), from);
    return {bytes: size, isNew: isNewOutput(before, textAt(fd, from, size))};
  } finally {
    closeSync(fd);
  }
}

/** A character per byte: what is compared need not be understood. */
function textAt(fd: number, from: number, to: number): string {
  const buffer = Buffer.allocUnsafe(to - from);
  return buffer.toString('latin1', 0, readSync(fd, buffer, 0, buffer.length, from));
}
