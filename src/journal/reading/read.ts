/** Reading the complete lines of a journal as they are now, across segments, in memory bounded by its longest line. */
import {Cursor, type StartOptions} from './cursor.ts';

/**
 * Yields the lines, oldest first, in batches and without their newlines. A journal that does not exist has none; where a
 * segment is missing among the others, the lines of those behind it follow.
 * Throws a `StintError` with code `PERMISSIONS_TOO_OPEN` when others may use a segment.
 */
export function* readLines(path: string, start: StartOptions = {}): Generator<string[], void, undefined> {
  for (const chunk of readChunks(path, start)) yield splitLines(chunk);
}

/**
 * The same as bytes, for copying: whole lines with their newlines.
 * A chunk is valid only until the next one is asked for.
 */
export function* readChunks(path: string, start: StartOptions = {}): Generator<Buffer, void, undefined> {
  const cursor = new Cursor(path, start);
  try {
    do {
      for (let chunk = cursor.next(); chunk !== undefined; chunk = cursor.next()) yield chunk;
    } while (cursor.passOverMissing());
  } finally {
    cursor.close();
  }
}

/** The last `count` complete lines (fewer if there are fewer), oldest first. */
export function readLastLines(path: string, count: number): string[] {
  const lines: string[] = [];
  if (count <= 0) return lines;
  for (const batch of readLines(path, {last: count})) for (const line of batch) lines.push(line);
  // More may have been written since the place was found.
  return lines.length > count ? lines.slice(-count) : lines;
}

/** The lines of a chunk that ends with a newline. */
export function splitLines(chunk: Buffer): string[] {
  return chunk.toString('utf8', 0, chunk.length - 1).split('\n');
}
