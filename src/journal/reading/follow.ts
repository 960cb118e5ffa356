/**
 * Reading a journal as it grows. The watch is set before the read that finds nothing, so no write falls between them.
 *
 * Watched is the segment's own file and not its directory: a job writes its spool beside it, and every such write
 * would wake every follower. The directory is watched only until the first segment exists; that there is a next
 * segment is told by the writer, which touches the full one.
 */
import {existsSync, lstatSync} from 'node:fs';
import {basename, dirname} from 'node:path';
import {setImmediate} from 'node:timers/promises';

import {lineStart} from '../../base/index.ts';
import {type ChangeSource, ChangeWatch} from '../../platform/index.ts';
import {NUMBER_HEAD_BYTES, numberOf} from '../record-number.ts';
import {Cursor, type StartOptions} from './cursor.ts';
import {splitLines} from './read.ts';

export interface FollowOptions extends StartOptions {
  /** Ends the iteration, without an error. */
  readonly signal?: AbortSignal | undefined;
  /** Where the writer is in this process it can tell of its writes itself; the file system is not watched then. */
  readonly source?: ChangeSource | undefined;
  /** Whether these lines hold the record behind which nothing comes: the iteration ends there, wanted or not. */
  readonly isLast?: ((lines: Buffer) => boolean) | undefined;
  /**
   * Asked when the file was removed, moved, cut or replaced: whether its writer makes it anew, with the same numbers. Then
   * the iteration goes on behind the last number that it gave, instead of ending.
   */
  readonly isMadeAnew?: (() => boolean) | undefined;
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
  const chunks = new FollowedChunks(path, options);
  yield* followUntilOver(path, chunks, options, ({length}) => length > TURN_BYTES);
}

/** Something in a journal that can be asked again when more was written. */
export interface Followed<T> {
  next(): T | undefined;
  /** The file that will change when there is more, or undefined while the journal does not exist. */
  readonly file: string | undefined;
  /** True when the file was deleted, so that nothing can follow. */
  readonly removed: boolean;
  /** True when nothing comes behind what `next` gave or passed over. */
  readonly isOver?: boolean;
  /** True while a journal that does not exist is worth waiting for, also where its directory is gone. */
  readonly isAwaited?: boolean;
  /** Leaves a file that is not the journal's any more for the one that is, or will be, in its place; true when it did. */
  leave?(): boolean;
  close(): void;
}

/** Yields what `followed` has and waits for more; behind something that `isMuch` the event loop gets its turn. Closes it at the end. */
export async function* followUntilOver<T>(
  path: string,
  followed: Followed<T>,
  {signal, source}: Pick<FollowOptions, 'signal' | 'source'>,
  isMuch: (given: T) => boolean,
): AsyncGenerator<T, void, undefined> {
  const watch = new ChangeWatch(source);
  const stop = (): void => watch.wake();
  signal?.addEventListener('abort', stop);
  try {
    while (signal?.aborted !== true) {
      const given = followed.next();
      if (given === undefined) {
        if (followed.isOver === true) return;
        if (followed.leave?.() === true) {
          watch.unpoint();
          continue;
        }
        if (watchFor(path, followed, watch)) continue;
        if (isGone(path, followed, watch)) {
          if (followed.leave?.() !== true) return;
          watch.unpoint(); // it was taken away only just now
          continue;
        }
        await watch.changed();
        continue;
      }
      const mustYield = isMuch(given);
      yield given;
      if (followed.isOver === true) return;
      if (mustYield) await setImmediate();
    }
  } finally {
    signal?.removeEventListener('abort', stop);
    watch.close();
    followed.close();
  }
}

class FollowedChunks implements Followed<Buffer> {
  readonly #path: string;
  readonly #options: FollowOptions;
  readonly #isLast: (lines: Buffer) => boolean;
  /** Undefined while a journal that was left is not there again. */
  #cursor: Cursor | undefined;
  #passedLast = false;
  /** The highest number that was given. */
  #given: number | undefined;

  constructor(path: string, options: FollowOptions) {
    this.#path = path;
    this.#options = options;
    this.#isLast = options.isLast ?? (() => false);
    this.#cursor = this.#begin(options);
  }

  next(): Buffer | undefined {
    if (this.#cursor === undefined && lstatSync(this.#path, {throwIfNoEntry: false})?.isFile() === true)
      this.#cursor = this.#begin(this.#rest());
    const chunk = this.#cursor?.next();
    if (chunk === undefined) {
      // Taken away between the look for the place and the opening: a cursor never looks for that file again.
      if (this.#options.isMadeAnew !== undefined && this.#cursor?.file === undefined)
        this.#cursor = undefined;
      return undefined;
    }
    this.#passedLast = this.#isLast(chunk);
    if (this.#options.isMadeAnew !== undefined) this.#given = lastNumber(chunk) ?? this.#given;
    return chunk;
  }

  get isAwaited(): boolean {
    return this.#options.isMadeAnew?.() === true;
  }

  leave(): boolean {
    if (this.#cursor?.isAstray !== true || !this.isAwaited) return false;
    this.#cursor.close();
    this.#cursor = undefined;
    return true;
  }

  get isOver(): boolean {
    return this.#passedLast;
  }

  get file(): string | undefined {
    return this.#cursor?.file;
  }

  get removed(): boolean {
    if (this.#cursor === undefined) return false;
    return this.#options.isMadeAnew === undefined ? this.#cursor.removed : this.#cursor.isAstray;
  }

  close(): void {
    this.#cursor?.close();
  }

  #begin(start: StartOptions): Cursor {
    const onPassedOver = (lines: Buffer): void => {
      this.#passedLast ||= this.#isLast(lines);
    };
    return new Cursor(this.#path, start, {onPassedOver});
  }

  #rest(): StartOptions {
    return this.#given === undefined ? this.#options : {from: this.#given + 1};
  }
}

/** Of the last line that has a number. */
function lastNumber(lines: Buffer): number | undefined {
  for (let end = lines.length - 1; end > 0; ) {
    const start = lineStart(lines, end);
    const number = numberOf(lines.toString('latin1', start, start + NUMBER_HEAD_BYTES), 'seq');
    if (number !== undefined) return number;
    end = start - 1;
  }
  return undefined;
}

function watchFor(path: string, {file}: Followed<unknown>, watch: ChangeWatch): boolean {
  return file === undefined ? watch.point(dirname(path), basename(path)) : watch.point(file);
}

function isGone(path: string, followed: Followed<unknown>, watch: ChangeWatch): boolean {
  if (followed.file !== undefined) return followed.removed;
  if (followed.isAwaited === true) return false;
  return watch.watching && !existsSync(dirname(path));
}
