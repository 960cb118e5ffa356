/**
 * Temporary directories on a disk: on a tmpfs a file costs a tenth, and every ratio would be kinder than it is. They
 * lie outside any git repository.
 */
import {mkdtempSync, realpathSync, rmSync, statfsSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

import {GIVEN} from './environment.mjs';

const TMPFS = 0x01021994;
const NAMES = {61267: 'ext4', 2435016766: 'btrfs', 1481003842: 'xfs', 2035054128: 'overlayfs'};

/** The directory that holds all others: `$STINT_BENCH_TMP`, else the first usual place that is on a disk. */
export const PLACE = findPlace();
const made = [];

/** A new directory, removed by `removeAll`. */
export function temporaryDirectory() {
  const directory = realpathSync(mkdtempSync(join(PLACE, 'stint-bench-')));
  made.push(directory);
  return directory;
}

export function remove(directory) {
  rmSync(directory, {recursive: true, force: true, maxRetries: 15});
}

export function removeAll() {
  for (const directory of made.splice(0)) remove(directory);
}

/** The kind of file system that the directories are on. */
export function fileSystem() {
  const {type} = statfsSync(PLACE);
  return NAMES[type] ?? `file system ${type.toString(16)}`;
}

function findPlace() {
  const places = [GIVEN.STINT_BENCH_TMP, tmpdir(), '/var/tmp'].filter(place => place);
  const place = places.find(each => statfsSync(each).type !== TMPFS);
  if (place === undefined)
    throw new Error(`${places.join(' and ')} are in memory. Set STINT_BENCH_TMP to a directory on a disk.`);
  return place;
}
