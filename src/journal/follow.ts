/**
 * Reading a journal as it grows. The watch is set before the read that finds nothing, so no write falls between them.
 *
 * Watched is the segment's own file and not its directory: a job writes its spool beside it, and every such write
 * would wake every follower. The directory is watched only until the first segment exists; that there is a next
 * segment is told by the writer, which touches the full one.
 */
import {existsSync} from 'node:fs';
import {basename, dirname} from 'node:path';
import {setImmediate} from 'node:timers/promises';

import {type ChangeSource, ChangeWatch} from './change-watch.ts';
import {Cursor, type StartOptions} from './cursor.ts';
import {splitLines} from './read.ts';

export interface FollowOptions extends StartOptions {
  /** Ends the iteration, without an error. */
  readonly signal?: AbortSignal | undefined;
  /** Where the writer is in this process it can tell of its writes itself; the file system is not watched then. */
  readonly source?: ChangeSource | undefined;
  /** Whether these lines hold the record behind which nothing comes: the iteration ends there, wanted or not. */
  readonly isLast?: ((lines: Buffer) => boolean) | undefined;
}

/** While there is this much to catch up with, the event loop gets its turn between two batches. */
const TURN_BYTES = 32 * 1024;

/**
 * Yields what is there, then what comes, each complete line once, in batches and without newlines. The journal need
 * not exist yet. Ends at an abort, when the journal is deleted, and behind what `isLast` knows.
 * Nothing is read until a batch is asked for, and the place to begin is looked for when the first one is.
 */
export async function* followJournal(
  path: string,
  options: FollowOptions = {},
): AsyncGenerator<string[], void, undefined> {
  for await (const chunk of followChunks(path, options)) yield splitLines(chunk);
}

/** The same as bytes: whole lines with their newlines. A chunk is valid only until the next one is asked for. */
export async function* followChunks(
  path: string,
  options: FollowOptions = {},
): AsyncGenerator<Buffer, void, undefined> {
  const {signal, isLast = () => false} = options;
  const watch = new ChangeWatch(options.source);
  let isOver = false;
  const cursor = new Cursor(path, options, {
    onPassedOver: lines => {
      isOver ||= isLast(lines);
    },
  });
  const stop = (): void => watch.wake();
  signal?.addEventListener('abort', stop);
  try {
    while (signal?.aborted !== true) {
      const chunk = cursor.next();
      if (chunk === undefined) {
        if (isOver) return;
        if (watchFor(path, cursor, watch)) continue;
        if (isGone(path, cursor, watch)) return;
        await watch.changed();
        continue;
      }
      const {length} = chunk;
      isOver = isLast(chunk);
      yield chunk;
      if (isOver) return;
      if (length > TURN_BYTES) await setImmediate();
    }
  } finally {
    signal?.removeEventListener('abort', stop);
    watch.close();
    cursor.close();
  }
}

function watchFor(path: string, cursor: Cursor, watch: ChangeWatch): boolean {
  const {file} = cursor;
  return file === undefined ? watch.point(dirname(path), basename(path)) : watch.point(file);
}

function isGone(path: string, cursor: Cursor, watch: ChangeWatch): boolean {
  if (cursor.file !== undefined) return cursor.removed;
  return watch.watching && !existsSync(dirname(path));
}
