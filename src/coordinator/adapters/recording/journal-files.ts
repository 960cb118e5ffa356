/**
 * Whether a journal's files are still what its writer made of them: by what lies at their paths, its identity and size.
 * A descriptor alone would not tell: it goes on into a file that was moved away.
 */
import {lstatSync, renameSync, rmSync} from 'node:fs';

import {type FileIdentity, type JournalWriter, listSegments, segmentPath} from '../../../journal/index.ts';
import {replaceFile} from '../../../platform/index.ts';

/** `grown`: all that was written is there, and more behind it. */
export type FileCondition = 'whole' | 'grown' | 'gone' | 'cut' | 'replaced';

interface KnownFile extends FileIdentity {
  readonly segment: number;
  readonly bytes: number;
}

export class JournalFiles {
  readonly #path: string;
  readonly #journal: JournalWriter;
  #earlier: KnownFile[];
  /** Of the files that were cut out since the journal was opened. */
  #cutBytes = 0;
  /** Segments into which somebody else wrote too. */
  readonly #shared = new Set<number>();
  #segment: number;
  #identity: FileIdentity;
  /** False where the file system calls one file by changing numbers: then only sizes are looked at. */
  readonly #hasIdentities: boolean;

  /** Of a journal that was just opened: what is there now counts as its own. */
  constructor(path: string, journal: JournalWriter) {
    this.#path = path;
    this.#journal = journal;
    this.#segment = journal.end.segment;
    this.#identity = journal.identity;
    this.#earlier = this.#segment === 0 ? [] : knownFiles(path, this.#segment);
    this.#hasIdentities = isFileAt(path, {segment: this.#segment, ...this.#identity});
  }

  /** Of the file that is written to. */
  get current(): FileCondition {
    return conditionOf(this.#path, this.#written(), this.#hasIdentities);
  }

  /** Goes on behind what somebody else wrote. That may have torn a record, so the file counts as damaged from now on. */
  takeUp(): void {
    this.#journal.takeUp();
    this.#shared.add(this.#journal.end.segment);
  }

  /** The first file that is not as it should be. */
  firstDamaged(): {readonly segment: number; readonly condition: FileCondition} | undefined {
    const written = this.#written();
    for (const file of [...this.#earlier, written]) {
      const condition = this.#conditionOf(file);
      if (condition !== 'whole') return {segment: file.segment, condition};
    }
    return undefined;
  }

  /**
   * Takes away what is at the paths of this segment and those behind it, so that they can be made anew; the newest first,
   * so that a kill leaves the beginning of the journal without holes. What another program may have put there is kept
   * under another name.
   */
  clearFrom(segment: number, now: number): void {
    const known = new Map([...this.#earlier, this.#written()].map(file => [file.segment, file]));
    const there = new Set([segment, ...known.keys(), ...listSegments(this.#path)]);
    for (const each of [...there].filter(at => at >= segment).sort((a, b) => b - a)) {
      const file = known.get(each);
      const condition = file === undefined ? 'replaced' : this.#conditionOf(file);
      if (condition === 'whole' || condition === 'cut') rmSync(segmentPath(this.#path, each));
      else setAside(segmentPath(this.#path, each), now);
    }
  }

  /** Those that belong to the journal, ascending. */
  get segments(): readonly number[] {
    return [...this.#earlier, this.#written()].map(({segment}) => segment);
  }

  /** Bytes in all of them. */
  get bytes(): number {
    return this.#journal.size - this.#cutBytes;
  }

  /**
   * Puts other lines in the place of the segment `at`, for good, and removes those behind it up to before `next`. With the first
   * of these steps they are cut out for every reader. Nobody writes to any of them.
   */
  cutOut({at, next}: {readonly at: number; readonly next: number}, lines: string, now: number): void {
    const cut = this.#earlier.filter(({segment}) => segment >= at && segment < next);
    this.#written();
    replaceFile(segmentPath(this.#path, at), lines);
    const {dev, ino, size} = lstatSync(segmentPath(this.#path, at));
    const left = this.#earlier.filter(file => !cut.includes(file));
    this.#earlier = [...left, {segment: at, dev, ino, bytes: size}].sort((a, b) => a.segment - b.segment);
    this.#cutBytes += cut.reduce((sum, {bytes}) => sum + bytes, -size);
    for (const file of cut) if (file.segment !== at) this.#takeAway(file, now);
  }

  #takeAway(file: KnownFile, now: number): void {
    const path = segmentPath(this.#path, file.segment);
    const condition = this.#conditionOf(file);
    if (condition === 'whole' || condition === 'cut') rmSync(path);
    else if (condition !== 'gone') setAside(path, now);
  }

  #conditionOf(file: KnownFile): FileCondition {
    const condition = conditionOf(this.#path, file, this.#hasIdentities);
    return condition === 'whole' && this.#shared.has(file.segment) ? 'grown' : condition;
  }

  /** The file that is written to, as it should be. The one before is remembered as it was left. */
  #written(): KnownFile {
    const {segment, offset} = this.#journal.end;
    if (segment !== this.#segment) {
      const earlier = this.#earlier.reduce((sum, {bytes}) => sum + bytes, 0);
      const bytes = this.bytes - offset - earlier;
      this.#earlier.push({segment: this.#segment, ...this.#identity, bytes});
      this.#segment = segment;
      this.#identity = this.#journal.identity;
    }
    return {segment, ...this.#identity, bytes: offset};
  }
}

/** Moves a file, or whatever lies there, out of the way; it is never removed. */
export function setAside(path: string, now: number): void {
  if (lstatSync(path, {throwIfNoEntry: false}) !== undefined) renameSync(path, `${path}.replaced-${now}`);
}

function isFileAt(path: string, {segment, dev, ino}: Omit<KnownFile, 'bytes'>): boolean {
  const stats = lstatSync(segmentPath(path, segment), {throwIfNoEntry: false});
  return stats?.ino === ino && stats.dev === dev;
}

function knownFiles(path: string, before: number): KnownFile[] {
  return listSegments(path)
    .filter(segment => segment < before)
    .flatMap(segment => {
      const stats = lstatSync(segmentPath(path, segment), {throwIfNoEntry: false});
      return stats === undefined ? [] : {segment, dev: stats.dev, ino: stats.ino, bytes: stats.size};
    });
}

function conditionOf(path: string, file: KnownFile, hasIdentities: boolean): FileCondition {
  const {segment, dev, ino, bytes} = file;
  const stats = lstatSync(segmentPath(path, segment), {throwIfNoEntry: false});
  if (stats === undefined) return 'gone';
  if (!stats.isFile() || (hasIdentities && (stats.ino !== ino || stats.dev !== dev))) return 'replaced';
  if (stats.size === bytes) return 'whole';
  return stats.size > bytes ? 'grown' : 'cut';
}
