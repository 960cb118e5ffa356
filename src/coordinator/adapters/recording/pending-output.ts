/**
 * What a job wrote behind its last record: the begin of a line that has no end yet. The bytes behind the offsets of a record
 * are those with which the next record of their stream begins, whoever records it and when; so what is read here needs
 * nobody to agree with, and is the same in the coordinator and in a reader that follows the file without one.
 */
import {isUtf8} from 'node:buffer';

import {CARRIAGE_RETURN, NEWLINE} from '../../../base/index.ts';
import {readLastLines} from '../../../journal/index.ts';
import {SpoolFiles} from './spool-files.ts';
import {MAX_LINE_BYTES} from './transcoding/spool-lines.ts';
import type {SpoolStream} from './transcoding/spool-transcoder.ts';

/** Bytes of a stream behind its last record, from `offset` of its spool on. */
export interface PendingText {
  readonly kind: 'pending';
  readonly stream: SpoolStream;
  readonly offset: number;
  readonly data: string;
  /** The bytes are not UTF-8. */
  readonly enc?: 'base64';
}

/** How far both spools are in the records. */
export interface SpoolPlace {
  readonly stdout: number;
  readonly stderr: number;
}

/** The place behind these lines of a journal, if the last of them tells it. */
export function placeBehind(lines: string | Buffer): SpoolPlace | undefined {
  const end =
    typeof lines === 'string'
      ? lines.slice(-TAIL_BYTES)
      : lines.toString('latin1', Math.max(0, lines.length - TAIL_BYTES));
  const [, stdout, stderr] = SPOOL.exec(end) ?? [];
  return stdout === undefined ? undefined : {stdout: Number(stdout), stderr: Number(stderr)};
}

const TAIL_BYTES = 80;
const SPOOL = /"spool":\[(\d+),(\d+)\]\}\n?$/;

/** The place behind the record numbered `seq`, if that is the last one in the journal. */
export function placeAfter(journal: string, seq: number): SpoolPlace | undefined {
  const [line = ''] = readLastLines(journal, 1);
  return line.startsWith(`{"seq":${seq},`) ? placeBehind(line) : undefined;
}

/** Less than a record: where a longer line is cut cannot be told before it is that long. */
const MOST_BYTES = MAX_LINE_BYTES - 4;
const STREAMS = ['stdout', 'stderr'] as const;

export class PendingOutput {
  readonly #spools: SpoolFiles;
  /** Where the line begins that is not recorded, and how much of it was given. */
  readonly #lines = {stdout: {from: -1, to: -1}, stderr: {from: -1, to: -1}};

  constructor(directory: string) {
    this.#spools = new SpoolFiles(directory);
  }

  /** Goes on behind these records; without a place nothing is pending until one is known. */
  moveTo(place: SpoolPlace | undefined): void {
    for (const stream of STREAMS) {
      const from = place?.[stream] ?? -1;
      if (this.#lines[stream].from !== from) this.#lines[stream] = {from, to: from};
    }
  }

  /** What was written since the last look. Nothing that ends with half a character, nor with what may be half a line end. */
  take(): PendingText[] {
    try {
      return STREAMS.flatMap(stream => this.#takeOf(stream) ?? []);
    } catch {
      return []; // it cannot be read: that is told by whoever records it
    } finally {
      this.#spools.close(); // nobody may be kept from removing it
    }
  }

  #takeOf(stream: SpoolStream): PendingText | undefined {
    const line = this.#lines[stream];
    if (line.from < 0) return undefined;
    const room = MOST_BYTES - (line.to - line.from);
    const there = this.#spools.sizeOf(stream) - line.to;
    if (there <= 0 || there > room) return undefined;
    const buffer = Buffer.allocUnsafe(there);
    const bytes = buffer.subarray(0, this.#spools.read(stream, buffer, line.to, there));
    if (bytes.includes(NEWLINE)) return undefined; // it is a record by now
    const whole = bytes.subarray(0, wholeLength(bytes));
    if (whole.length === 0) return undefined;
    const offset = line.to;
    line.to += whole.length;
    return isUtf8(whole)
      ? {kind: 'pending', stream, offset, data: whole.toString()}
      : {kind: 'pending', stream, offset, data: whole.toString('base64'), enc: 'base64'};
  }
}

/** Without the begin of a character whose rest is to come, and without a carriage return to which a newline may come. */
function wholeLength(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) break;
    if (byte >= 0xc2 && byte <= 0xf4) {
      const size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return size > back ? bytes.length - back : bytes.length;
    }
  }
  return bytes.at(-1) === CARRIAGE_RETURN ? bytes.length - 1 : bytes.length;
}
