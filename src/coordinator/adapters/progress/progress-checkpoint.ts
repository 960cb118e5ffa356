/**
 * What a follower has learnt of a job's progress up to a byte of `progress.jsonl`, in a file beside it: the head, a line of
 * JSON, then the few records that stand for all before that byte. Who reads these and the records from there on knows
 * what the follower knows. It is replaced as a whole; one that does not fit to the file any more counts for nothing.
 */
import {existsSync, fstatSync, readSync, rmSync} from 'node:fs';
import {join} from 'node:path';

import {readPrivate, replaceFile} from '../../../platform/index.ts';
import {type ProgressRecord, type ProgressSummary, parseProgressLine} from '../../../progress/index.ts';
import {JOB_FILES} from '../directory/job-paths.ts';

export interface ProgressCheckpoint {
  /** The byte of the file up to which the digest stands for its records; a line begins there. */
  readonly offset: number;
  /** Which file: its device and inode, and what stands in it before the offset. */
  readonly mark: FileMark;
  /** When the worker last moved until then, Unix milliseconds. */
  readonly moved_at_ms: number | null;
  /** What would be kept in the row if the job were closed then. */
  readonly summary: ProgressSummary;
  readonly digest: readonly ProgressRecord[];
}

export interface FileMark {
  readonly dev: number;
  readonly ino: number;
  /** At most 64 bytes, as base64. */
  readonly before: string;
}

/** Not more: a reader of many jobs has to read it. One that would be larger is not written. */
const MOST_BYTES = 128 * 1024;
const MARK_BYTES = 64;
const FORMAT = 1;

/** False when it would be too large. Throws when it cannot be written; the one before is then still there. */
export function writeCheckpoint(directory: string, {digest, ...head}: ProgressCheckpoint): boolean {
  const lines = [{format: FORMAT, ...head}, ...digest].map(line => `${JSON.stringify(line)}\n`).join('');
  if (Buffer.byteLength(lines) > MOST_BYTES) return false;
  replaceFile(join(directory, JOB_FILES.checkpoint), lines);
  return true;
}

/** Undefined where there is none that this version understands. */
export function readCheckpoint(directory: string): ProgressCheckpoint | undefined {
  try {
    const [head = '', ...lines] = (readPrivate(join(directory, JOB_FILES.checkpoint)) ?? '').split('\n');
    const {format, ...told} = JSON.parse(head) as Omit<ProgressCheckpoint, 'digest'> & {format: number};
    if (format !== FORMAT || !Number.isSafeInteger(told.offset) || told.offset < 0) return undefined;
    return {...told, digest: lines.flatMap(line => parseProgressLine(line) ?? [])};
  } catch {
    return undefined; // none, or one that the job put there: its own file tells all
  }
}

/** What a coordinator knew of a file that is not there any more. */
export function keptSummary(directory: string): ProgressSummary | undefined {
  return existsSync(join(directory, JOB_FILES.progress)) ? undefined : readCheckpoint(directory)?.summary;
}

export function removeCheckpoint(directory: string): void {
  rmSync(join(directory, JOB_FILES.checkpoint), {force: true});
}

/** Marks the place in an open file behind which it may be read again. */
export function markOf(fd: number, offset: number): FileMark {
  const {dev, ino} = fstatSync(fd);
  const before = Buffer.alloc(Math.min(MARK_BYTES, offset));
  const bytes = readSync(fd, before, 0, before.length, offset - before.length);
  return {dev, ino, before: before.toString('base64', 0, bytes)};
}

/** Whether the checkpoint is of this file as it is now. */
export function fits({offset, mark}: ProgressCheckpoint, fd: number): boolean {
  const {dev, ino, before} = markOf(fd, offset);
  return mark.dev === dev && mark.ino === ino && mark.before === before;
}
