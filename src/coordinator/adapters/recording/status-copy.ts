/**
 * Keeps the status records of a long journal once more, in a file of their own, so that the state of the job can be read
 * at once, and when segments of the journal are gone. Short jobs have no such file: it is made before the write behind
 * the first 2 MiB. Each status record goes there first and into the journal then, so the copy never lacks one; a kill
 * between the two leaves a record that the next recorder puts into the journal. The file is replaced as a whole, and what
 * somebody did to it is undone with the next write.
 */
import {lstatSync, renameSync} from 'node:fs';

import {beginsWith, fileHead, replaceFile} from '../../../platform/index.ts';
import {
  copiedStatus,
  parseStatusLine,
  type StatusLine,
  statusLinesIn,
  statusPath,
} from '../directory/status-lines.ts';
import {setAside} from './journal-files.ts';

/** A journal is folded up to so many bytes in about a millisecond. */
const COPIED_FROM_BYTES = 2 * 1024 * 1024;

type CopiedLine = Pick<StatusLine, 'seq' | 'text'>;

export class StatusCopy {
  readonly #journal: string;
  readonly #path: string;
  readonly #fromBytes: number;
  readonly #now: () => number;
  /** Undefined while there is none. */
  #lines: readonly CopiedLine[] | undefined;
  /** The file as it was left. */
  #written: FileMark | undefined;

  /** `segmentBytes`: when a segment of the journal is full. The copy is there before it has a second one. */
  constructor(journal: string, segmentBytes: number, now: () => number) {
    this.#journal = journal;
    this.#path = statusPath(journal);
    this.#fromBytes = Math.min(COPIED_FROM_BYTES, segmentBytes);
    this.#now = now;
  }

  /** Goes on with the copy that another coordinator left; answers what it holds. */
  takeOver(): readonly StatusLine[] {
    const lines = copiedStatus(this.#journal);
    if (lines.length === 0) return lines;
    const mark = markOf(this.#path);
    if (mark?.size === bytesOf(lines).length) this.#written = mark;
    this.#lines = lines;
    return lines;
  }

  /** Whether the copy is as it should be beside a journal of so many bytes. */
  isWhole(journalBytes: number): boolean {
    if (this.#lines === undefined) return journalBytes < this.#fromBytes;
    const mark = markOf(this.#path);
    return mark?.size === this.#written?.size && mark?.mtimeMs === this.#written?.mtimeMs;
  }

  /**
   * To be called before each write to the journal: makes the copy when it is time, and anew where somebody changed it. The
   * journal is read for it: a long one only where an earlier version recorded it.
   */
  keep(journalBytes: number): void {
    if (!this.isWhole(journalBytes)) this.#write(this.#lines ?? [...statusLinesIn(this.#journal)]);
  }

  /** To be called before a status record is written to the journal. What the copy held behind it does not count any more. */
  put(line: CopiedLine): void {
    if (this.#lines === undefined) return;
    const at = this.#lines.findIndex(({seq}) => seq >= line.seq);
    if (this.#lines[at]?.text === line.text) return;
    this.#write([...(at < 0 ? this.#lines : this.#lines.slice(0, at)), line]);
  }

  /** The status records of the job. Where there is no copy it is made: what was cut out of a journal is told of nowhere else. */
  get all(): readonly StatusLine[] {
    if (this.#lines === undefined) this.#write([...statusLinesIn(this.#journal)]);
    return (this.#lines ?? []).flatMap(({text}) => parseStatusLine(text) ?? []);
  }

  /** These are the status records from one number up to before another. `isUrgent`: they are to be in the file at once. */
  replace(from: number, to: number, lines: readonly CopiedLine[], isUrgent: boolean): void {
    const others = (this.#lines ?? []).filter(({seq}) => seq < from || seq >= to);
    const all = [...others, ...lines].sort((a, b) => a.seq - b.seq);
    if (isUrgent) this.#write(all);
    else this.#lines = all;
  }

  #write(lines: readonly CopiedLine[]): void {
    const rename = (next: string, path: string) => {
      const head = fileHead(path, BEGIN.length);
      if (head === undefined || !beginsWith(head, BEGIN)) setAside(path, this.#now());
      renameSync(next, path);
    };
    replaceFile(this.#path, bytesOf(lines), {rename});
    this.#written = markOf(this.#path);
    this.#lines = lines;
  }
}

const BEGIN = '{"seq":';

interface FileMark {
  readonly size: number;
  readonly mtimeMs: number;
}

function markOf(path: string): FileMark | undefined {
  return lstatSync(path, {throwIfNoEntry: false});
}

function bytesOf(lines: readonly CopiedLine[]): Buffer {
  return Buffer.from(lines.map(({text}) => `${text}\n`).join(''));
}
