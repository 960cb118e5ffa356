/**
 * How far a reader has read a job's log: `readers/<name>.json` in the job's directory, which outlives everybody. It is moved
 * only when what it tells of was printed, so a reader that is killed before gets the same lines again and never misses one;
 * and only forward, under a lock, so of two readers by one name none takes it back. Nobody but its readers needs it.
 */
import {mkdirSync} from 'node:fs';
import {join} from 'node:path';

import {hasCode, isCount, isObject, pathComponent, StintError, visible} from '../../../base/index.ts';
import {JOB_FILES} from '../../../coordinator/adapters/index.ts';
import {
  checkPrivate,
  fileReason,
  PRIVATE_DIRECTORY,
  readPrivate,
  replaceFile,
} from '../../../platform/index.ts';
import {type OsMutex, openOsMutex} from '../../../store/index.ts';

/** The number of the last record of each kind that was printed; of a kind that is absent, none was. */
export type Seen = Readonly<Partial<Record<string, number>>>;

/** The name as it was given; throws `USAGE` for one that cannot be that of a file. */
export function readerName(name: string): string {
  if (pathComponent(name) === name) return name;
  throw new StintError('USAGE', `--reader is '${visible(name)}', which is no name of a reader.`, {
    hint: 'A name is up to 120 letters, digits, dots, dashes and underscores, and begins with no dot.',
  });
}

export class ReaderCursor {
  readonly #reader: string;
  readonly #path: string;
  readonly #mutex: OsMutex;

  /**
   * Of a reader of the job in this directory. Throws where nothing can be kept there, so that this is known before
   * anything is printed. Undefined where the job's directory is gone.
   */
  static open(directory: string, reader: string): ReaderCursor | undefined {
    const readers = join(directory, JOB_FILES.readers);
    try {
      mkdirSync(readers, {mode: PRIVATE_DIRECTORY});
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return undefined;
      if (!hasCode(error, 'EEXIST')) throw cannotKeep(reader, readers, error);
    }
    checkPrivate(readers);
    try {
      return new ReaderCursor(reader, readers, openOsMutex(join(readers, '.lock')));
    } catch (error) {
      throw cannotKeep(reader, readers, error);
    }
  }

  private constructor(reader: string, readers: string, mutex: OsMutex) {
    this.#reader = reader;
    this.#path = join(readers, `${reader}.json`);
    this.#mutex = mutex;
  }

  /** Nothing where it has not read yet, or where the file is no cursor. */
  seen(): Seen {
    const text = readPrivate(this.#path) ?? '';
    try {
      const value: unknown = JSON.parse(text);
      return isObject(value) ? countsOf(value) : {};
    } catch {
      return {}; // then everything is printed again, which misses nothing
    }
  }

  /** Moves it, never back; but where it is beyond `last`, the number of the last record that there is, it begins anew. */
  advance(to: Seen, last: number): void {
    try {
      if (!this.#mutex.tryEnter(WAIT_MS)) throw new Error('somebody else keeps the lock');
      try {
        const before = this.seen();
        const next = later(isBeyond(before, last) ? {} : before, to);
        if (!isSame(before, next)) replaceFile(this.#path, `${JSON.stringify(next)}\n`);
      } finally {
        this.#mutex.leave();
      }
    } catch (error) {
      throw cannotKeep(this.#reader, this.#path, error);
    }
  }

  close(): void {
    this.#mutex.close();
  }
}

/** Whether records were seen that are not there: those that are there now are of another log. */
export function isBeyond(seen: Seen, last: number): boolean {
  return Object.values(seen).some(number => (number ?? -1) > last);
}

const WAIT_MS = 5000;

function countsOf(value: Readonly<Record<string, unknown>>): Seen {
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, number] => isCount(entry[1])),
  );
}

function later(a: Seen, b: Seen): Seen {
  const kinds = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  return Object.fromEntries(kinds.map(kind => [kind, Math.max(a[kind] ?? -1, b[kind] ?? -1)]));
}

function isSame(a: Seen, b: Seen): boolean {
  return Object.keys(b).every(kind => a[kind] === b[kind]) && Object.keys(a).length === Object.keys(b).length;
}

function cannotKeep(reader: string, path: string, cause: unknown): StintError {
  if (cause instanceof StintError) return cause;
  const message = `Could not keep how far the reader ${reader} has read, in ${path}: ${fileReason(cause)}.`;
  return new StintError('STATE_DIR_UNUSABLE', message, {
    cause,
    hint: 'It gets the same lines again. Without --since-last nothing is written.',
  });
}
