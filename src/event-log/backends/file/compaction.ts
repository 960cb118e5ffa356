/**
 * Removing the oldest entries of a topic, for whoever holds its lock, right at every step:
 *
 * 1. What stays is brought to the disk, so that no power failure takes an entry below the head that is noted next.
 * 2. `state.json` says which entry is the first now, what the head is, and from which hash the chain goes on. From here on
 *    the others are gone for everybody, whether they still stand in a file or not.
 * 3. When none is left the next segment begins, so that segments, like ids, are never counted from the start again, and
 *    those who watch the last one are told.
 * 4. Segments without a single entry that is left are removed, the oldest first.
 *
 * Whoever is killed behind step 2 leaves files that nobody reads; the next compaction begins with removing them.
 */
import {chmodSync, closeSync, constants, fstatSync, readSync, statSync} from 'node:fs';

import {hasCode} from '../../../base/index.ts';
import {listSegments, numberOf, segmentPath} from '../../../journal/index.ts';
import {openPrivate, PRIVATE_FILE} from '../../../platform/index.ts';
import type {Slice} from '../../stored/slice.ts';
import {damaged} from './damage.ts';
import type {DiskCalls} from './disk-calls.ts';
import type {PageReader} from './page-reader.ts';
import type {Anchor, KeptState} from './state-file.ts';
import type {Head} from './topic-writer.ts';

/** More than the head of a line up to its number takes. */
const NUMBER_HEAD_BYTES = 48;

/** What `state.json` says when the entries up to `upTo`, an id that is there, are gone. */
export function compactedState({kept, id}: Head, upTo: number, reader: PageReader): KeptState {
  const anchor = kept.anchor !== undefined && upTo > kept.anchor.id ? anchorAt(upTo, reader) : kept.anchor;
  return {...kept, first: upTo + 1, head: id, anchor};
}

/** Steps 1 and 2; `set` writes `state.json` and returns when it is on the disk. */
export function hideEntries(
  log: string,
  state: KeptState,
  disk: DiskCalls,
  set: (state: KeptState) => void,
): void {
  for (const segment of listSegments(log)) syncSegment(segmentPath(log, segment), disk);
  set(state);
}

/** What is left of a topic: the first id that is, and the newest that was given, as they are now. */
export interface Left {
  readonly first: number;
  readonly head: number;
}

/** Steps 3 and 4, as far as they are to be done. Throws when a file cannot be removed. */
export function removeHidden(log: string, left: Left, disk: DiskCalls): void {
  const segments = listSegments(log);
  const last = segments.at(-1);
  if (last !== undefined && isAllHidden(log, last, left)) {
    disk.make(segmentPath(log, last + 1));
    chmodSync(segmentPath(log, last), PRIVATE_FILE); // changes nothing but tells those who watch it
    segments.push(last + 1);
  }
  for (const segment of removable(log, segments, left)) disk.removeSegment(segmentPath(log, segment));
}

/** Whether a segment is there that nobody reads any more. */
export function hasRemovable(log: string, left: Left): boolean {
  const segments = listSegments(log);
  const last = segments.at(-1);
  if (last !== undefined && isAllHidden(log, last, left)) return true;
  return removable(log, segments, left).next().done !== true;
}

/** What is left as slices, each a segment: only whole ones go. A segment before one of which it is not known where it begins is a slice together with that one. */
export function segmentSlices(log: string, {first, head}: Left): Slice[] {
  const slices: Slice[] = [];
  let bytes = 0;
  let newestMs = 0;
  const files = listSegments(log).map(segment => segmentPath(log, segment));
  for (const [at, file] of files.entries()) {
    const stats = statSync(file, {throwIfNoEntry: false});
    bytes += stats?.size ?? 0;
    newestMs = Math.max(newestMs, Math.trunc(stats?.mtimeMs ?? 0));
    const next = files[at + 1];
    const begins = next === undefined ? head + 1 : firstOf(next, head);
    if (begins === undefined || begins <= first || begins === 1 + (slices.at(-1)?.upTo ?? 0)) continue;
    slices.push({upTo: begins - 1, bytes, newestMs});
    [bytes, newestMs] = [0, 0];
  }
  return slices;
}

function isAllHidden(log: string, lastSegment: number, {first, head}: Left): boolean {
  return first > head && !isEmpty(segmentPath(log, lastSegment));
}

/** The hash of an entry that goes away. */
function anchorAt(id: number, reader: PageReader): Anchor {
  const [entry] = reader.read({from: id, to: id, limit: 1, maxBytes: 1});
  if (entry?.hash === undefined || entry.hash === null) {
    throw damaged(`entry ${id}`, 'its hash is missing, from which the chain would have to go on');
  }
  return {id, hash: entry.hash};
}

/** The segments, oldest first, of which the next one begins with an entry that is left or before. Never the last one. */
function* removable(
  log: string,
  segments: readonly number[],
  {first, head}: Left,
): Generator<number, void, undefined> {
  for (const [at, segment] of segments.entries()) {
    const next = segments[at + 1];
    if (next === undefined) return;
    if ((firstOf(segmentPath(log, next), head) ?? Number.POSITIVE_INFINITY) > first) return;
    yield segment;
  }
}

/** The id with which a segment begins, or will; undefined where its first line is no entry. */
function firstOf(file: string, head: number): number | undefined {
  return firstIdOf(file) ?? (isEmpty(file) ? head + 1 : undefined);
}

/** Undefined where the first line is no entry, or there is none. */
function firstIdOf(file: string): number | undefined {
  return withFile(file, fd => {
    const bytes = Buffer.allocUnsafe(NUMBER_HEAD_BYTES);
    const read = readSync(fd, bytes, 0, bytes.length, 0);
    return numberOf(bytes.toString('latin1', 0, read), 'id');
  });
}

function isEmpty(file: string): boolean {
  return withFile(file, fd => fstatSync(fd).size === 0) ?? true;
}

function syncSegment(file: string, disk: DiskCalls): void {
  withFile(file, fd => disk.sync(fd));
}

/** Undefined where the file is gone. */
function withFile<T>(file: string, use: (fd: number) => T): T | undefined {
  let fd: number;
  try {
    fd = openPrivate(file, constants.O_RDONLY);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
  try {
    return use(fd);
  } finally {
    closeSync(fd);
  }
}
