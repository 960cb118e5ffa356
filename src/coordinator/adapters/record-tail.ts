/**
 * Where recording goes on after a crash, read off the journal itself. Every write ends with a record that carries the
 * spool offsets behind it (`"spool":[out,err]`), so there is no second file that could disagree. Records behind the
 * last offsets come from a write that was cut short; a write holds records of one stream only, numbered without gaps,
 * so the spool tells how many bytes they were. With sampling the numbers have gaps, so every record carries offsets.
 */
import {readLastLines} from '../../journal/index.ts';
import {spanOfRecords} from './spool-lines.ts';
import type {SpoolStream} from './spool-transcoder.ts';

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
  const marked = lastMarked(journalPath);
  const position = {
    seq: (last ?? marked ?? NONE).seq + 1,
    out: marked?.spool?.[0] ?? 0,
    err: marked?.spool?.[1] ?? 0,
  };
  if (last === undefined) return position;
  const stream = last.kind === 'stderr' ? 'stderr' : 'stdout';
  const key = stream === 'stdout' ? 'out' : 'err';
  const missing = last.seq - (marked ?? NONE).seq;
  // `atEnd`: these records were written, so where the last of them ended is not in doubt any more.
  position[key] += spanOfRecords(buffer, readSpool(stream, buffer, position[key]), missing, true).consumed;
  return position;
}

interface Tail {
  readonly seq: number;
  readonly kind: string;
  readonly spool?: readonly [number, number];
}

const NONE = {seq: -1};

/** Undefined for what is no record (a power cut can leave such a line). */
function parseTail(line: string): Tail | undefined {
  try {
    const record = JSON.parse(line) as Tail;
    return typeof record.seq === 'number' ? record : undefined;
  } catch {
    return undefined;
  }
}

function lastMarked(journalPath: string): Tail | undefined {
  for (let count = 64; ; count *= 16) {
    const lines = readLastLines(journalPath, count);
    for (let at = lines.length - 1; at >= 0; at--) {
      const record = parseTail(lines[at] ?? '');
      if (record?.spool !== undefined) return record;
    }
    if (lines.length < count) return undefined;
  }
}
