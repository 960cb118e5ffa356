/**
 * Turns the bytes that a job wrote into the records of its journal. Whole lines of text, nearly everything,
 * go through a fast path that copies and escapes in one pass; what is long, unfinished, no UTF-8 or holds a line
 * end of Unicode is taken record by record. Records depend on the bytes alone, not on how they came in slices. The last record of
 * each batch (with sampling, every record) carries the spool offsets behind it, so the journal itself says
 * where to read on after a crash.
 */

import {isUtf8} from 'node:buffer';
import {CARRIAGE_RETURN, lineEnd, lineStart, stringifyWellFormed} from '../../../../base/index.ts';

import {COPY_SLACK_BYTES, JsonEscaper, MAX_ESCAPED_BYTES} from './json-escape.ts';
import {doubtsOf, MAX_FRAME_BYTES, RECORD_END, RecordFrame, tailOf} from './record-frame.ts';
import {LineCutter, MAX_LINE_BYTES} from './spool-lines.ts';
import {holdsUnicodeLineEnd} from './unicode-line-ends.ts';

export type SpoolStream = 'stdout' | 'stderr';

/** Bytes of a spool to be turned into records. */
export interface Batch {
  /** Holds the spool's bytes in `[0, length)`. Give at least `CUT_LOOKAHEAD_BYTES`, or a longer line makes no progress. */
  readonly chunk: Buffer;
  readonly length: number;
  readonly stream: SpoolStream;
  /** Spool offsets of both streams before this batch; this stream's is that of `chunk[0]`. */
  readonly offsets: {readonly out: number; readonly err: number};
  /** Number of the first record. */
  readonly seq: number;
  /** Unix ms, for all records of the batch. */
  readonly ts: number;
  /** Marks the records as caught up with after downtime. */
  readonly late: boolean;
  /** Marks the records as being in no known order with those of the other stream. */
  readonly isUnordered: boolean;
  /** 1 keeps every record, N those whose number N divides. */
  readonly sampleEvery: number;
  /** Nothing can follow these bytes: a last line without newline becomes a partial record. */
  readonly atEnd: boolean;
  /** So many bytes of the output are records of batches before, and are kept. */
  readonly behind: number;
  /** When the output has so many bytes nothing more is taken. Default: when it is full. */
  readonly mostBytes?: number;
}

/** What became of a batch. */
export interface Transcoded {
  /** Valid bytes in the transcoder's `output`, with those that were kept. */
  readonly bytes: number;
  /** Bytes of the chunk that became records, written or sampled away; come again with the rest. */
  readonly consumed: number;
  /** Number of the next record. */
  readonly seq: number;
  /** Records of this batch in `output`. */
  readonly written: number;
}

/** Works on one batch at a time in buffers of its own, so one instance serves any number of jobs. */
export class SpoolTranscoder {
  /** The records of the last batch. Overwritten by the next, unless it is to come behind. */
  readonly output: Buffer;
  readonly #target: DataView;
  readonly #escaper: JsonEscaper;
  readonly #frame = new RecordFrame();
  readonly #cutter = new LineCutter();
  #source: DataView = NO_BYTES;
  #at = 0;
  #size = 0;
  #mostBytes = 0;
  #seq = 0;
  #written = 0;
  #behindLastWritten = 0;
  #doubts = '';
  /** Of the last record in the output. */
  #offsets = '';

  /** @throws RangeError when `outputCapacity` (bytes) is too small for the longest record. */
  constructor(outputCapacity: number = DEFAULT_OUTPUT_BYTES) {
    if (outputCapacity < MIN_OUTPUT_BYTES) {
      throw new RangeError(`The output needs ${MIN_OUTPUT_BYTES} bytes, given were ${outputCapacity}.`);
    }
    this.output = Buffer.alloc(outputCapacity);
    this.#target = viewOf(this.output, outputCapacity);
    this.#escaper = new JsonEscaper(this.#target);
  }

  /** Takes as many records as the batch has and the output holds: at least one if there is one and nothing is kept. */
  transcode(batch: Batch): Transcoded {
    this.#source = viewOf(batch.chunk, batch.length);
    this.#at = 0;
    this.#size = batch.behind;
    this.#mostBytes = batch.mostBytes ?? this.output.length;
    const kept = batch.behind > 0 && batch.sampleEvery === 1 ? this.#takeOffsetsAway() : undefined;
    this.#seq = batch.seq;
    this.#written = 0;
    this.#doubts = doubtsOf(batch);
    this.#frame.begin(batch.seq, batch.ts, batch.stream, this.#doubts);
    while (this.#at < batch.length) {
      const block = batch.chunk.subarray(this.#at, Math.min(batch.length, this.#at + BLOCK_BYTES));
      const end = this.#at + lineStart(block);
      const plain = isPlain(block.subarray(0, end - this.#at));
      if (!(plain ? this.#takePlain(batch, end) : this.#takeWithCare(batch, end))) break;
    }
    this.#source = NO_BYTES;
    if (this.#written > 0 && batch.sampleEvery === 1) this.#addOffsets(batch);
    else if (kept !== undefined) this.#putOffsets(kept);
    return {bytes: this.#size, consumed: this.#at, seq: this.#seq, written: this.#written};
  }

  /** Takes whole lines of text up to `end`; false when the output is full. */
  #takePlain(batch: Batch, end: number): boolean {
    const frame = this.#frame;
    const escaper = this.#escaper;
    const target = this.#target;
    while (this.#at < end) {
      if (isSampledAway(batch, this.#seq)) {
        this.#at = lineEnd(batch.chunk, this.#at);
      } else {
        if (!this.#hasRoom(end - this.#at)) return false;
        escaper.copyLine(this.#source, this.#at, end, frame.writeHead(target, this.#size));
        const {read, written} = escaper;
        const crlf = read - this.#at > 1 && this.#source.getUint8(read - 2) === CARRIAGE_RETURN;
        this.#size = crlf ? this.#writeTail(written, CRLF) : frame.writeTail(target, written);
        this.#at = read;
        this.#behindLastWritten = this.#at;
        this.#countWritten(batch);
      }
      this.#seq++;
      frame.advance();
    }
    return true;
  }

  /** Takes at least one record, and all that start before `end`; false when the next is unfinished or the output is full. */
  #takeWithCare(batch: Batch, end: number): boolean {
    const cutter = this.#cutter;
    do {
      if (!cutter.cut(batch.chunk, this.#at, batch.length, batch.atEnd)) return false;
      if (!isSampledAway(batch, this.#seq)) {
        if (!this.#hasRoom(cutter.end - this.#at)) return false;
        this.#writeCut(batch);
      }
      this.#at = cutter.next;
      this.#seq++;
      this.#frame.advance();
    } while (this.#at < end);
    return true;
  }

  /** Writes the record that the cutter found. */
  #writeCut(batch: Batch): void {
    const cutter = this.#cutter;
    const escaper = this.#escaper;
    const {output} = this;
    const raw = batch.chunk.subarray(this.#at, cutter.end);
    const isText = isUtf8(raw);
    const dataAt = this.#frame.writeHead(this.#target, this.#size);
    if (isText && holdsUnicodeLineEnd(raw)) {
      this.#size = dataAt + output.write(stringifyWellFormed(raw.toString()).slice(1, -1), dataAt);
    } else if (isText) {
      escaper.copyLine(this.#source, this.#at, cutter.end, dataAt);
      this.#size = escaper.written;
    } else {
      this.#size = dataAt + output.write(raw.toString('base64'), dataAt, 'latin1');
    }
    const extras = (cutter.partial ? ',"partial":true' : '') + (isText ? '' : ',"enc":"base64"');
    const crlf = cutter.next - cutter.end === 2 ? CRLF : '';
    this.#size = this.#writeTail(this.#size, extras + crlf);
    this.#behindLastWritten = cutter.next;
    this.#countWritten(batch);
  }

  /** Writes the tail of a record that has more to say than its data; answers the index behind it. */
  #writeTail(to: number, extras: string): number {
    return to + this.output.write(tailOf(extras, this.#doubts), to, 'latin1');
  }

  /**
   * With sampling every record gets the offsets, not only the last: the numbers of the lines between two records do not
   * tell of which stream those lines were, so what survives a torn write has to say it.
   */
  #countWritten(batch: Batch): void {
    this.#written++;
    if (batch.sampleEvery !== 1) this.#addOffsets(batch);
  }

  /** Opens the last record again and adds the spool offsets behind it. */
  #addOffsets(batch: Batch): void {
    const out = batch.offsets.out + (batch.stream === 'stdout' ? this.#behindLastWritten : 0);
    const err = batch.offsets.err + (batch.stream === 'stderr' ? this.#behindLastWritten : 0);
    this.#putOffsets(`,"spool":[${out},${err}]`);
  }

  #putOffsets(offsets: string): void {
    this.#offsets = offsets;
    this.#size -= RECORD_END.length;
    this.#size += this.output.write(`${offsets}${RECORD_END}`, this.#size, 'latin1');
  }

  /** From the record that was the last one so far. */
  #takeOffsetsAway(): string {
    this.#size -= this.#offsets.length + RECORD_END.length;
    this.#size += this.output.write(RECORD_END, this.#size, 'latin1');
    return this.#offsets;
  }

  /** Whether one more record, of at most `bytes` of data, is sure to fit. */
  #hasRoom(bytes: number): boolean {
    const isFull = this.#size + bytes * MAX_ESCAPED_BYTES + FRAME_AND_SLACK_BYTES > this.output.length;
    return !isFull && this.#size < this.#mostBytes;
  }
}

const FRAME_AND_SLACK_BYTES = MAX_FRAME_BYTES + COPY_SLACK_BYTES;

/** The longest record of the worst bytes fits. */
export const MIN_OUTPUT_BYTES = MAX_LINE_BYTES * MAX_ESCAPED_BYTES + FRAME_AND_SLACK_BYTES;
const DEFAULT_OUTPUT_BYTES = 1 << 20;

/** Text is told from other bytes in blocks of this size, so that a stray byte slows only its surroundings down. */
const BLOCK_BYTES = 16_384;
/** Says that the line ended with `\r\n`, so that its bytes can be given back as they were. */
const CRLF = ',"crlf":true';
const NO_BYTES = new DataView(new ArrayBuffer(0));

/** Nearly everything: whole lines of text that hold nothing which another reader takes for the end of one. */
function isPlain(lines: Buffer): boolean {
  return lines.length > 0 && isUtf8(lines) && !holdsUnicodeLineEnd(lines);
}

function viewOf(bytes: Buffer, length: number): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, length);
}

function isSampledAway(batch: Batch, seq: number): boolean {
  return batch.sampleEvery !== 1 && seq % batch.sampleEvery !== 0;
}
