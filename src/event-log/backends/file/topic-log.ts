/**
 * One topic: what is written goes through its lock, which is held for one batch of batches, one cursor or one compaction at
 * a time; what is read does not. A reader looks at `state.json`, reads, and looks again: when that was written anew
 * meanwhile, it reads once more, so that it never takes a state for the entries of another.
 */
import {existsSync} from 'node:fs';
import {basename, dirname} from 'node:path';
import {debuglog} from 'node:util';

import {reasonOf, StintError} from '../../../base/index.ts';
import {JournalWriteError, segmentPath} from '../../../journal/index.ts';
import {
  type ChangeWatch,
  checkPrivate,
  makeDirectories,
  PRIVATE_DIRECTORY,
  systemClock,
} from '../../../platform/index.ts';
import {type OsMutex, openOsMutex} from '../../../store/index.ts';
import type {Appended, Batch, TopicState} from '../../stored/log-store.ts';
import type {Slice} from '../../stored/slice.ts';
import type {StoredEntry} from '../../stored/stored-entry.ts';
import {compactedState, hasRemovable, hideEntries, removeHidden, segmentSlices} from './compaction.ts';
import {cursorText, readCursor} from './consumer-file.ts';
import type {DiskCalls} from './disk-calls.ts';
import {type LogEnd, lastSegmentOf, logEnd} from './log-end.ts';
import {PageReader} from './page-reader.ts';
import {replaceFile} from './replace-durably.ts';
import {type KeptState, StateFile} from './state-file.ts';
import {consumerPath, type TopicPaths, topicPaths} from './topic-paths.ts';
import {type Head, headAt, TopicWriter} from './topic-writer.ts';

export interface TopicLogOptions {
  /** That of the event log. */
  readonly directory: string;
  readonly topic: string;
  readonly isDurable: boolean;
  readonly segmentBytes: number;
  readonly disk: DiskCalls;
}

/** Whoever is told that the topic is busy asks again, and does something else meanwhile. */
const WAIT_MS = 20;
/** How often a reader looks again where others write a state anew all the time. */
const LOOKS = 100;
const NO_LINES: LogEnd = {last: undefined, damagedLines: 0};
const debug = debuglog('stint');

export class TopicLog {
  readonly paths: TopicPaths;
  readonly #options: TopicLogOptions;
  readonly #state: StateFile;
  readonly #writer: TopicWriter;
  #reader: PageReader;
  #mutex: OsMutex | undefined;
  #lastSegment: number | undefined;
  /** An id up to which entries were seen whole. */
  #seen = 0;
  /** The state at the last look. */
  #kept: KeptState | undefined;

  constructor(options: TopicLogOptions) {
    const {directory, topic, disk} = options;
    this.#options = options;
    this.paths = topicPaths(directory, topic);
    this.#state = new StateFile(this.paths.state, topic, disk);
    this.#writer = new TopicWriter({...options, paths: this.paths, state: this.#state});
    this.#reader = new PageReader(this.paths.log);
  }

  /** `onWritten` is told of each segment that was written to. */
  append(batches: readonly Batch[], chained: boolean, onWritten: (file: string) => void): Appended {
    try {
      return this.#inside(() => {
        const appended = this.#writer.append(batches, chained);
        if (appended.firstIds.length > 0 && this.#writer.file !== undefined) onWritten(this.#writer.file);
        return appended;
      });
    } catch (error) {
      return {firstIds: [], error};
    }
  }

  read(after: number, limit: number, maxBytes: number): StoredEntry[] {
    if (limit < 1) return [];
    return this.#settled(kept => {
      const from = Math.max(after + 1, kept?.first ?? 1);
      if (kept === undefined) return [];
      if (from + limit - 1 > this.#seen) this.#look(kept);
      if (from > this.#seen) return [];
      return this.#reader.read({from, to: this.#seen, limit, maxBytes});
    });
  }

  state(): TopicState | undefined {
    return this.#settled(kept => (kept === undefined ? undefined : this.#look(kept)));
  }

  cursor(consumer: string): number | undefined {
    return readCursor(consumerPath(this.paths, consumer), consumer);
  }

  moveCursor(
    consumer: string,
    decide: (current: number | undefined, state: TopicState | undefined) => number,
  ): number {
    const {topic, isDurable, disk} = this.#options;
    if (this.#state.get() === undefined) decide(undefined, undefined); // what is refused makes nothing
    return this.#inside(() => {
      const isThere = this.#state.get() !== undefined;
      const state = isThere ? stateOf(this.#writer.takeUp()) : undefined;
      const cursor = decide(this.cursor(consumer), state);
      if (!isThere) this.#writer.takeUp();
      explained(this.paths.consumers, () => makeDirectories(this.paths.consumers, PRIVATE_DIRECTORY));
      const text = cursorText(topic, consumer, cursor, systemClock.now());
      replaceFile(consumerPath(this.paths, consumer), text, isDurable, disk);
      return cursor;
    });
  }

  /** Each segment is one: only whole ones go. */
  slices(after: number): Slice[] {
    const state = this.state();
    return state === undefined ? [] : segmentSlices(this.paths.log, state).filter(({upTo}) => upTo > after);
  }

  compact(upTo: number): {readonly removed: number; readonly state: TopicState} | undefined {
    if (this.#state.get() === undefined) return undefined;
    return this.#inside(() => {
      const {disk} = this.#options;
      const before = this.#writer.takeUp();
      this.#seen = before.id;
      const last = Math.min(upTo, before.id);
      const removed = Math.max(0, last + 1 - before.kept.first);
      if (removed > 0) {
        const kept = compactedState(before, last, this.#reader);
        hideEntries(this.paths.log, kept, disk, state => this.#state.set(state));
      }
      const state = stateOf(this.#writer.takeUp());
      this.#writer.close(); // the segment it has open may go
      try {
        removeHidden(this.paths.log, state, disk);
      } catch (error) {
        debug('%s keeps room that it should not: %s', this.paths.log, reasonOf(error)); // `isReclaimed` tells, and the next compaction tries again
      }
      return {removed, state};
    });
  }

  /** True when no segment is left that compaction should have removed. */
  isReclaimed(): boolean {
    const state = this.state();
    return state === undefined || !hasRemovable(this.paths.log, state);
  }

  /** Points at the file that changes when there is more, or at the directory in which it will be made. */
  watch(watch: ChangeWatch): boolean {
    const {log, directory} = this.paths;
    this.#lastSegment = lastSegmentOf(log, this.#lastSegment);
    if (this.#lastSegment !== undefined) return watch.point(segmentPath(log, this.#lastSegment));
    if (existsSync(directory)) return watch.point(directory, basename(log));
    return watch.point(dirname(directory), basename(directory));
  }

  /** Lets go of the files; they are opened again when they are needed. */
  close(): void {
    this.#writer.close();
    this.#state.close();
    this.#mutex?.close();
    this.#mutex = undefined;
  }

  #look(kept: KeptState): TopicState {
    const {log} = this.paths;
    this.#lastSegment = lastSegmentOf(log, this.#lastSegment);
    const end = this.#lastSegment === undefined ? NO_LINES : logEnd(log, this.#lastSegment);
    const head = headAt(kept, end);
    this.#seen = head.id;
    return stateOf(head);
  }

  #settled<T>(look: (kept: KeptState | undefined) => T): T {
    for (let at = 0; at < LOOKS; at += 1) {
      const kept = this.#state.get();
      if (kept !== this.#kept) this.#forget();
      this.#kept = kept;
      const seen = look(kept);
      if (this.#state.get() === kept) return seen;
    }
    throw busy(this.#options.topic);
  }

  /** Somebody may have removed the topic and made it anew. */
  #forget(): void {
    this.#seen = 0;
    this.#lastSegment = undefined;
    this.#reader = new PageReader(this.paths.log);
  }

  #inside<T>(work: () => T): T {
    const mutex = this.#entered();
    try {
      return work();
    } finally {
      mutex.leave();
    }
  }

  /** Inside of the lock, and of the one that everybody else takes: somebody may have removed the topic and made it anew. */
  #entered(): OsMutex {
    for (let at = 0; at < LOOKS; at += 1) {
      this.#mutex ??= this.#openMutex();
      if (!this.#mutex.tryEnter(WAIT_MS)) throw busy(this.#options.topic);
      if (this.#mutex.isInPlace()) return this.#mutex;
      this.#mutex.leave();
      this.close();
    }
    throw busy(this.#options.topic);
  }

  #openMutex(): OsMutex {
    const {directory} = this.paths;
    return explained(directory, () => {
      const isNew = !existsSync(directory);
      makeDirectories(directory, PRIVATE_DIRECTORY);
      checkPrivate(directory);
      if (isNew) this.#options.disk.syncDirectory(dirname(directory));
      return openOsMutex(this.paths.lock);
    });
  }
}

function explained<T>(path: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw error instanceof StintError ? error : new JournalWriteError(path, 0, error);
  }
}

function stateOf({kept, id, hash}: Head): TopicState {
  const {topic, first, anchor} = kept;
  const chain =
    anchor === undefined || hash === undefined
      ? undefined
      : {anchorId: anchor.id, anchorHash: anchor.hash, headHash: hash};
  return {topic, first, head: id, chain};
}

function busy(topic: string): StintError {
  return new StintError('BUSY', `The topic ${topic} is busy: somebody else is writing to it.`, {
    hint: 'Try again in a moment.',
  });
}
