/**
 * Watches whether a job that reports progress gets on. Silence is measured on a clock that stands still while the machine
 * sleeps, so that nobody is called stalled who had no chance to move. One timer, and only for a job that has reported.
 */
import {type JobProgress, type StatusEvent, stallsAt} from '../domain/index.ts';
import type {ProgressSeen, Timer} from '../ports/index.ts';

export interface StallWatchOptions {
  readonly timer: Timer;
  /** The wall clock, Unix milliseconds. */
  readonly now: () => number;
  /** Milliseconds of a clock that nobody sets and that does not run while the machine sleeps. */
  readonly monotonic: () => number;
}

export interface WatchedJob {
  readonly stallAfterMs: number;
  /** Another coordinator had it before: it gets some time until it can be called stalled. */
  readonly isTakenOver: boolean;
  /** When an earlier coordinator found it stalled, Unix milliseconds. */
  readonly stalledSince?: number | undefined;
  /** Puts `stalled` or `resumed` on record. */
  readonly record: (event: StallEvent) => void;
}

export type StallEvent = Extract<StatusEvent, {event: 'stalled' | 'resumed'}>;

const TAKE_OVER_MS = 10_000;

export class StallWatch {
  readonly #options: StallWatchOptions;
  readonly #job: WatchedJob;
  readonly #notBefore: number;
  #movedAt: number | undefined;
  #printedAt: number | undefined;
  #progress: JobProgress | undefined;
  #stalledAt: number | undefined;
  #alarm: {readonly at: number; readonly stop: () => void} | undefined;

  constructor(job: WatchedJob, options: StallWatchOptions) {
    this.#options = options;
    this.#job = job;
    const grace = job.isTakenOver ? Math.min(TAKE_OVER_MS, job.stallAfterMs) : 0;
    this.#notBefore = options.monotonic() + grace;
    if (job.stalledSince !== undefined) this.#stalledAt = this.#monotonicOf(job.stalledSince);
  }

  /** The worker reported that it got on. */
  moved({progress, movedAt}: ProgressSeen): void {
    this.#movedAt = this.#monotonicOf(movedAt);
    this.#progress = progress;
    this.#gotOn(this.#movedAt);
  }

  /** The job printed something, `at` in Unix milliseconds. */
  printed(at: number): void {
    this.#printedAt = this.#monotonicOf(at);
    if (this.#movedAt !== undefined) this.#gotOn(this.#printedAt);
  }

  close(): void {
    this.#alarm?.stop();
    this.#alarm = undefined;
    this.#stalledAt = Number.POSITIVE_INFINITY; // nothing that comes late is told any more
  }

  /** Something that lies before the stall does not end it: it is what an adopter reads again. */
  #gotOn(at: number): void {
    if (this.#stalledAt === undefined) this.#setAlarm();
    else if (at > this.#stalledAt) this.#resume();
  }

  #resume(): void {
    const stalledMs = Math.round(this.#options.monotonic() - (this.#stalledAt ?? 0));
    this.#stalledAt = undefined;
    this.#job.record({event: 'resumed', stalled_ms: Math.max(0, stalledMs)});
    this.#setAlarm();
  }

  /** An alarm that would go off too early looks again then; one that would go off too late is set anew. */
  #setAlarm(): void {
    const at = this.#stallsAt();
    if (at === undefined || (this.#alarm !== undefined && this.#alarm.at <= at)) return;
    this.#alarm?.stop();
    const {timer, monotonic} = this.#options;
    this.#alarm = {at, stop: timer(Math.max(0, at - monotonic()), () => this.#look())};
  }

  #look(): void {
    this.#alarm = undefined;
    const at = this.#stallsAt();
    const now = this.#options.monotonic();
    if (at === undefined || this.#stalledAt !== undefined) return;
    if (now < at) {
      this.#setAlarm();
      return;
    }
    this.#stalledAt = now;
    const {phase, open} = this.#progress ?? {phase: undefined, open: null};
    this.#job.record({
      event: 'stalled',
      silent_ms: Math.round(now - Math.max(this.#movedAt ?? 0, this.#printedAt ?? 0)),
      ...(open === null || phase === undefined
        ? {}
        : {
            phase,
            ...(open.batchIndex === null ? {} : {batch_index: open.batchIndex}),
            open_ms: Math.round(now - this.#monotonicOf(open.since)),
          }),
    });
  }

  #stallsAt(): number | undefined {
    const open = this.#progress?.open;
    return stallsAt({
      stallAfterMs: this.#job.stallAfterMs,
      movedAt: this.#movedAt,
      printedAt: this.#printedAt,
      open:
        open?.expectMs === undefined || open.expectMs === null
          ? undefined
          : {since: this.#monotonicOf(open.since), expectMs: open.expectMs},
      notBefore: this.#notBefore,
    });
  }

  /** Where a moment of the wall clock lies on the other one; not in the future. */
  #monotonicOf(wall: number): number {
    const {now, monotonic} = this.#options;
    return monotonic() - Math.max(0, now() - wall);
  }
}
