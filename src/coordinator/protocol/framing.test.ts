import fc from 'fast-check';
import {describe, expect, it} from 'vitest';

import {encodeFrame, FrameDecoder, MAX_FRAME_BYTES} from './framing.ts';

describe('frames', () => {
  it('bring any messages over, however the stream of bytes is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue(), {maxLength: 8}),
        fc.array(fc.nat(12), {maxLength: 40}),
        (sent, sizes) => {
          const decoder = new FrameDecoder();
          const received = cut(Buffer.concat(sent.map(encodeFrame)), sizes).flatMap(piece =>
            decoder.push(piece),
          );
          expect(received).toEqual(JSON.parse(JSON.stringify(sent)));
          expect(decoder.isInside).toBe(false);
        },
      ),
      {numRuns: 500},
    );
  });

  it('are a big-endian length and UTF-8 text', () => {
    expect(encodeFrame({a: 'é'})).toEqual(Buffer.from('\0\0\0\x0a{"a":"é"}'));
  });

  it('are known to be unfinished', () => {
    const decoder = new FrameDecoder();
    const frame = encodeFrame('whole');
    expect(decoder.push(frame.subarray(0, 3))).toEqual([]);
    expect(decoder.isInside).toBe(true);
    expect(decoder.push(frame.subarray(3, 8))).toEqual([]);
    expect(decoder.isInside).toBe(true);
    expect(decoder.push(frame.subarray(8))).toEqual(['whole']);
    expect(decoder.isInside).toBe(false);
  });

  it('do not change when the buffer they came in is used again', () => {
    const decoder = new FrameDecoder();
    const frame = encodeFrame({text: 'kept'});
    const [message] = decoder.push(frame);
    frame.fill(0);
    expect(message).toEqual({text: 'kept'});
  });

  it('hold on to no piece they came in, so that many small ones cost no more than one', () => {
    const decoder = new FrameDecoder();
    const received: unknown[] = [];
    for (const byte of encodeFrame({text: 'kept'})) {
      const piece = Buffer.of(byte);
      received.push(...decoder.push(piece));
      piece.fill(0);
    }
    expect(received).toEqual([{text: 'kept'}]);
  });
});

describe('the largest frame', () => {
  const largest = 'x'.repeat(MAX_FRAME_BYTES - 2);

  it('has exactly 8 MiB', () => {
    expect(MAX_FRAME_BYTES).toBe(8_388_608);
    expect(cut(encodeFrame(largest), [1, 1, 1, 1, 65_536]).flatMap(decoding())).toEqual([largest]);
  });

  it('is not passed by whoever writes, counted in bytes', () => {
    for (const text of [`${largest}y`, `${largest.slice(1)}é`]) {
      expect(() => encodeFrame(text)).toThrow(
        expect.objectContaining({code: 'FRAME_TOO_LARGE', message: expect.stringContaining('8388609 bytes')}),
      );
    }
  });

  it('is not passed by whoever reads, who knows it from the length alone', () => {
    const header = Buffer.alloc(4);
    header.writeUInt32BE(MAX_FRAME_BYTES + 1);
    expect(() => new FrameDecoder().push(header)).toThrow(expect.objectContaining({code: 'FRAME_TOO_LARGE'}));
    header.writeUInt32BE(MAX_FRAME_BYTES);
    expect(new FrameDecoder().push(header)).toEqual([]);
  });

  it('is taken in small pieces without copying what came before again and again', () => {
    // Copied with each piece it would be over 1 TB, for which no test has the time.
    expect(cut(encodeFrame(largest), [25]).flatMap(decoding())).toHaveLength(1);
  });
});

describe('what is no frame', () => {
  it.each(['', '{', 'nonsense', '\xff\xfe'])('is refused as a bad request: %j', body => {
    const bytes = Buffer.from(body, 'latin1');
    const header = Buffer.alloc(4);
    header.writeUInt32BE(bytes.length);
    expect(() => new FrameDecoder().push(Buffer.concat([header, bytes]))).toThrow(
      expect.objectContaining({code: 'BAD_REQUEST'}),
    );
  });

  it('is a line of text too: its first letters are an impossible length', () => {
    expect(() => new FrameDecoder().push(Buffer.from('GET / HTTP/1.1\r\n'))).toThrow(
      expect.objectContaining({code: 'FRAME_TOO_LARGE'}),
    );
  });
});

/** Pieces of these sizes, the last of them again and again until nothing is left. */
function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  let at = 0;
  for (const size of sizes) {
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  const last = Math.max(1, sizes.at(-1) ?? bytes.length);
  for (; at < bytes.length; at += last) pieces.push(bytes.subarray(at, at + last));
  return pieces;
}

function decoding(): (piece: Buffer) => unknown[] {
  const decoder = new FrameDecoder();
  return piece => decoder.push(piece);
}
