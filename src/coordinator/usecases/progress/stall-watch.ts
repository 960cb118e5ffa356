/**
 * Watches whether a job that reports progress gets on. Whether it does is decided by a clock that nobody sets and that
 * stands still while the machine sleeps, and by what happened since this watch began; the wall clock only dates what is
 * told to people. One timer, and only for a job that has reported.
 */
import {type Expected, type JobProgress, type StatusEvent, stallsAt} from '../../domain/index.ts';
import type {ProgressSeen, Timer} from '../../ports/index.ts';

export interface StallWatchOptions {
  readonly timer: Timer;
  /** The wall clock, Unix milliseconds. */
  readonly now: () => number;
  /** Milliseconds of a clock that nobody sets and that does not run while the machine sleeps. */
  readonly monotonic: () => number;
}

export interface WatchedJob {
  readonly stallAfterMs: number;
  /** When an earlier coordinator found it stalled, Unix milliseconds. */
  readonly stalledSince?: number | undefined;
  /**
   * Called before it is called stalled: takes in (by `moved` and `printed`) what the job did and nobody has told yet, since
   * timers are quicker than files. False while there is more to take in. Does not throw.
   */
  readonly look: () => boolean;
  /** Puts `stalled` or `resumed` on record, with what was known of the job's files. */
  readonly record: (event: StallEvent) => void;
}

export type StallEvent = Extract<StatusEvent, {event: 'stalled' | 'resumed'}>;

/** An alarm that is later than this was kept from going off: nobody could look, and perhaps nobody could move. */
const LATE_MS = 1000;
/** While there is much to take in. */
const LOOK_AGAIN_MS = 1000;

interface Stalled {
  /** Unix milliseconds. */
  readonly since: number;
  /** The same moment of the other clock. */
  readonly at: number;
}

interface OpenPhase {
  readonly phase: string;
  readonly batchIndex: number | null;
  readonly since: number;
  readonly at: number;
}

export class StallWatch {
  readonly #options: StallWatchOptions;
  readonly #job: WatchedJob;
  #watchedSince: number;
  #changedAt: number | undefined;
  #printedAt: number | undefined;
  #progress: JobProgress | undefined;
  #open: OpenPhase | undefined;
  /** With the times of the clock that nobody sets. */
  #expected: readonly Expected[] = [];
  /** The same by what was told of them, the wall clock's times. */
  #expectedAt = new Map<number, number>();
  #stalled: Stalled | undefined;
  #alarm: {readonly at: number; readonly stop: () => void} | undefined;
  #isClosed = false;

  constructor(job: WatchedJob, options: StallWatchOptions) {
    this.#options = options;
    this.#job = job;
    this.#watchedSince = options.monotonic();
    if (job.stalledSince !== undefined)
      this.#stalled = {since: job.stalledSince, at: this.#monotonicOf(job.stalledSince)};
  }

  /** It was found stalled, by us or by an earlier coordinator, and has not got on since. */
  get isStalled(): boolean {
    return this.#stalled !== undefined;
  }

  /** It has reported. */
  get hasReported(): boolean {
    return this.#changedAt !== undefined;
  }

  /** Whether what it reported changed since a moment of the clock that nobody sets, if only uncertainly. */
  hasChangedSince(at: number): boolean {
    return (this.#changedAt ?? Number.NEGATIVE_INFINITY) > at;
  }

  /** What the worker reported has changed. */
  reported({progress, changedAt, gotOn}: ProgressSeen): void {
    this.#open = this.#openPhase(progress);
    this.#expected = this.#expectations(progress);
    this.#progress = progress;
    this.#changedAt = Math.max(this.#monotonicOf(changedAt), this.#changedAt ?? Number.NEGATIVE_INFINITY);
    if (gotOn) this.#gotOn();
    else if (this.#stalled === undefined) this.#setAlarm();
  }

  /** The job printed something new. */
  printed(): void {
    this.#printedAt = this.#options.monotonic();
    this.#gotOn();
  }

  /** Nothing that comes later is told any more. */
  close(): void {
    this.#isClosed = true;
    this.#alarm?.stop();
    this.#alarm = undefined;
  }

  #gotOn(): void {
    if (this.#isClosed) return;
    if (this.#stalled === undefined) this.#setAlarm();
    else this.#resume(this.#stalled);
  }

  #resume(stalled: Stalled): void {
    this.#stalled = undefined;
    this.#job.record({
      event: 'resumed',
      stalled_ms: Math.round(Math.max(0, this.#options.monotonic() - stalled.at)),
    });
    this.#setAlarm();
  }

  /** An alarm that would go off too early looks again then; one that would go off too late is set anew. */
  #setAlarm(wanted = this.#stallsAt()): void {
    if (wanted === undefined || wanted === Number.POSITIVE_INFINITY || this.#isClosed) return;
    if (this.#alarm !== undefined && this.#alarm.at <= wanted) return;
    this.#alarm?.stop();
    const {timer, monotonic} = this.#options;
    this.#alarm = {at: wanted, stop: timer(Math.max(0, wanted - monotonic()), () => this.#look(wanted))};
  }

  #look(wanted: number): void {
    this.#alarm = undefined;
    const {monotonic} = this.#options;
    if (monotonic() < this.#dueAt()) {
      this.#setAlarm();
      return;
    }
    if (monotonic() - wanted > LATE_MS) this.#watchedSince = monotonic();
    const isBehind = !this.#job.look();
    if (this.#isClosed) return;
    // A worker that only beats may do so faster than anybody can read: no longer than as long again.
    const due = this.#dueAt() + (isBehind ? this.#job.stallAfterMs : 0);
    if (monotonic() >= due) this.#stall();
    else this.#setAlarm(isBehind ? Math.min(due, monotonic() + LOOK_AGAIN_MS) : due);
  }

  #stall(): void {
    const {now, monotonic} = this.#options;
    const at = monotonic();
    this.#alarm?.stop();
    this.#alarm = undefined;
    this.#stalled = {since: now(), at};
    const silentSince = Math.max(this.#changedAt ?? at, this.#printedAt ?? Number.NEGATIVE_INFINITY);
    this.#job.record({event: 'stalled', silent_ms: Math.round(at - silentSince), ...where(this.#open, at)});
  }

  /** Infinity for never. */
  #dueAt(): number {
    const at = this.#stalled === undefined ? this.#stallsAt() : undefined;
    return at ?? Number.POSITIVE_INFINITY;
  }

  #stallsAt(): number | undefined {
    const {outcome = 'running', waiting = null} = this.#progress ?? {};
    return stallsAt({
      stallAfterMs: this.#job.stallAfterMs,
      changedAt: this.#changedAt,
      printedAt: this.#printedAt,
      expected: this.#expected,
      mayBeSilent: outcome !== 'running' || waiting !== null,
      watchedSince: this.#watchedSince,
    });
  }

  /** A phase that was open already keeps its time on the clock that nobody sets. */
  #openPhase({phase, open}: JobProgress): OpenPhase | undefined {
    if (open === null) return undefined;
    const {batchIndex, since} = open;
    const before = this.#open;
    const isSame = before?.phase === phase && before.batchIndex === batchIndex && before.since === since;
    return {phase, batchIndex, since, at: isSame ? before.at : this.#monotonicOf(since)};
  }

  #expectations({expected}: JobProgress): Expected[] {
    const before = this.#expectedAt;
    this.#expectedAt = new Map(
      expected.map(({since}) => [since, before.get(since) ?? this.#monotonicOf(since)]),
    );
    return expected.map(({since, expectMs}) => ({since: this.#expectedAt.get(since) ?? since, expectMs}));
  }

  /** Where a moment of the wall clock lies on the other one; not in the future. */
  #monotonicOf(wall: number): number {
    const {now, monotonic} = this.#options;
    return monotonic() - Math.max(0, now() - wall);
  }
}

function where(open: OpenPhase | undefined, now: number): Partial<Extract<StallEvent, {event: 'stalled'}>> {
  if (open === undefined) return {};
  const {phase, batchIndex, at} = open;
  return {
    phase,
    ...(batchIndex === null ? {} : {batch_index: batchIndex}),
    open_ms: Math.round(now - at),
  };
}
