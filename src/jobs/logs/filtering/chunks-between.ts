/** The bytes of the records of a log with certain numbers, told by the heads of lines, so that nothing has to be parsed. */
import {lineEnd, lineStart} from '../../../base/index.ts';
import {NUMBER_HEAD_BYTES, numberOf, readChunks} from '../../../journal/index.ts';

/** Whole lines from the record of that number up to the one before `end`. A chunk is valid only until the next one is asked for. */
export function* chunksBetween(journal: string, from: number, end: number): Generator<Buffer> {
  for (const chunk of readChunks(journal, {from})) {
    const last = lastNumber(chunk);
    if (last === undefined || last < end) {
      yield chunk;
      continue;
    }
    const part = linesBefore(chunk, end);
    if (part.length > 0) yield part;
    return;
  }
}

/** Of the last record in it. */
export function lastNumber(chunk: Buffer): number | undefined {
  return numberAt(chunk, lineStart(chunk, chunk.length - 1));
}

function linesBefore(chunk: Buffer, end: number): Buffer {
  for (let at = 0; at < chunk.length; at = lineEnd(chunk, at))
    if ((numberAt(chunk, at) ?? -1) >= end) return chunk.subarray(0, at);
  return chunk;
}

function numberAt(chunk: Buffer, at: number): number | undefined {
  return numberOf(chunk.toString('latin1', at, at + NUMBER_HEAD_BYTES), 'seq');
}
