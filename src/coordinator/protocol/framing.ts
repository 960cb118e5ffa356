/**
 * Frames: a 4-byte big-endian length and that many bytes of UTF-8 JSON, at most 8 MiB either way. No I/O here.
 */
import {StintError} from '../../base/index.ts';

export const MAX_FRAME_BYTES = 8 * 1024 * 1024;
const HEADER_BYTES = 4;

/** One frame, header and body in one buffer so that it goes out in one write. Throws `FRAME_TOO_LARGE`. */
export function encodeFrame(message: unknown): Buffer {
  const text = JSON.stringify(message);
  const length = Buffer.byteLength(text);
  if (length > MAX_FRAME_BYTES) throw tooLarge(length);
  const frame = Buffer.allocUnsafe(HEADER_BYTES + length);
  frame.writeUInt32BE(length, 0);
  frame.write(text, HEADER_BYTES);
  return frame;
}

/** Puts frames together from the pieces in which they arrive. */
export class FrameDecoder {
  #pieces: Buffer[] = [];
  #length = 0;

  /** The messages that are complete with this piece. Throws `FRAME_TOO_LARGE` or `BAD_REQUEST`; nothing can be read after that. */
  push(piece: Buffer): unknown[] {
    this.#pieces.push(piece);
    this.#length += piece.length;
    const messages: unknown[] = [];
    while (this.#length >= HEADER_BYTES) {
      const length = this.#peekLength();
      if (length > MAX_FRAME_BYTES) throw tooLarge(length);
      if (this.#length < HEADER_BYTES + length) break;
      messages.push(parse(this.#take(HEADER_BYTES + length).subarray(HEADER_BYTES)));
    }
    return messages;
  }

  /** Whether the stream ended in the middle of a frame. */
  get isInside(): boolean {
    return this.#length > 0;
  }

  #peekLength(): number {
    const [first] = this.#pieces;
    if (first !== undefined && first.length >= HEADER_BYTES) return first.readUInt32BE(0);
    this.#join();
    return this.#pieces[0]?.readUInt32BE(0) ?? 0;
  }

  #take(count: number): Buffer {
    if ((this.#pieces[0]?.length ?? 0) < count) this.#join();
    const [first = Buffer.alloc(0)] = this.#pieces;
    if (first.length === count) this.#pieces.shift();
    else this.#pieces[0] = first.subarray(count);
    this.#length -= count;
    return first.subarray(0, count);
  }

  #join(): void {
    this.#pieces = [Buffer.concat(this.#pieces)];
  }
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch (cause) {
    throw new StintError('BAD_REQUEST', 'A frame does not hold JSON.', {cause});
  }
}

function tooLarge(length: number): StintError {
  return new StintError(
    'FRAME_TOO_LARGE',
    `A frame of ${length} bytes is too large: at most ${MAX_FRAME_BYTES} are allowed.`,
  );
}
