/**
 * Reads records tolerantly: what is whole is delivered, what is not is reported with its bytes. A chunk in which every
 * line is a record is parsed line by line and nothing else is done; the first line that is not makes the chunk be
 * looked through byte by byte.
 */
import {lineEnd, StintError} from '../../base/index.ts';
import {newestIn} from '../index-file/line-marks.ts';
import {numberOf, TIME_HEAD_BYTES} from '../record-number.ts';
import {segmentPath} from '../segment-name.ts';
import {parseCleanLines} from './clean-lines.ts';
import {Cursor, type Span, type StartOptions, wantedHead} from './cursor.ts';
import {RecordBatch} from './record-batch.ts';
import {
  isOneRecord,
  isWhite,
  type JournalRecord,
  type LinePart,
  lineParts,
  type SkipReason,
} from './tolerant-line.ts';

/** Bytes that were passed over, because they are no record. */
export interface SkippedBytes {
  /** Path of the segment. */
  readonly file: string;
  readonly segment: number;
  readonly fromByte: number;
  /** The byte behind the last one; a newline is never part of it. */
  readonly toByte: number;
  /**
   * `nul`: a run of NULs. `not_a_record`: no JSON object, or a part of one. `too_long`: a line longer than
   * `maxLineBytes`. `torn_tail`: what stands behind the last newline of a segment, whole or not.
   */
  readonly reason: SkipReason;
}

export interface ReadRecordsOptions extends StartOptions {
  /**
   * Fail at the first line that is not exactly one JSON object: a `StintError` with code `NOT_A_STINT_FILE` names file
   * and bytes, behind the records before it. Blank lines and CR pass; a torn tail of the last segment is only reported.
   */
  readonly strict?: boolean;
  /** Longer lines are passed over without being held in memory. Default 64 MiB. */
  readonly maxLineBytes?: number;
  /** Is told of what was passed over, before the records behind it come. What lies before the first wanted record is not told of. */
  readonly onSkipped?: (skipped: SkippedBytes) => void;
}

/** The longest line that is read unless another limit is given: 64 MiB. */
export const DEFAULT_MAX_LINE_BYTES = 64 * 1024 * 1024;

/** More damage than this before the first wanted record is reported without waiting for it. */
const MOST_PENDING = 10_000;

export class RecordReader {
  readonly #path: string;
  readonly #options: ReadRecordsOptions;
  readonly #maxLineBytes: number;
  readonly #cursor: Cursor;
  /** Undefined once the first wanted record was met. */
  #isWanted: ((head: string) => boolean) | undefined;
  /** Skipped since the last record that was met and is not wanted. */
  #pending: SkippedBytes[] = [];
  #fault: StintError | undefined;
  #batch: RecordBatch | undefined;

  constructor(path: string, options: ReadRecordsOptions) {
    const {maxLineBytes = DEFAULT_MAX_LINE_BYTES} = options;
    if (!(maxLineBytes >= 1)) {
      throw new StintError('USAGE', `Cannot read ${path}: maxLineBytes is ${maxLineBytes}, not 1 or more.`);
    }
    this.#path = path;
    this.#options = options;
    this.#maxLineBytes = maxLineBytes;
    this.#isWanted = wantedHead(options);
    this.#cursor = new Cursor(path, options, {
      isUnfiltered: true,
      longLines: {maxBytes: maxLineBytes, onTooLong: span => this.#skip(span, 'too_long')},
      onTornTail: span => this.#skip(span, 'torn_tail'),
    });
  }

  /** The next records; undefined when there are no further ones at present. Throws where a strict reader must. */
  next(): RecordBatch | undefined {
    this.#batch?.expire();
    this.#batch = undefined;
    while (this.#batch === undefined) {
      if (this.#fault !== undefined) throw this.#fault;
      const chunk = this.#cursor.next();
      // A fault met on the way to this chunk comes before its records.
      if (this.#fault !== undefined) throw this.#fault;
      if (chunk === undefined) return undefined;
      this.#batch = this.#batchOf(chunk);
    }
    return this.#batch;
  }

  /** Reports what stands behind the last newline, and what was held back until a wanted record would come. */
  finish(): void {
    if (this.#isWanted !== undefined && this.#options.fromTime === undefined) this.#flush();
    const tail = this.#cursor.tornTail;
    if (tail !== undefined) this.#options.onSkipped?.(this.#named(tail, 'torn_tail'));
    if (this.#fault !== undefined) throw this.#fault;
  }

  get file(): string | undefined {
    return this.#cursor.file;
  }

  get removed(): boolean {
    return this.#cursor.removed;
  }

  close(): void {
    this.#batch?.expire();
    this.#cursor.close();
  }

  #batchOf(chunk: Buffer): RecordBatch | undefined {
    const {segment, fromByte: offset} = this.#cursor.chunkSpan;
    const stretch = {bytes: chunk, file: segmentPath(this.#path, segment), segment, offset};
    if (this.#isWanted === undefined && chunk.length <= this.#maxLineBytes) {
      const values = parseCleanLines(chunk);
      if (values !== undefined) return new RecordBatch(values, stretch);
    }
    if (this.#liesBefore(chunk)) return undefined;
    const values: JournalRecord[] = [];
    const bounds: number[] = [];
    for (const part of this.#parts(chunk)) {
      if (part.kind === 'skipped') {
        this.#skip({segment, fromByte: offset + part.from, toByte: offset + part.to}, part.reason);
        if (this.#fault !== undefined) break;
      } else if (this.#wants(chunk, part)) {
        if (this.#fault !== undefined) break;
        values.push(part.value);
        bounds.push(part.from, part.to);
      }
    }
    return values.length === 0 ? undefined : new RecordBatch(values, stretch, bounds);
  }

  /** Known without parsing: no time in it is late enough. */
  #liesBefore(chunk: Buffer): boolean {
    const {fromTime} = this.#options;
    return this.#isWanted !== undefined && fromTime !== undefined && newestIn(chunk) < fromTime;
  }

  *#parts(chunk: Buffer): Generator<LinePart> {
    for (let from = 0; from < chunk.length; ) {
      const to = lineEnd(chunk, from) - 1;
      if (to - from > this.#maxLineBytes) yield {kind: 'skipped', from, to, reason: 'too_long'};
      else yield* this.#lineParts(chunk, from, to);
      from = to + 1;
    }
  }

  #lineParts(chunk: Buffer, from: number, to: number): readonly LinePart[] {
    const parts = lineParts(chunk, from, to);
    if (this.#options.strict !== true || isWhite(chunk, from, to) || isOneRecord(chunk, from, to, parts))
      return parts;
    const damaged = parts.find(part => part.kind === 'skipped');
    return [damaged ?? {kind: 'skipped', from, to, reason: 'not_a_record'}];
  }

  /** Passes over records until the first wanted one, and over what was damaged before the last that is not wanted. */
  #wants(chunk: Buffer, {from, to}: LinePart): boolean {
    if (this.#isWanted === undefined) return true;
    const head = chunk.toString('latin1', from, Math.min(to, from + TIME_HEAD_BYTES));
    const {from: first, fromTime, numberKey = 'seq'} = this.#options;
    if (!this.#isWanted(head)) {
      if (numberOf(head, numberKey) !== undefined) this.#pending = [];
      return false;
    }
    this.#isWanted = undefined;
    // Where the record asked for is there, nothing before it is missing.
    if (fromTime === undefined && numberOf(head, numberKey) !== first) this.#flush();
    this.#pending = [];
    return true;
  }

  #skip(span: Span, reason: SkipReason): void {
    const skipped = this.#named(span, reason);
    if (this.#isWanted === undefined) this.#report(skipped);
    else if (this.#options.fromTime === undefined) this.#pending.push(skipped);
    if (this.#pending.length > MOST_PENDING) this.#flush();
  }

  #flush(): void {
    const pending = this.#pending;
    this.#pending = [];
    for (const skipped of pending) this.#report(skipped);
  }

  #report(skipped: SkippedBytes): void {
    if (this.#options.strict === true) this.#fault ??= damageError(skipped);
    else this.#options.onSkipped?.(skipped);
  }

  #named(span: Span, reason: SkipReason): SkippedBytes {
    return {file: segmentPath(this.#path, span.segment), ...span, reason};
  }
}

const DAMAGE: Readonly<Record<SkipReason, string>> = {
  nul: 'are NULs',
  not_a_record: 'are not one record on a line of its own',
  too_long: 'are a line that is too long',
  torn_tail: 'are a torn line',
};

function damageError(skipped: SkippedBytes): StintError {
  const {file, fromByte, toByte, reason} = skipped;
  return new StintError(
    'NOT_A_STINT_FILE',
    `Could not read ${file}: bytes ${fromByte} to ${toByte} ${DAMAGE[reason]}.`,
    {hint: 'A reader that is not strict passes over what is damaged.', details: {...skipped}},
  );
}
