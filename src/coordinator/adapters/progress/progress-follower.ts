/**
 * Follows the `progress.jsonl` of one job. The job writes it, we only read: whatever moves in it is the job's own doing.
 * The file is made empty where there is none, so that it can be watched, and removed when it stayed so.
 *
 * It is the job's to do with as it likes: one that is put in its place is read from its begin, one that is removed is read
 * to its end for as long as its writer writes, and what is no regular file is left alone until there is one.
 */
import {
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fstatSync,
  lstatSync,
  openSync,
  rmSync,
  type Stats,
} from 'node:fs';
import {join} from 'node:path';

import {cutText, messageOf} from '../../../base/index.ts';
import {type FileWatch, lookRegularly, PRIVATE_FILE, watchFile} from '../../../platform/index.ts';
import {
  type OpenPhase,
  ProgressAnalysis,
  ProgressFile,
  type ProgressRecord,
  summaryOf,
  WorkerActivity,
} from '../../../progress/index.ts';
import type {JobProgress} from '../../domain/index.ts';
import type {FollowOptions, ProgressFollower} from '../../ports/index.ts';
import {JOB_FILES} from '../directory/job-paths.ts';
import type {Pump, Pumped} from '../recording/pump.ts';
import {CheckpointKeeper} from './checkpoint-keeper.ts';
import {OpenSpans} from './open-spans.ts';
import {keptSummary, markOf, type ProgressCheckpoint, readCheckpoint} from './progress-checkpoint.ts';
import {ReadLines} from './read-lines.ts';
import {isWorkRewritten} from './seen-work.ts';

export interface ProgressFollowerOptions extends FollowOptions {
  readonly directory: string;
  /** When the job was submitted, Unix milliseconds: nothing that it reports is older. */
  readonly submittedAt: number;
  readonly pump: Pump;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly report: (what: string, error: unknown) => void;
}

/** Some milliseconds of work; other jobs want their turn. */
const PIECE_BYTES = 64 * 1024;
/** So many pieces are read at once where somebody waits for it. */
const PIECES_AT_ONCE = 8;
/** A longer name is no name; it would stand in every record about the job. */
const MOST_PHASE_CHARACTERS = 200;

type State = 'following' | 'closing' | 'stopped';

export class JobProgressFollower implements ProgressFollower, Pumped {
  readonly #options: ProgressFollowerOptions;
  readonly #path: string;
  readonly #checkpoints: CheckpointKeeper;
  #file: ProgressFile;
  #opened: (Pick<Stats, 'dev' | 'ino'> & {readonly fd: number}) | undefined;
  #watch: FileWatch | undefined;
  #state: State = 'following';
  #closed: (() => void) | undefined;
  /** While it is being closed: what comes behind that is not read any more. */
  #upTo = Number.POSITIVE_INFINITY;
  #analysis: ProgressAnalysis;
  /** Of all that was ever read: what stands there once more is no news, also in another file. */
  readonly #activity = new WorkerActivity<number>();
  readonly #lines = new ReadLines();
  #spans = new OpenSpans();
  /** What it reads may have been read before: the file was rewritten or replaced. */
  #isReadAnew = false;
  /** What lies before this byte was seen by an earlier coordinator. */
  #knownBytes: number | undefined;
  #changedAt: number | undefined;
  #movedAt: number | undefined;
  #hasChanged = false;
  #gotOn = false;
  /** Until it has once caught up, what it reads may be old: the writer's clock is asked, within what is possible. */
  #late: {readonly from: number; readonly to: number} | undefined = {from: 0, to: 0};
  /** What was wrong with the file last, so that it is said once. */
  #trouble: string | undefined;

  constructor(options: ProgressFollowerOptions) {
    this.#options = options;
    this.#path = join(options.directory, JOB_FILES.progress);
    this.#checkpoints = new CheckpointKeeper(options);
    this.#file = this.#newFile();
    this.#analysis = this.#newAnalysis();
    options.pump.wake(this);
  }

  get readBytes(): number {
    return this.#file.nextLine;
  }

  look(): boolean {
    for (let piece = 0; piece < PIECES_AT_ONCE; piece++) if (!this.step()) return true;
    this.#options.pump.wake(this);
    return false;
  }

  stop(): void {
    this.#state = 'stopped';
    this.#watch?.close();
    this.#watch = undefined;
    this.#options.pump.forget(this);
    this.#file.close();
  }

  async close(): Promise<string | undefined> {
    if (this.#state === 'following') {
      this.#state = 'closing';
      this.#upTo = lstatSync(this.#path, {throwIfNoEntry: false})?.size ?? this.#file.size ?? 0;
      await new Promise<void>(resolve => {
        this.#closed = resolve;
        this.#options.pump.wake(this);
      });
    }
    this.stop();
    this.#removeEmpty();
    const summary = summaryOf(this.#analysis.report()) ?? keptSummary(this.#options.directory);
    // Where the file is gone nothing else tells what it held, should we be killed before the row is written.
    if (existsSync(this.#path)) this.#checkpoints.forget();
    return summary === undefined ? undefined : JSON.stringify(summary);
  }

  step(): boolean {
    if (this.#state === 'stopped') return false;
    let more = false;
    try {
      if (this.#late !== undefined) this.#late = this.#possibleTimes();
      more = (this.#file.readSome(this) && this.#file.offset < this.#upTo) || this.#isReplaced();
      if (this.#opened !== undefined) this.#trouble = undefined;
      this.#checkpoints.passed(this.#file.nextLine, more, () => this.#checkpoint());
    } catch (error) {
      this.#complain(error);
    }
    if (more) {
      if (this.#late === undefined) this.#tell();
      return true;
    }
    this.#tell();
    this.#late = undefined;
    this.#isReadAnew = false;
    this.#closed?.();
    return false;
  }

  record(record: ProgressRecord, line: string, begin: number): void {
    const at = this.#writtenAt(record);
    this.#analysis.add(record);
    this.#spans.add(record, at);
    const isRead = this.#lines.add(line);
    if (isRead && this.#isReadAnew) return;
    const shown = this.#activity.add(record, at);
    if (shown === 'nothing') return;
    if (shown === 'movement') this.#movedAt = at;
    this.#changedAt = at;
    this.#hasChanged = true;
    if (shown !== 'uncertain' && begin >= (this.#knownBytes ?? 0)) this.#gotOn = true;
  }

  skipped(bytes: number): void {
    this.#analysis.skip(bytes);
  }

  /** What the file holds now may have been in it before. */
  reset(): void {
    this.#checkpoints.forget();
    this.#analysis = this.#newAnalysis();
    this.#isReadAnew = true;
    this.#knownBytes = 0;
    this.#spans = new OpenSpans();
    this.#late = this.#possibleTimes();
    this.#hasChanged ||= this.#changedAt !== undefined;
  }

  #newAnalysis(): ProgressAnalysis {
    return new ProgressAnalysis({
      from: this.#options.submittedAt,
      to: () => this.#file.writtenAt,
    });
  }

  #newFile(): ProgressFile {
    return new ProgressFile(this.#path, {open: () => this.#open(), chunkBytes: PIECE_BYTES});
  }

  /** Opens it without ever waiting, as a FIFO would have us do. Its job may have made it readable by all. */
  #open(): number {
    const isClosing = this.#state === 'closing';
    const isToCome = !isClosing && readCheckpoint(this.#options.directory) === undefined;
    const fd = openSync(this.#path, isToCome ? READ | constants.O_CREAT : READ, PRIVATE_FILE);
    try {
      const stats = fstatSync(fd);
      if (!stats.isFile()) throw new Error(`${this.#path} is not a file`);
      if (stats.mode & 0o077) fchmodSync(fd, PRIVATE_FILE);
      this.#knownBytes ??= this.#isKnown(stats.size) ? this.#options.knownBytes : 0;
      this.#opened = {fd, dev: stats.dev, ino: stats.ino};
      if (!isClosing) this.#watchBy(watchFile(this.#path, () => this.#options.pump.wake(this)));
      return fd;
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  }

  /** Whether what an earlier coordinator had seen of it stands there as it was. */
  #isKnown(size: number): boolean {
    const {directory, knownBytes, knownWork} = this.#options;
    return size >= knownBytes && !isWorkRewritten(directory, knownBytes, knownWork);
  }

  /** Whether there is another file in its place, which is to be read now. One that is gone may come again. */
  #isReplaced(): boolean {
    const found = lstatSync(this.#path, {throwIfNoEntry: false});
    const isSame = found?.ino === this.#opened?.ino && found?.dev === this.#opened?.dev;
    if (found !== undefined && isSame) return false;
    if (found?.isFile() && this.#opened !== undefined) {
      this.#file.close();
      this.#file = this.#newFile();
      this.#opened = undefined;
      this.reset();
      return true;
    }
    if (found === undefined) this.#keepRemoved();
    this.#lookRegularly();
    if (found !== undefined && !found.isFile()) throw new Error(`${this.#path} is not a file`);
    return false;
  }

  /** Only we can tell what is in it now, and what its writer adds. */
  #keepRemoved(): void {
    const checkpoint = this.#checkpoint();
    if (checkpoint !== undefined) this.#checkpoints.keep(checkpoint);
  }

  /** Of what was read until now; undefined where that is nothing. */
  #checkpoint(): ProgressCheckpoint | undefined {
    const summary = summaryOf(this.#analysis.report());
    if (summary === undefined || this.#opened === undefined) return undefined;
    const offset = this.#file.nextLine;
    const digest = this.#analysis.digest();
    return {
      offset,
      mark: markOf(this.#opened.fd, offset),
      moved_at_ms: this.#movedAt ?? null,
      summary,
      digest,
    };
  }

  #complain(error: unknown): void {
    this.#lookRegularly();
    const trouble = messageOf(error);
    if (trouble !== this.#trouble) this.#options.report('following progress', error);
    this.#trouble = trouble;
  }

  #lookRegularly(): void {
    if (this.#state === 'following') this.#watchBy(lookRegularly(() => this.#options.pump.wake(this)));
  }

  #watchBy(watch: FileWatch): void {
    this.#watch?.close();
    this.#watch = watch;
  }

  /** Never before the job was submitted, nor after the last write to the file. */
  #possibleTimes(): {from: number; to: number} {
    const {directory, now} = this.#options;
    const submitted = lstatSync(join(directory, JOB_FILES.spec), {throwIfNoEntry: false});
    const written = lstatSync(this.#path, {throwIfNoEntry: false});
    return {from: submitted?.mtimeMs ?? 0, to: Math.round(written?.mtimeMs ?? now())};
  }

  #writtenAt({ts_ms}: ProgressRecord): number {
    if (this.#late === undefined) return this.#options.now();
    const {from, to} = this.#late;
    return ts_ms >= from && ts_ms <= to ? ts_ms : to;
  }

  #tell(): void {
    if (!this.#hasChanged) return;
    this.#hasChanged = false;
    const gotOn = this.#gotOn;
    this.#gotOn = false;
    const changedAt = this.#late === undefined ? this.#options.now() : this.#changedAt;
    if (changedAt === undefined) return;
    const progress = jobProgress(this.#analysis, this.#spans, this.#activity.waiting, changedAt);
    if (progress !== undefined) this.#options.hear({progress, changedAt, gotOn});
  }

  #removeEmpty(): void {
    const found = lstatSync(this.#path, {throwIfNoEntry: false});
    if (found?.isFile() && found.size === 0) rmSync(this.#path, {force: true});
  }
}

const READ = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;

function jobProgress(
  analysis: ProgressAnalysis,
  spans: OpenSpans,
  waiting: JobProgress['waiting'] | undefined,
  changedAt: number,
): JobProgress | undefined {
  const now = analysis.now();
  if (now === undefined) return undefined;
  const {run_id, phase, open, outcome, rows_processed, rows_total, rows_phase} = now;
  const sinceOf = (runId: string | null, {phase, batch_index, since_ms}: OpenPhase) =>
    spans.since(runId, phase, batch_index) ?? since_ms ?? changedAt;
  return {
    phase: cutText(phase, MOST_PHASE_CHARACTERS),
    open: open === null ? null : {batchIndex: open.batch_index, since: sinceOf(run_id, open)},
    expected: analysis
      .openPhases()
      .flatMap(each =>
        each.expect_ms === null ? [] : [{since: sinceOf(each.run_id, each), expectMs: each.expect_ms}],
      ),
    waiting: waiting ?? null,
    outcome,
    rowsProcessed: rows_processed,
    rowsTotal: rows_total,
    rowsPhase: rows_phase === null ? null : cutText(rows_phase, MOST_PHASE_CHARACTERS),
  };
}
