/**
 * Follows the `progress.jsonl` of one job. The job writes it, we only read: whatever moves in it is the job's own doing.
 * The file is made empty where there is none, so that it can be watched, and removed when it stayed so.
 */
import {chmodSync, closeSync, type FSWatcher, openSync, rmSync, statSync, watch} from 'node:fs';
import {join} from 'node:path';

import {PRIVATE_FILE} from '../../platform/index.ts';
import {
  MovementDetector,
  ProgressAnalysis,
  ProgressFile,
  type ProgressRecord,
  summaryOf,
} from '../../progress/index.ts';
import type {JobProgress} from '../domain/index.ts';
import type {ProgressFollower, ProgressSeen} from '../ports/index.ts';
import {JOB_FILES} from './job-paths.ts';
import type {Pump, Pumped} from './pump.ts';

export interface ProgressFollowerOptions {
  readonly directory: string;
  readonly pump: Pump;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly hear: (seen: ProgressSeen) => void;
  readonly report: (what: string, error: unknown) => void;
}

export class JobProgressFollower implements ProgressFollower, Pumped {
  readonly #options: ProgressFollowerOptions;
  readonly #path: string;
  readonly #file: ProgressFile;
  #watcher: FSWatcher | undefined;
  #analysis = new ProgressAnalysis();
  #movement = new MovementDetector();
  #movedAt: number | undefined;
  #hasMoved = false;
  /** Until it has once caught up, what it reads may be old. */
  #isLate = true;

  constructor(options: ProgressFollowerOptions) {
    this.#options = options;
    this.#path = join(options.directory, JOB_FILES.progress);
    this.#file = new ProgressFile(this.#path);
    try {
      closeSync(openSync(this.#path, 'a', PRIVATE_FILE));
      chmodSync(this.#path, PRIVATE_FILE); // a job that was faster made it as its umask says
      this.#watcher = watch(this.#path, () => options.pump.wake(this));
      this.#watcher.on('error', error => options.report('watching progress', error));
      options.pump.wake(this);
    } catch (error) {
      options.report('following progress', error); // the job goes on, its progress is read at its end
    }
  }

  step(): boolean {
    try {
      const more = this.#file.readSome(this);
      if (!more) this.#isLate = false;
      this.#tell();
      return more;
    } catch (error) {
      this.#options.report('reading progress', error);
      this.#stopWatching();
      return false;
    }
  }

  record(record: ProgressRecord): void {
    this.#analysis.add(record);
    if (!this.#movement.isMovement(record)) return;
    const now = this.#options.now();
    this.#movedAt = this.#isLate ? Math.min(record.ts_ms, now) : now;
    this.#hasMoved = true;
  }

  skipped(bytes: number): void {
    this.#analysis.skip(bytes);
  }

  reset(): void {
    this.#analysis = new ProgressAnalysis();
    this.#movement = new MovementDetector();
  }

  stop(): void {
    this.#stopWatching();
    this.#options.pump.forget(this);
    this.#file.close();
  }

  close(): string | undefined {
    while (this.step());
    this.stop();
    if (statSync(this.#path, {throwIfNoEntry: false})?.size === 0) rmSync(this.#path, {force: true});
    const summary = summaryOf(this.#analysis.report());
    return summary === undefined ? undefined : JSON.stringify(summary);
  }

  #stopWatching(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  #tell(): void {
    const progress = jobProgress(this.#analysis);
    if (!this.#hasMoved || this.#movedAt === undefined || progress === undefined) return;
    this.#hasMoved = false;
    this.#options.hear({progress, movedAt: this.#movedAt});
  }
}

function jobProgress(analysis: ProgressAnalysis): JobProgress | undefined {
  const now = analysis.now();
  if (now === undefined) return undefined;
  const {phase, open, rows_processed, rows_total} = now;
  return {
    phase,
    open:
      open === null ? null : {batchIndex: open.batch_index, since: open.since_ms, expectMs: open.expect_ms},
    rowsProcessed: rows_processed,
    rowsTotal: rows_total,
  };
}
