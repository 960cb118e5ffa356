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
} from '../../../journal/index.ts';
import {makePrivateDirectory} from '../../../platform/index.ts';
import {journalBytes} from '../directory/journal-state.ts';
import type {StatusLine} from '../directory/status-lines.ts';
import {type FileCondition, JournalFiles} from './journal-files.ts';
import {clearForeign} from './journal-head.ts';
import {type ReadSpool, type RecordingPosition, recordingPosition} from './record-tail.ts';
import {StatusCopy} from './status-copy.ts';

export class OwnJournal {
  readonly #path: string;
  readonly #segmentBytes: number;
  readonly #now: () => number;
  readonly #copy: StatusCopy;
  #opened: {readonly writer: JournalWriter; readonly files: JournalFiles} | undefined;

  constructor(path: string, segmentBytes: number | undefined, now: () => number) {
    this.#path = path;
    this.#segmentBytes = segmentBytes ?? DEFAULT_SEGMENT_BYTES;
    this.#now = now;
    this.#copy = new StatusCopy(path, this.#segmentBytes, now);
  }

  /** Bytes in all of its files. */
  get size(): number {
    return this.#opened?.writer.size ?? journalBytes(this.#path);
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
    return position;
  }

  /** Takes away what is damaged, and all behind it; closes the journal, which is to be opened anew. */
  clear(): void {
    const files = this.#opened?.files;
    files?.clearFrom(files.firstDamaged()?.segment ?? 0, this.#now());
    this.close();
  }

  /** Appends whole lines. Throws when they did not all get in, and closes the journal: some of them may be there. */
  append(bytes: Buffer, length: number): void {
    this.keepCopy();
    try {
      this.#opened?.writer.append(bytes, length);
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

  /** Makes the copy of the status records when it is time, and anew where somebody changed it. */
  keepCopy(): void {
    this.#copy.keep(this.size);
  }

  close(): void {
    this.#opened?.writer.close();
    this.#opened = undefined;
  }
}

/** Opens the journal; where somebody deleted the job's directory, it is made anew to hold what became of the job. */
function openOrRestore(path: string, maxSegmentBytes: number): JournalWriter {
  const options = {path, maxSegmentBytes};
  try {
    return openJournal(options);
  } catch (error) {
    if (!(error instanceof JournalWriteError) || codeOf(error.cause) !== 'ENOENT') throw error;
    makePrivateDirectory(dirname(path));
    return openJournal(options);
  }
}
