/**
 * The writing side of a topic, for whoever holds its lock. When nobody else has written, what is known of the end is used;
 * when somebody has, it is read from the last line, so appending costs the same however long the topic is.
 *
 * A killed process leaves a part of a batch at most: lines that no reader takes for entries, as the last one of the batch is
 * missing. They are cut off (and kept in `torn.jsonl`) before anything else is written. A disk that is full leaves the same,
 * cut off at once.
 */
import {statSync} from 'node:fs';

import {StintError} from '../../../base/index.ts';
import {
  JournalWriteError,
  type JournalWriter,
  openJournal,
  refuseForeignJournal,
  segmentPath,
} from '../../../journal/index.ts';
import {entryHash, newChain} from '../../stored/chain.ts';
import type {Appended, Batch} from '../../stored/log-store.ts';
import type {DiskCalls} from './disk-calls.ts';
import {entryLine, lineHead, unfinishedLines} from './entry-line.ts';
import {type LogEnd, logEnd} from './log-end.ts';
import type {Anchor, KeptState, StateFile} from './state-file.ts';
import type {TopicPaths} from './topic-paths.ts';

/** Compaction removes whole segments, so they are small. */
export const SEGMENT_BYTES = 16 * 1024 * 1024;

const LONGEST_JOINED = 64 * 1024 * 1024;

/** The end of a topic as its writer knows it. */
export interface Head {
  readonly kept: KeptState;
  readonly id: number;
  /** Of the newest entry, or that of the anchor; undefined where there is no chain. */
  readonly hash: string | undefined;
}

export interface TopicWriterOptions {
  readonly topic: string;
  readonly paths: TopicPaths;
  readonly state: StateFile;
  readonly disk: DiskCalls;
  readonly segmentBytes: number;
  readonly isDurable: boolean;
}

export class TopicWriter {
  readonly #options: TopicWriterOptions;
  #journal: JournalWriter | undefined;
  #ino: number | undefined;
  /** As it was left; undefined when it is to be looked at. */
  #head: Head | undefined;

  constructor(options: TopicWriterOptions) {
    this.#options = options;
  }

  /** The segment that was written to last. */
  get file(): string | undefined {
    return this.#journal?.file;
  }

  /** Looks what others have done, and makes the topic where there is none. To be called first inside of the lock. */
  takeUp(): Head {
    const {state, topic} = this.#options;
    const before = state.get();
    const kept = before ?? this.#set({topic, first: 1, head: 0, anchor: undefined});
    const isOurs = this.#isSameFile();
    if (this.#head !== undefined && this.#head.kept === kept && isOurs === 'unchanged') return this.#head;
    this.#head = undefined;
    const journal = this.#taken(isOurs !== 'other' && this.#journal !== undefined);
    this.#head = this.#headOf(kept, journal);
    return this.#head;
  }

  /** Writes batches in one go, behind `takeUp`: all of them, or, when the disk fails, the first ones. */
  append(batches: readonly Batch[], chained: boolean): Appended {
    try {
      const head = this.#chained(this.takeUp(), chained);
      return this.#write(head, batches);
    } catch (error) {
      this.#head = undefined;
      return {firstIds: [], error};
    }
  }

  /** Forgets what is known and closes the journal; it is opened again when it is needed. */
  close(): void {
    this.#journal?.close();
    this.#journal = undefined;
    this.#head = undefined;
  }

  #set(kept: KeptState): KeptState {
    const {state} = this.#options;
    state.set(kept);
    return state.get() ?? kept;
  }

  #isSameFile(): 'unchanged' | 'grown' | 'other' {
    if (this.#journal === undefined) return 'other';
    const {segment, offset} = this.#journal.end;
    const {log} = this.#options.paths;
    const now = statSync(segmentPath(log, segment), {throwIfNoEntry: false});
    if (now === undefined || now.ino !== this.#ino) return 'other';
    if (statSync(segmentPath(log, segment + 1), {throwIfNoEntry: false}) !== undefined) return 'other';
    return now.size === offset ? 'unchanged' : 'grown';
  }

  #taken(isSameFile: boolean): JournalWriter {
    if (this.#journal !== undefined && isSameFile) {
      this.#journal.takeUp();
      return this.#journal;
    }
    const {paths, disk, segmentBytes, isDurable} = this.#options;
    this.close();
    refuseForeignJournal(paths.log, 'id', paths.torn, true);
    this.#journal = openJournal(
      {
        path: paths.log,
        tornPath: paths.torn,
        maxSegmentBytes: segmentBytes,
        syncOnRotate: isDurable,
        unfinishedLines,
        repairsOnlyLast: true,
      },
      disk,
    );
    this.#ino = statSync(this.#journal.file).ino;
    return this.#journal;
  }

  #headOf(kept: KeptState, {lastLine, end}: JournalWriter): Head {
    const last = lastLine === undefined ? undefined : lineHead(lastLine);
    const isDamaged = lastLine !== undefined && last === undefined;
    return headAt(kept, isDamaged ? logEnd(this.#options.paths.log, end.segment) : {last, damagedLines: 0});
  }

  #chained(head: Head, chained: boolean): Head {
    if (!chained || head.kept.anchor !== undefined) return head;
    const {anchorId: id, anchorHash: hash} = newChain(head.id);
    return {id: head.id, hash, kept: this.#set({...head.kept, head: head.id, anchor: {id, hash}})};
  }

  #write(head: Head, batches: readonly Batch[]): Appended {
    const {texts, firstIds, after} = linesOf(head, batches);
    const journal = this.#journal;
    if (journal === undefined)
      throw new StintError('INTERNAL', `The topic ${this.#options.topic} was not taken up.`);
    const {segment} = journal.end;
    try {
      journal.append(bytesOf(texts));
      if (journal.end.segment !== segment) this.#ino = statSync(journal.file).ino;
      this.#head = after;
      return {firstIds};
    } catch (error) {
      const accepted = error instanceof JournalWriteError ? error.acceptedBytes : 0;
      this.close();
      return {firstIds: firstIds.slice(0, wholeTexts(texts, accepted)), error};
    }
  }
}

/** The end of a topic whose files end like this. */
export function headAt(kept: KeptState, {last, damagedLines}: LogEnd): Head {
  return {
    kept,
    id: Math.max(kept.head, last?.id ?? 0) + damagedLines,
    hash: headHash(kept.anchor, last),
  };
}

/** The hash that the next entry goes on from. */
function headHash(
  anchor: Anchor | undefined,
  last: {readonly id: number; readonly hash: string | null} | undefined,
): string | undefined {
  if (anchor === undefined) return undefined;
  if (last === undefined || last.id <= anchor.id) return anchor.hash;
  return last.hash ?? ''; // somebody took it out: what is appended still goes in, and verifying finds the place
}

/** The texts of the batches, one for each. */
function linesOf(
  head: Head,
  batches: readonly Batch[],
): {readonly texts: string[]; readonly firstIds: number[]; readonly after: Head} {
  let {id, hash} = head;
  const firstIds: number[] = [];
  const texts = batches.map(({topic, entries}) => {
    firstIds.push(id + 1);
    let text = '';
    entries.forEach((entry, at) => {
      id += 1;
      if (hash !== undefined) hash = entryHash(hash, topic, id, entry);
      text += entryLine({...entry, id, hash: hash ?? null}, at + 1, entries.length);
    });
    return text;
  });
  return {texts, firstIds, after: {...head, id, hash}};
}

/** Joined first where that can be: it is faster, but a string has a greatest length. */
function bytesOf(texts: readonly string[]): Buffer {
  const length = texts.reduce((sum, text) => sum + text.length, 0);
  if (length < LONGEST_JOINED) return Buffer.from(texts.join(''));
  return Buffer.concat(texts.map(text => Buffer.from(text)));
}

/** How many of the texts are whole within the first so many bytes. */
function wholeTexts(texts: readonly string[], bytes: number): number {
  let end = 0;
  const at = texts.findIndex(text => {
    end += Buffer.byteLength(text);
    return end > bytes;
  });
  return at < 0 ? texts.length : at;
}
