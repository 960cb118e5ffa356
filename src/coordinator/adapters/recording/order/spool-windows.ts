/**
 * Parts of both spools in the buffer that all recorders share: what is looked at and what is recorded in the same step is
 * read once.
 */
import {lineEnd, lineStart} from '../../../../base/index.ts';
import type {SpoolFiles} from '../spool-files.ts';
import {CUT_LOOKAHEAD_BYTES} from '../transcoding/spool-lines.ts';
import type {SpoolStream} from '../transcoding/spool-transcoder.ts';
import type {SpoolView} from './spool-order.ts';

interface Window {
  readonly bytes: Buffer;
  readonly from: number;
}

export class SpoolWindows implements SpoolView {
  readonly #spools: SpoolFiles;
  readonly #buffer: Buffer;
  #windows: Partial<Record<SpoolStream, Window>> = {};

  readonly #limitOf: (stream: SpoolStream) => number;

  /** Behind its limit nothing of a stream is seen. */
  constructor(spools: SpoolFiles, buffer: Buffer, limitOf: (stream: SpoolStream) => number) {
    this.#spools = spools;
    this.#buffer = buffer;
    this.#limitOf = limitOf;
  }

  /** Others may have used the buffer. */
  forget(): void {
    this.#windows = {};
  }

  sizeOf(stream: SpoolStream): number {
    return Math.min(this.#spools.sizeOf(stream), this.#limitOf(stream));
  }

  get half(): number {
    return this.#buffer.length >> 1;
  }

  /** Bytes of a stream from an offset up to another; fewer where there are not so many, or no room. `isAlone`: the other stream is not looked at meanwhile. */
  bytes(stream: SpoolStream, from: number, upTo: number, isAlone: boolean): Buffer {
    if (upTo <= from) return NO_BYTES;
    const known = this.#windows[stream];
    const end = known === undefined ? 0 : known.from + known.bytes.length;
    if (known !== undefined && known.from <= from && end >= upTo)
      return known.bytes.subarray(from - known.from, upTo - known.from);
    if (isAlone) this.forget();
    const start = isAlone || stream === 'stdout' ? 0 : this.half;
    const room = this.#buffer.subarray(start, isAlone ? this.#buffer.length : start + this.half);
    const bytes = room.subarray(0, this.#spools.read(stream, room, from, room.length));
    // What is read alone reaches into the place of the other one.
    if (!isAlone) this.#windows[stream] = {bytes, from};
    return bytes.subarray(0, Math.max(0, Math.min(bytes.length, upTo - from)));
  }

  /** Behind each whole line between two offsets that fit in `half`; also the end of what is so long that it is no longer one record. */
  lineEnds(stream: SpoolStream, from: number, upTo: number): number[] {
    const bytes = this.bytes(stream, from, upTo, false);
    const ends: number[] = [];
    let at = 0;
    for (let end = lineEnd(bytes); end > 0; end = lineEnd(bytes, end)) {
      ends.push(from + end);
      at = end;
    }
    if (bytes.length - at >= CUT_LOOKAHEAD_BYTES) ends.push(from + bytes.length);
    return ends;
  }

  /** Whether a line ends between two offsets, as far as one look tells. */
  hasLine(stream: SpoolStream, from: number, upTo: number): boolean {
    if (upTo - from >= CUT_LOOKAHEAD_BYTES) return true;
    return lineStart(this.bytes(stream, from, upTo, false)) > 0;
  }
}

const NO_BYTES = Buffer.alloc(0);
