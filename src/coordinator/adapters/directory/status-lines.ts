/**
 * The status records of a job, as lines: in its journal, between the output, and of one that has grown long once more in
 * a file of their own (`status.jsonl`), so that a job's state costs the same at any length of its log, and with any part
 * of that gone. Each is written there first (`recording/status-copy.ts`), so the copy holds all that the journal does.
 */
import {lstatSync} from 'node:fs';
import {dirname, join} from 'node:path';

import {lineEnd, lineStart} from '../../../base/index.ts';
import {Cursor, listSegments, readLastLines} from '../../../journal/index.ts';
import {readPrivate} from '../../../platform/index.ts';
import {parseStatusEvent, type StatusEvent} from '../../domain/index.ts';
import {JOB_FILES} from './job-paths.ts';

/** A status record, and its line without the newline. */
export interface StatusLine {
  readonly seq: number;
  readonly ts: number;
  /** Undefined for an event that this version does not know. */
  readonly event: StatusEvent | undefined;
  readonly late: boolean;
  /** The offsets in both spools. */
  readonly spool: readonly [number, number];
  /** Of one that tells what was cut out: the offsets before that. */
  readonly spoolFrom?: readonly [number, number];
  readonly text: string;
}

/** The file of a job's status records beside its journal. */
export function statusPath(journal: string): string {
  return join(dirname(journal), JOB_FILES.status);
}

/**
 * The status records of which there is a copy, oldest first; none where there is no copy, or another program's file in its
 * place. A journal that ends in a status record which the copy lacks (an earlier version recorded it, or a power cut took
 * the copy's end) is read as well. Throws a `StintError` with code `PERMISSIONS_TOO_OPEN` when others may use the copy.
 */
export function copiedStatus(journal: string): StatusLine[] {
  const path = statusPath(journal);
  if (lstatSync(path, {throwIfNoEntry: false})?.isFile() !== true) return [];
  // The end of the journal first: what is written there meanwhile is in the copy before.
  const end = parseStatusLine(readLastLines(journal, 1)[0] ?? '');
  const copied = (readPrivate(path) ?? '').split('\n').flatMap(line => parseStatusLine(line) ?? []);
  const last = copied.at(-1)?.seq;
  if (last === undefined || end === undefined || end.seq <= last) return copied;
  return [...copied, ...[...statusLinesIn(journal)].filter(({seq}) => seq > last)];
}

/** The status records in the journal itself, oldest first. */
export function* statusLinesIn(journal: string): Generator<StatusLine, void, undefined> {
  for (const chunk of chunksIn(journal)) yield* statusLinesOf(chunk);
}

/** What there is of a journal, also behind a segment that is gone. A chunk is valid until the next one is asked for. */
export function* chunksIn(journal: string): Generator<Buffer, void, undefined> {
  for (let read = -1; ; ) {
    const segment = listSegments(journal).find(each => each > read);
    if (segment === undefined) return;
    const cursor = new Cursor(journal, {at: {segment, offset: 0}});
    try {
      for (let chunk = cursor.next(); chunk !== undefined; chunk = cursor.next()) yield chunk;
    } finally {
      cursor.close();
    }
    read = cursor.chunkSpan.segment;
  }
}

/** Those in a chunk of whole lines. Text of a job cannot look like one: its quotes are escaped. */
export function* statusLinesOf(chunk: Buffer): Generator<StatusLine, void, undefined> {
  for (let at = chunk.indexOf(STATUS); at >= 0; at = chunk.indexOf(STATUS, at + 1)) {
    const line = parseStatusLine(chunk.toString('utf8', lineStart(chunk, at), lineEnd(chunk, at) - 1));
    if (line !== undefined) yield line;
  }
}

const STATUS = Buffer.from(',"kind":"status","data":{');

/** Undefined for what is no status record (a power cut can leave such a line). */
export function parseStatusLine(text: string): StatusLine | undefined {
  try {
    const record = JSON.parse(text) as Record<string, unknown> | null;
    if (record?.kind !== 'status' || typeof record.seq !== 'number') return undefined;
    const {seq, ts, data, late, spool = [0, 0], spool_from} = record as unknown as Written;
    const from = spool_from === undefined ? {} : {spoolFrom: spool_from};
    return {seq, ts, event: parseStatusEvent(data), late: late === true, spool, ...from, text};
  } catch {
    return undefined;
  }
}

interface Written {
  readonly seq: number;
  readonly ts: number;
  readonly data: unknown;
  readonly late?: true;
  readonly spool?: readonly [number, number];
  readonly spool_from?: readonly [number, number];
}
