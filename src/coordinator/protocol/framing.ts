/**
 * Frames: a 4-byte big-endian length and that many bytes of UTF-8 JSON, at most 8 MiB either way. No I/O here.
 */
import {parseWellFormed, StintError, stringifyWellFormed} from '../../base/index.ts';

export const MAX_FRAME_BYTES = 8 * 1024 * 1024;
const HEADER_BYTES = 4;

/** One frame, header and body in one buffer so that it goes out in one write. Throws `FRAME_TOO_LARGE`. */
export function encodeFrame(message: unknown): Buffer {
  const text = stringifyWellFormed(message);
  const length = Buffer.byteLength(text);
  if (length > MAX_FRAME_BYTES) throw tooLarge(length);
  const frame = Buffer.allocUnsafe(HEADER_BYTES + length);
  frame.writeUInt32BE(length, 0);
  frame.write(text, HEADER_BYTES);
  return frame;
}

/**
 * Puts frames together from the pieces in which they arrive. Holds the bytes of one unfinished frame and nothing else,
 * however small the pieces are.
 */
export class FrameDecoder {
  readonly #header = Buffer.alloc(HEADER_BYTES);
  #headerBytes = 0;
  /** Of the unfinished frame, once its length is known. */
  #body: Buffer | undefined;
  #bodyBytes = 0;

  /** The messages that are complete with this piece. Throws `FRAME_TOO_LARGE` or `BAD_REQUEST`; nothing can be read after that. */
  push(piece: Buffer): unknown[] {
    const messages: unknown[] = [];
    for (let at = 0; at < piece.length; ) {
      if (this.#headerBytes < HEADER_BYTES) {
        at += this.#takeHeader(piece, at);
        if (this.#headerBytes < HEADER_BYTES) break;
      }
      const missing = this.#length - this.#bodyBytes;
      const taken = piece.subarray(at, at + missing);
      at += taken.length;
      if (taken.length < missing) this.#keep(taken);
      else messages.push(parse(this.#finish(taken)));
    }
    return messages;
  }

  /** Whether the stream ended in the middle of a frame. */
  get isInside(): boolean {
    return this.#headerBytes > 0;
  }

  get #length(): number {
    return this.#header.readUInt32BE(0);
  }

  #takeHeader(piece: Buffer, at: number): number {
    const count = piece.copy(this.#header, this.#headerBytes, at);
    this.#headerBytes += count;
    if (this.#headerBytes === HEADER_BYTES && this.#length > MAX_FRAME_BYTES) throw tooLarge(this.#length);
    return count;
  }

  #keep(bytes: Buffer): void {
    this.#body ??= Buffer.allocUnsafeSlow(this.#length);
    this.#bodyBytes += bytes.copy(this.#body, this.#bodyBytes);
  }

  /** The whole body; one that came in one piece is not copied. */
  #finish(rest: Buffer): Buffer {
    if (this.#body !== undefined) this.#keep(rest);
    const body = this.#body ?? rest;
    this.#body = undefined;
    this.#bodyBytes = 0;
    this.#headerBytes = 0;
    return body;
  }
}

function parse(body: Buffer): unknown {
  try {
    return parseWellFormed(body.toString());
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
