/**
 * The journal that a recorder writes, with files that are its own: whether they still are is asked before each write, and
 * where somebody removed, moved, emptied or replaced one, that file and those behind it are taken away, to be made anew.
 */
import {dirname} from 'node:path';

import {codeOf} from '../../../base/index.ts';
import {
  DEFAULT_SEGMENT_BYTES,
  JournalWriteError,
  type JournalWriter,
  openJournal,
  segmentPath,
  segmentsLeft,
  withCutMark,
} from '../../../journal/index.ts';
import {makePrivateDirectory} from '../../../platform/index.ts';
import type {TruncatedEvent} from '../../domain/index.ts';
import {journalBytes} from '../directory/journal-state.ts';
import type {StatusLine} from '../directory/status-lines.ts';
import {type CutSpan, cutLines} from './cutting/cut-record.ts';
import {dueCut, type LogCap} from './cutting/log-cap.ts';
import {placeAtEnd} from './cutting/place-at-end.ts';
import {type FileCondition, JournalFiles} from './journal-files.ts';
import {clearForeign} from './journal-head.ts';
import {type ReadSpool, type RecordingPosition, recordingPosition} from './record-tail.ts';
import {StatusCopy} from './status-copy.ts';

/** What was cut out of a journal, and all status records that stand for it, in their order. */
export interface JournalCut {
  readonly span: CutSpan;
  readonly event: TruncatedEvent;
  readonly statuses: readonly StatusLine[];
  /** The copy of the status records tells of it, so that what it was made from may go. */
  readonly isCopied: boolean;
}

/** The copy is not written for less, in bytes of output: until then it tells of less than was cut out. */
const COPIED_AFTER_BYTES = 12 * 1024 * 1024;

export class OwnJournal {
  readonly #path: string;
  readonly #segmentBytes: (segment: number) => number;
  readonly #cap: LogCap | undefined;
  readonly #now: () => number;
  readonly #copy: StatusCopy;
  #opened: {readonly writer: JournalWriter; readonly files: JournalFiles} | undefined;
  /** Where it goes on behind what was cut out of it. */
  #goesOnIn: number | undefined;
  /** Where the file that is written to begins, by what the job wrote. */
  #segmentStart: {readonly segment: number; readonly offset: number} | undefined;
  #offset = 0;
  /** Up to where the copy of the status records tells what was cut out. */
  #copiedOffset = 0;
  /** Written since it was opened, and what of the job's output that was. */
  #written = {bytes: 0, output: 0};

  /** With a cap that says how large its files become; otherwise `segmentBytes` does. */
  constructor(
    path: string,
    segmentBytes: number = DEFAULT_SEGMENT_BYTES,
    now: () => number,
    cap: LogCap | undefined,
  ) {
    this.#path = path;
    this.#segmentBytes = cap === undefined ? () => segmentBytes : segment => this.#cappedBytes(segment, cap);
    this.#cap = cap;
    this.#now = now;
    this.#copy = new StatusCopy(path, cap === undefined ? segmentBytes : cap.copiedFromBytes, now);
  }

  /** Bytes in all of its files. */
  get size(): number {
    return this.#opened?.files.bytes ?? journalBytes(this.#path);
  }

  /** The number of the file that is written to. */
  get segment(): number {
    return this.#opened?.writer.end.segment ?? 0;
  }

  /** The status records that were recorded. From now on there is a copy of them. */
  get statuses(): readonly StatusLine[] {
    return this.#copy.all;
  }

  /** Whether it can be written to. Where somebody else wrote into its file, it goes on behind that. */
  get condition(): FileCondition | 'closed' {
    if (this.#opened === undefined) return 'closed';
    const {files} = this.#opened;
    const condition = files.current;
    if (condition !== 'grown') return condition;
    files.takeUp();
    return 'whole';
  }

  /** What is the matter with the first of its files that is not as it should be. */
  get damage(): FileCondition | undefined {
    return this.#opened?.files.firstDamaged()?.condition;
  }

  /** Whether all that was written is there. */
  get isWhole(): boolean {
    return this.#opened !== undefined && this.damage === undefined && this.#copy.isWhole(this.size);
  }

  /** The status records that another coordinator recorded, where there is a copy of them. */
  takeOver(): readonly StatusLine[] {
    return this.#copy.takeOver();
  }

  /** Opens its files, or makes them, and tells where to go on. `isUnwatched`: anybody may have put theirs in place of them. */
  open(isUnwatched: boolean, readSpool: ReadSpool, buffer: Buffer): RecordingPosition {
    if (isUnwatched) clearForeign(this.#path, this.#now());
    const writer = openOrRestore(this.#path, this.#segmentBytes);
    const position = recordingPosition(this.#path, writer.lastLine, readSpool, buffer);
    this.#opened = {writer, files: new JournalFiles(this.#path, writer)};
    this.#offset = position.out + position.err;
    this.#segmentStart = {segment: writer.end.segment, offset: this.#offset};
    const {read, cutAt} = segmentsLeft(this.#path);
    this.#goesOnIn = cutAt === undefined ? undefined : read[read.indexOf(cutAt) + 1];
    return position;
  }

  /** Takes away what is damaged, and all behind it; closes the journal, which is to be opened anew. */
  clear(): void {
    const files = this.#opened?.files;
    files?.clearFrom(files.firstDamaged()?.segment ?? 0, this.#now());
    this.close();
  }

  /**
   * Appends whole lines, with which the job's output is recorded up to this offset of both spools together. Throws when they did
   * not all get in, and closes the journal: some of them may be there.
   */
  append(bytes: Buffer, length: number, offset = this.#offset): void {
    this.keepCopy();
    try {
      this.#opened?.writer.append(bytes, length);
      const output = Math.max(0, offset - this.#offset);
      this.#written = {bytes: this.#written.bytes + length, output: this.#written.output + output};
      if (this.#segmentStart?.segment !== this.segment)
        this.#segmentStart = {segment: this.segment, offset: this.#offset};
      this.#offset = offset;
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** The same for a status record, which goes into the copy first. */
  appendStatus(line: Pick<StatusLine, 'seq' | 'text'>): void {
    this.keepCopy();
    this.#copy.put(line);
    const bytes = Buffer.from(`${line.text}\n`);
    this.append(bytes, bytes.length);
  }

  /**
   * Cuts out what is too much, once. The file that stands for it gets into its place, then the others are removed. Where that
   * is much, the copy of the status records tells of it before. Undefined where there is nothing to be cut out.
   */
  cutOut(): JournalCut | undefined {
    const {files} = this.#opened ?? {};
    const due = this.#dueCut;
    if (due === undefined || files === undefined) return undefined;
    const last = files.segments.findLast(segment => segment < due.next) ?? due.at;
    const from = placeAtEnd(segmentPath(this.#path, due.at - 1));
    const to = placeAtEnd(segmentPath(this.#path, last));
    const cut = from && to && cutLines({from, to}, this.#copy.all, to.ts);
    if (from === undefined || to === undefined || cut === undefined) return undefined;
    const offset = to.out + to.err;
    const isCopied = offset - this.#copiedOffset >= COPIED_AFTER_BYTES || offset < this.#copiedOffset;
    if (isCopied) this.#copiedOffset = offset;
    this.#copy.replace(from.seq, to.seq, cut.lines, isCopied);
    const texts = cut.lines.map(({text}, at, {length}) =>
      at === length - 1 ? withCutMark(text, due.next) : text,
    );
    files.cutOut(due, texts.map(text => `${text}\n`).join(''), this.#now());
    this.#goesOnIn = due.next;
    return {span: {from, to}, event: cut.event, statuses: this.#copy.all, isCopied};
  }

  /** So many bytes of it each byte of output has become. */
  get growth(): number {
    const {bytes, output} = this.#written;
    return output === 0 ? 1 : bytes / output;
  }

  get isCutDue(): boolean {
    return this.#dueCut !== undefined;
  }

  get #dueCut() {
    if (this.#cap === undefined || this.#opened === undefined) return undefined;
    return dueCut(this.#cap, this.#opened.files.segments, this.#goesOnIn);
  }

  /** Makes the copy of the status records when it is time, and anew where somebody changed it. */
  keepCopy(): void {
    this.#copy.keep(this.size);
  }

  close(): void {
    this.#opened?.writer.close();
    this.#opened = undefined;
  }

  /** A file is full also when what the job wrote for it is as much, of which little may be recorded. */
  #cappedBytes(segment: number, cap: LogCap): number {
    const bytes = cap.segmentBytes(segment);
    const start = this.#segmentStart;
    return start?.segment === segment && this.#offset - start.offset >= bytes ? 1 : bytes;
  }
}

/** Opens the journal; where somebody deleted the job's directory, it is made anew to hold what became of the job. */
function openOrRestore(path: string, maxSegmentBytes: (segment: number) => number): JournalWriter {
  const options = {path, maxSegmentBytes};
  try {
    return openJournal(options);
  } catch (error) {
    if (!(error instanceof JournalWriteError) || codeOf(error.cause) !== 'ENOENT') throw error;
    makePrivateDirectory(dirname(path));
    return openJournal(options);
  }
}
