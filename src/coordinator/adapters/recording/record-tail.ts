/**
 * Where recording goes on after a crash, read off the journal itself. Every write ends with a record that carries the
 * spool offsets behind it (`"spool":[out,err]`), so there is no second file that could disagree. Records behind the
 * last offsets come from writes that were cut short (each by a kill, or by a disk that was full again and again). None of
 * them is missing, because sampled records have offsets each, so the spools tell how many bytes they were.
 */
import {readLastLines} from '../../../journal/index.ts';
import {spanOfRecords} from './transcoding/spool-lines.ts';
import type {SpoolStream} from './transcoding/spool-transcoder.ts';

export interface RecordingPosition {
  /** Number of the next record. */
  readonly seq: number;
  /** Spool offsets of the next unread bytes. */
  readonly out: number;
  readonly err: number;
}

/** Reads bytes of a spool from an offset into the buffer; tells how many there were. */
export type ReadSpool = (stream: SpoolStream, buffer: Buffer, offset: number) => number;

/** `lastLine` is the journal's last complete line, undefined when it is empty. */
export function recordingPosition(
  journalPath: string,
  lastLine: string | undefined,
  readSpool: ReadSpool,
  buffer: Buffer,
): RecordingPosition {
  if (lastLine === undefined) return {seq: 0, out: 0, err: 0};
  const last = parseTail(lastLine);
  if (last?.spool !== undefined) return {seq: last.seq + 1, out: last.spool[0], err: last.spool[1]};
  const {marked, later} = lastMarked(journalPath);
  const [out, err] = marked?.spool ?? [0, 0];
  const behind = (stream: SpoolStream, offset: number) =>
    behindRecords(later.filter(({kind}) => kind === stream).length, offset, buffer, at =>
      readSpool(stream, buffer, at),
    );
  const {seq} = later.at(-1) ?? marked ?? {seq: -1};
  return {seq: seq + 1, out: behind('stdout', out), err: behind('stderr', err)};
}

/** How far both spools are in the records, as the last one tells that has offsets; undefined where none has. */
export function recordedPlace(
  journalPath: string,
): {readonly stdout: number; readonly stderr: number} | undefined {
  const spool = lastMarked(journalPath).marked?.spool;
  return spool && {stdout: spool[0], stderr: spool[1]};
}

interface Tail {
  readonly seq: number;
  readonly kind: string;
  readonly spool?: readonly [number, number];
}

/** Undefined for what is no record (a power cut can leave such a line). */
function parseTail(line: string): Tail | undefined {
  try {
    const record = JSON.parse(line) as Tail;
    return typeof record.seq === 'number' ? record : undefined;
  } catch {
    return undefined;
  }
}

/** The last record with offsets and the records behind it. */
function lastMarked(journalPath: string): {marked: Tail | undefined; later: Tail[]} {
  for (let count = 64; ; count *= 16) {
    const lines = readLastLines(journalPath, count);
    const records = lines.flatMap(line => parseTail(line) ?? []);
    const at = records.findLastIndex(({spool}) => spool !== undefined);
    if (at >= 0 || lines.length < count) return {marked: records[at], later: records.slice(at + 1)};
  }
}

/** The offset behind so many records of a spool, the first of which starts at `offset`. */
function behindRecords(
  count: number,
  offset: number,
  buffer: Buffer,
  read: (offset: number) => number,
): number {
  let at = offset;
  for (let left = count; left > 0; ) {
    const length = read(at);
    // These records were written, so where the last of them ended is not in doubt any more.
    const {consumed, records} = spanOfRecords(buffer, length, left, length < buffer.length);
    if (records === 0) break; // a power cut took the spool's end
    at += consumed;
    left -= records;
  }
  return at;
}
