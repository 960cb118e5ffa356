/**
 * Lines out of a stream of bytes: those of a chunk together as soon as it is there, and no more in memory than that. Apart
 * from `LineReader`, because a stream gives its bytes once: what has no end yet is kept here, and read again there.
 */
import {isUtf8} from 'node:buffer';

import {lineEnd, StintError} from '../../base/index.ts';

export interface InputLine {
  /** From 1; blank lines count, though they are not given. */
  readonly number: number;
  /** Without its end; undefined where it is not UTF-8. */
  readonly text: string | undefined;
}

const LONGEST = 64 * 1024 * 1024;
const BYTE_ORDER_MARK = '\uFEFF';

/** Lines that are not blank. The last one counts without a newline too. Throws `USAGE` at one that is over 64 MiB. */
export async function* inputLines(
  chunks: AsyncIterable<Buffer>,
  longest = LONGEST,
): AsyncGenerator<InputLine[], void, undefined> {
  let number = 0;
  let begun: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    const lines: InputLine[] = [];
    let start = 0;
    for (let end = lineEnd(chunk); end > 0; end = lineEnd(chunk, start)) {
      number += 1;
      lines.push(...lineOf(number, [...begun, chunk.subarray(start, end - 1)]));
      begun = [];
      size = 0;
      start = end;
    }
    if (start < chunk.length) begun.push(chunk.subarray(start));
    size += chunk.length - start;
    if (lines.length > 0) yield lines;
    if (size > longest)
      throw new StintError('USAGE', `Line ${number + 1} is longer than ${longest} bytes: no entry is.`);
  }
  const last = lineOf(number + 1, begun);
  if (last.length > 0) yield last;
}

/** None where it is blank. */
function lineOf(number: number, parts: readonly Buffer[]): InputLine[] {
  const bytes = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
  if (!isUtf8(bytes)) return [{number, text: undefined}];
  const text = bytes.toString();
  const line = number === 1 && text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
  return line.trim() === '' ? [] : [{number, text: line}];
}
