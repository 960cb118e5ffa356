/**
 * Looks after the progress of running jobs: what each reports, whether it gets on, and what is done when it does not. A
 * short job costs nothing of that: it has ended before anybody begins to look.
 */
import {
  isToldOfStall,
  type Job,
  type Stall,
  type StalledEvent,
  stallReason,
  stallText,
} from '../../domain/index.ts';
import type {
  Notifier,
  OutputBytes,
  ProgressFollower,
  ProgressSeen,
  ProgressSource,
} from '../../ports/index.ts';
import type {Canceller} from '../ending/cancel.ts';
import type {Run, RunProgress} from '../job-run.ts';
import {CompleteWatch} from './complete-watch.ts';
import {type StallEvent, StallWatch, type StallWatchOptions} from './stall-watch.ts';

export interface ProgressWatchOptions extends StallWatchOptions {
  readonly progress: ProgressSource;
  readonly notifier: Notifier;
  /** Hears when what a job reports has changed. */
  readonly onProgress: (job: Job) => void;
  readonly report: (what: string, error: unknown) => void;
}

/** A job that ends sooner is only read at its end. */
export const SHORT_JOB_MS = 25;
const GRACE_MS = 10_000;
/** Numbers that grow are told so often; a new phase at once. */
const TELL_MS = 1000;
/** What is printed is looked at so often while it is not stalled. */
const LOOK_AT_OUTPUT_MS = 100;

export class ProgressWatch {
  readonly #options: ProgressWatchOptions;
  readonly #canceller: Pick<Canceller, 'cancel'>;

  constructor(options: ProgressWatchOptions, canceller: Pick<Canceller, 'cancel'>) {
    this.#options = options;
    this.#canceller = canceller;
  }

  begin(run: Run): void {
    run.watch = new RunWatch(run, this.#options, this.#canceller);
  }
}

/** The progress of one job, as `ProgressWatch` looks after it. */
class RunWatch implements RunProgress {
  readonly #run: Run;
  readonly #options: ProgressWatchOptions;
  readonly #canceller: Pick<Canceller, 'cancel'>;
  readonly #stall: StallWatch;
  readonly #complete: CompleteWatch;
  readonly #follower: ProgressFollower;
  /** How much of its output was looked at; undefined before that matters. */
  #output: OutputBytes | undefined;
  #lookLater: (() => void) | undefined;
  #outputLookedAt = Number.NEGATIVE_INFINITY;
  #toldAt = 0;
  #tellLater: (() => void) | undefined;
  #cancelLater: (() => void) | undefined;
  #isOver = false;

  constructor(run: Run, options: ProgressWatchOptions, canceller: Pick<Canceller, 'cancel'>) {
    this.#run = run;
    this.#options = options;
    this.#canceller = canceller;
    const {spec, state} = run.job;
    this.#stall = new StallWatch(
      {
        stallAfterMs: spec.stallAfterMs,
        stalledSince: state.status === 'running' ? state.stalled?.since : undefined,
        look: () => this.#look(),
        record: event => this.#record(event),
      },
      options,
    );
    this.#complete = new CompleteWatch(
      {
        afterMs: spec.onCompleteMs,
        look: () => this.#follower.look(),
        end: since => this.#cancel(`its work was complete since ${new Date(since).toISOString()}`),
      },
      options,
    );
    const {seen, seenWork: knownWork} = (state.status === 'running' ? state.stalled : undefined) ?? {};
    const [knownBytes, ...output] = seen ?? [0];
    const [out, err] = output;
    if (out !== undefined && err !== undefined) this.#output = [out, err];
    this.#follower = options.progress.follow(spec, {knownBytes, knownWork, hear: seen => this.#hear(seen)});
    if (this.#stall.isStalled) this.#lookAtOutput();
    this.#goOnCancelling();
  }

  /** The job has printed something just now. That matters once it has reported. */
  printed(): void {
    if (!this.#stall.hasReported && !this.#stall.isStalled) return;
    const {timer, monotonic} = this.#options;
    const wait = this.#outputLookedAt + LOOK_AT_OUTPUT_MS - monotonic();
    if (wait <= 0 || this.#stall.isStalled) this.#lookAtOutput();
    else this.#lookLater ??= timer(wait, () => this.#lookAtOutput());
  }

  /** The command has ended: it cannot be stalled any more. */
  commandEnded(): void {
    this.#stall.close();
    this.#complete.close();
    this.#lookLater?.();
    this.#cancelLater?.();
  }

  /** The job is closed; what is to be kept of its progress. */
  closed(): Promise<string | undefined> {
    this.#end();
    return this.#follower.close();
  }

  /** Ends the watch; the job goes on. */
  stop(): void {
    this.#end();
    this.#follower.stop();
  }

  /** Nothing is told and nothing is done about it any more. */
  #end(): void {
    this.#isOver = true;
    this.commandEnded();
    this.#tellLater?.();
  }

  /**
   * An earlier coordinator may have died after it recorded that the job is stalled and before it recorded that it is to end.
   * It gets as much time again to show that it moves.
   */
  #goOnCancelling(): void {
    const {job, isTakenOver} = this.#run;
    const {spec, state} = job;
    if (!isTakenOver || spec.onStall !== 'cancel' || state.status !== 'running') return;
    if (state.stalled !== undefined) this.#cancelUnlessMoved(state.stalled, false);
  }

  /** `isLast`: however much of what it reported is not read by then. */
  #cancelUnlessMoved(stalled: Stall, isLast: boolean): void {
    const {timer, now} = this.#options;
    const {stallAfterMs} = this.#run.job.spec;
    this.#cancelLater = timer(stallAfterMs, () => {
      const isBehind = !this.#look();
      const {monotonic} = this.#options;
      if (!this.#stall.isStalled || this.#run.job.state.status !== 'running') return;
      // What may be work is not ended.
      if (this.#stall.hasChangedSince(monotonic() - stallAfterMs))
        return this.#cancelUnlessMoved(stalled, false);
      if (isBehind && !isLast) return this.#cancelUnlessMoved(stalled, true);
      const silentMs = Math.max(0, now() - stalled.since) + stallAfterMs;
      this.#cancel(stallReason(stalledEvent(stalled, silentMs)));
    });
  }

  /** Takes in what the job did and no event has told yet. */
  #look(): boolean {
    this.#lookAtOutput();
    return this.#follower.look();
  }

  /** What was printed before anybody looked is no news. */
  #lookAtOutput(): void {
    const {progress, report, monotonic} = this.#options;
    const {spec} = this.#run.job;
    this.#outputLookedAt = monotonic();
    this.#lookLater?.();
    this.#lookLater = undefined;
    try {
      const {bytes, isNew} = progress.output(spec, this.#output ?? [0, 0]);
      const isFirst = this.#output === undefined;
      this.#output = bytes;
      if (isNew && !isFirst) this.#stall.printed();
    } catch (error) {
      report(`looking at the output of ${spec.name}`, error);
    }
  }

  #hear(seen: ProgressSeen): void {
    const before = this.#run.job.progress;
    this.#run.reported(seen.progress);
    this.#stall.reported(seen);
    if (!this.#isOver) this.#complete.reported(seen.progress, seen.changedAt);
    if (this.#output === undefined) this.#lookAtOutput();
    const isNewPhase =
      before?.phase !== seen.progress.phase || (before.open === null) !== (seen.progress.open === null);
    this.#tellSoon(isNewPhase ? 0 : TELL_MS);
  }

  #tellSoon(everyMs: number): void {
    if (this.#isOver) return;
    const {timer, monotonic, onProgress} = this.#options;
    const wait = this.#toldAt + everyMs - monotonic();
    const tell = () => {
      this.#tellLater = undefined;
      this.#toldAt = monotonic();
      onProgress(this.#run.job);
    };
    if (wait <= 0) {
      this.#tellLater?.();
      tell();
    } else {
      this.#tellLater ??= timer(wait, tell);
    }
  }

  #record(event: StallEvent): void {
    const {report} = this.#options;
    const {job} = this.#run;
    if (job.state.status !== 'running') return; // whoever is being ended is not called stalled
    this.#run
      .record(event.event === 'stalled' ? {...event, ...this.#seen()} : event)
      .catch((error: unknown) => report(`recording that ${job.spec.name} ${event.event}`, error));
    if (event.event === 'stalled') this.#act(event);
  }

  #seen(): Pick<StalledEvent, 'seen' | 'seen_work'> {
    if (this.#output === undefined) return {};
    const {readBytes} = this.#follower;
    const work = this.#seenWork(readBytes);
    return {seen: [readBytes, ...this.#output], ...(work === undefined ? {} : {seen_work: work})};
  }

  #seenWork(bytes: number): number | undefined {
    const {progress, report} = this.#options;
    const {spec} = this.#run.job;
    try {
      return progress.seenWork(spec, bytes);
    } catch (error) {
      report(`looking at the progress of ${spec.name}`, error);
      return undefined;
    }
  }

  #act(event: StalledEvent): void {
    const {spec} = this.#run.job;
    if (spec.onStall === 'cancel') this.#cancel(stallReason(event));
    if (isToldOfStall(spec))
      this.#options.notifier.stalled(spec, `${spec.name} is stalled: ${stallText(event)}`);
  }

  /** Whoever is being ended already is left to whoever does that. */
  #cancel(reason: string): void {
    const {job} = this.#run;
    if (job.state.status !== 'running') return;
    this.#canceller
      .cancel(this.#run, GRACE_MS, {reason})
      .catch((error: unknown) => this.#options.report(`ending ${job.spec.name}, because ${reason}`, error));
  }
}

function stalledEvent({phase, batchIndex}: Stall, silentMs: number): StalledEvent {
  return {
    event: 'stalled',
    silent_ms: silentMs,
    ...(phase === undefined ? {} : {phase}),
    ...(batchIndex === undefined ? {} : {batch_index: batchIndex}),
  };
}
