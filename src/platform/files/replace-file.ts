/**
 * Putting a new file in the place of an old one: whoever reads finds one or the other, whole. It is written beside it
 * and, where that is asked for, brought to the disk before it gets the name, so that not even a power failure leaves half of
 * it there.
 */
import {closeSync, constants, renameSync, writeSync} from 'node:fs';
import {dirname} from 'node:path';

import {openPrivate} from './private-file.ts';
import {type WriteSome, writeWhole} from './write-whole.ts';

export interface ReplaceCalls {
  readonly write: WriteSome;
  readonly rename: (from: string, to: string) => void;
  /** Brings the new file to the disk. Default: nothing does. */
  readonly sync: (fd: number) => void;
  /** Brings its name there. Default: nothing does. */
  readonly syncDirectory: (path: string) => void;
}

/** Makes a private file of that content. Only for one process at a time. Throws what fails; the old file is then still there. */
export function replaceFile(
  path: string,
  content: string | Uint8Array,
  calls: Partial<ReplaceCalls> = {},
): void {
  const {write = writeSync, rename = renameSync, sync, syncDirectory} = calls;
  const next = onItsWayTo(path);
  const fd = openPrivate(next, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC);
  try {
    writeWhole(fd, typeof content === 'string' ? Buffer.from(content) : content, write);
    sync?.(fd);
  } finally {
    closeSync(fd);
  }
  rename(next, path);
  syncDirectory?.(dirname(path));
}

/** The path of a file that is on its way to this one. */
export function onItsWayTo(path: string): string {
  return `${path}${ON_ITS_WAY}`;
}

/** Whether a file of this name was on its way into the place of another one: who finds it there knows that it never got it. */
export function isOnItsWay(name: string): boolean {
  return name.endsWith(ON_ITS_WAY);
}

const ON_ITS_WAY = '.new';
