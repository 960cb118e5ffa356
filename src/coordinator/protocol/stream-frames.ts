/**
 * Frames around lines that are JSON already, without parsing them: what a journal holds goes out as it is. One buffer
 * holds the frames of many lines, so that they go out in one write.
 */
import {countLines, lineEnd} from '../../base/index.ts';
import {PROTOCOL_VERSION} from './envelope.ts';
import {MAX_FRAME_BYTES} from './framing.ts';

const HEADER_BYTES = 4;
const TAIL = Buffer.from('}');

export type EncodeLines = (lines: Buffer) => Buffer;

/** Encodes whole lines, each with its newline, as the stream frames of a request. A line too long for a frame is left out. */
export function streamFrames(id: number | undefined): EncodeLines {
  const idText = id === undefined ? '' : `"id":${id},`;
  const head = Buffer.from(`{"v":${PROTOCOL_VERSION},${idText}"kind":"StreamFrame","payload":`);
  return lines => {
    const frames = Buffer.allocUnsafe(
      lines.length + countLines(lines) * (HEADER_BYTES + head.length + TAIL.length),
    );
    let to = 0;
    for (let from = 0; from < lines.length; ) {
      const end = lineEnd(lines, from) - 1;
      const length = head.length + (end - from) + TAIL.length;
      if (length <= MAX_FRAME_BYTES) {
        to = frames.writeUInt32BE(length, to);
        to += head.copy(frames, to);
        to += lines.copy(frames, to, from, end);
        to += TAIL.copy(frames, to);
      }
      from = end + 1;
    }
    return frames.subarray(0, to);
  };
}
