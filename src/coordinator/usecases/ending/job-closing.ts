/**
 * Carries a job from the end of its wrapper to its closing. Order of writes:
 *
 *   ending:  all output in the journal; the next attempt, if there is to be one, is durable; `finished` or `crashed`, row;
 *            of the last attempt whoever is to be notified is in the notifier's keeping; then whoever waits is told.
 *   closing: late output, `closed`; the journal's files are looked at; then the spool is removed, then the row: nobody
 *            looks at a closed job again.
 *
 * A command does not need its wrapper: where that was killed, processes of the job are looked for before anything is said of
 * the end, and as long as one is there the log stays open.
 */
import type {Moment} from '../../../base/index.ts';
import {
  type Bounds,
  type EndedState,
  type Ending,
  endBetween,
  endEvent,
  endingEvent,
  isEnded,
  type Job,
  type LostBy,
  lostText,
  nextState,
  type Remains,
  type StatusEvent,
} from '../../domain/index.ts';
import type {JobFiles, JobRunner, Notifier, ProgressSource, Timer} from '../../ports/index.ts';
import type {Run} from '../job-run.ts';
import {type Canceller, targetOf} from './cancel.ts';
import {LeftoverCheck} from './leftover-check.ts';

export interface JobClosingOptions {
  readonly files: Pick<JobFiles, 'discardSpool'>;
  readonly runner: Pick<JobRunner, 'exit' | 'stillWriting' | 'remains'>;
  readonly progress: Pick<ProgressSource, 'summary'>;
  readonly notifier: Pick<Notifier, 'ended'>;
  readonly timer: Timer;
  readonly now: () => number;
  /** Now, by both clocks. */
  readonly moment: () => Moment;
  readonly report: (what: string, error: unknown) => void;
}

/** Hears how far a job is. */
export interface ClosingSteps {
  /** How it ended is about to be recorded: what has to be durable before that, is when this resolves. */
  readonly beforeEnd: (job: Job, end: EndedState) => Promise<void>;
  /** Whether no attempt is behind this one, so that its end is that of the job. */
  readonly isLast: (job: Job) => boolean;
  /** Its command has ended, so that another one may run. */
  readonly onCommandEnded: (run: Run) => void;
  /** How it ended is recorded. */
  readonly onFinished: (job: Job) => void;
  /** It has ended, and nothing more happens to end what it left behind: its `remains` tell. */
  readonly onGone: (job: Job) => void;
  /** Its last row is written; there is no more to do for it. */
  readonly onClosed: (run: Run) => void;
}

interface Look {
  /** Whether something can still write to its log or, if it was cancelled, is still there at all; undefined where that cannot be known. */
  readonly isLeft: boolean | undefined;
  /** When it began and was over, Unix milliseconds. */
  readonly at: Bounds;
  /** Of one that was cancelled. */
  readonly remains?: Remains;
}

const LINGER_LOOK_MS = 500;
/** What goes on without its wrapper is looked at so often. */
const LOST_LOOK_MS = 2000;
/** So long at most is waited between two looks right after the wrapper was killed. */
const MOMENT_MS = 80;
/** Somebody waits until a cancelled job is gone. */
const FIRST_LOOK_MS = 20;

export class JobClosing {
  readonly #options: JobClosingOptions;
  readonly #canceller: Canceller;
  readonly #steps: ClosingSteps;
  readonly #leftovers: LeftoverCheck;

  constructor(options: JobClosingOptions, canceller: Canceller, steps: ClosingSteps) {
    this.#options = options;
    this.#canceller = canceller;
    this.#steps = steps;
    this.#leftovers = new LeftoverCheck(options.runner, options.report);
  }

  /** Resolves when the job is closed, as `end` does. */
  async wrapperEnded(run: Run): Promise<void> {
    run.leaves(undefined);
    const exit = this.#options.runner.exit(run.job.spec);
    const look = exit === undefined ? await this.#lookForMoment(run) : await this.#look(run);
    run.watch?.commandEnded();
    this.#steps.onCommandEnded(run);
    const seen = look.isLeft === false ? look : undefined;
    if (exit !== undefined) return this.end(run, {how: 'exited', ...exit}, seen);
    // Nothing of it is left in the moment in which its wrapper ended: it has ended now.
    return seen === undefined ? this.lost(run, 'wrapper', look.at[0]) : this.end(run, LOST_NOW, seen);
  }

  /**
   * Nobody can know how the command ended, nor saw when: it was alive at `aliveAt`, and can have ended until `until` (by
   * default until now).
   */
  async lost(run: Run, by: LostBy, aliveAt: number | undefined, until?: number): Promise<void> {
    // That takes its time, and what is found is to be true when it is recorded.
    await run.recorder.drain();
    const look = await this.#look(run, true);
    if (look.isLeft === true) return this.end(run, {how: 'lost', by, end: 'still-runs'}, look);
    const end =
      look.isLeft === false ? endBetween(aliveAt, Math.min(until ?? look.at[1], look.at[1])) : 'unknown';
    return this.end(run, {how: 'lost', by, end}, look);
  }

  /** The command has ended, or never ran: records that, and closes the log at once when nothing is left that could write to it. */
  async end(run: Run, ending: Ending, seen?: Omit<Look, 'at'>): Promise<void> {
    const look = seen ?? (await this.#look(run));
    const clear = look.isLeft === false;
    await run.recorder.drain();
    const now = this.#options.moment();
    const data = endingEvent(ending, run.job.state, now);
    const state = nextState(run.job.state, {ts: now.at, data});
    if (isEnded(state)) await this.#steps.beforeEnd(run.job, state);
    await run.record(data, clear ? 'row-later' : 'row-now', now.at);
    this.notify(run);
    if (clear) {
      run.leaves(look.remains);
      await run.record({event: 'closed'}, 'row-later');
      await this.settle(run);
    }
    this.#steps.onFinished(run.job);
    if (!clear) {
      run.recorder.follow();
      await this.linger(run);
    }
  }

  /** Of the end of the job, recorded now or by an earlier coordinator, whoever asked for that is told once. */
  notify({job}: Run): void {
    const {spec, state} = job;
    const event = isEnded(state) ? endEvent(spec, state) : undefined;
    if (isEnded(state) && event !== undefined && this.#steps.isLast(job))
      this.#options.notifier.ended(spec, state, event);
  }

  /**
   * Waits until nothing can write to the log any more, or the linger time is over; then closes it. What a cancelled job
   * left behind is killed before that.
   */
  async linger(run: Run): Promise<void> {
    const {timer, now} = this.#options;
    const {state, spec} = run.job;
    const runsOn = isLostAndRuns(run);
    if (!isEnded(state)) throw new Error(`${spec.name} lingers although it has not ended`);
    const passed = Math.max(0, now() - state.finishedAt);
    const killAt = killTime(run);
    let untilKill = killAt === undefined ? undefined : killAt - state.finishedAt - passed;
    if (untilKill !== undefined) void this.#canceller.ended(run, state);
    // Counted from timer to timer: a clock that is put back must not keep followers waiting.
    let remaining = Math.max(spec.lingerMs - passed, untilKill ?? 0);
    let longest = untilKill === undefined && !runsOn ? LINGER_LOOK_MS : FIRST_LOOK_MS;
    let aliveAt = state.finishedAt;
    let look = await this.#lookAgain(run);
    while (look.isLeft !== false && run.isOpen) {
      if (untilKill !== undefined && untilKill <= 0) {
        untilKill = undefined;
        const remains = await this.#canceller.kill(run);
        if (remains.left.length > 0) this.#tried(run, remains);
      } else if (remaining > 0 || (runsOn && look.isLeft === true)) {
        const pause = Math.min(longest, ...(runsOn ? [] : [remaining]), untilKill ?? longest);
        await new Promise<void>(resolve => timer(pause, resolve));
        remaining -= pause;
        if (untilKill !== undefined) untilKill -= pause;
        longest = Math.min(longest * 2, runsOn ? LOST_LOOK_MS : LINGER_LOOK_MS);
      } else break;
      if (look.isLeft === true) [aliveAt] = look.at;
      look = await this.#lookAgain(run);
    }
    if (!run.isOpen) return;
    await run.recorder.drain();
    const isClear = look.isLeft === false;
    if (isClear) run.leaves(look.remains);
    const end = isClear && runsOn ? endBetween(aliveAt, look.at[1]) : undefined;
    await run.record(isClear ? closedEvent(end) : {event: 'closed', left_open: true}, 'row-later');
    await this.settle(run);
  }

  /** The log is closed: removes the spool, then stores the row. */
  async settle(run: Run): Promise<void> {
    const {files, progress, report} = this.#options;
    if (!run.isOpen) return;
    const {spec} = run.job;
    const summary = run.watch === undefined ? progress.summary(spec) : run.watch.closed();
    // What a job does to its own files does not keep it from being closed.
    const kept = await summary.catch((error: unknown) =>
      report(`reading the progress of ${spec.name}`, error),
    );
    if (!run.isOpen) return;
    run.keepProgress(kept ?? undefined);
    // The last look at what was recorded, while it can still be recorded again.
    await run.recorder.secure();
    if (!run.isOpen) return;
    run.close();
    try {
      files.discardSpool(spec);
    } catch (error) {
      report(`removing the spool of ${spec.name}`, error);
    }
    run.storeRow();
    this.#canceller.forget(run);
    this.#steps.onClosed(run);
  }

  /** What was killed with the wrapper of a job is gone a moment after it. */
  async #lookForMoment(run: Run): Promise<Look> {
    let look = await this.#look(run, true);
    for (let pause = FIRST_LOOK_MS; look.isLeft === true && pause <= MOMENT_MS; pause *= 2) {
      await new Promise<void>(resolve => this.#options.timer(pause, resolve));
      look = await this.#look(run, true);
    }
    return look;
  }

  /** Where nobody can tell who still writes, nothing that is found is all that can be known. */
  async #lookAgain(run: Run): Promise<Look> {
    const look = await this.#look(run);
    if (look.isLeft === undefined && look.remains !== undefined) this.#tried(run, look.remains);
    return look;
  }

  /** `isLost`: its command does not need to write, so whatever is the job's counts. */
  async #look(run: Run, isLost = isLostAndRuns(run)): Promise<Look> {
    const {runner, now} = this.#options;
    const from = now();
    const found = (isLeft: boolean | undefined, remains?: Remains): Look => ({
      isLeft,
      at: [from, now()],
      ...(remains === undefined || killTime(run) === undefined ? {} : {remains}),
    });
    if (!run.isReachable) return found(undefined);
    const isWriting = await this.#leftovers.isLeft(run.job.spec);
    if (killTime(run) === undefined && !isLost) return found(isWriting);
    const remains = await runner.remains(targetOf(run.job));
    if (remains.left.length > 0 || isWriting !== false)
      return found(remains.left.length > 0 || isWriting, remains);
    return found(isLost && remains.unseen !== undefined ? undefined : false, remains);
  }

  #tried(run: Run, remains: Remains): void {
    if (!run.isOpen) return;
    run.leaves(remains);
    this.#steps.onGone(run.job);
  }
}

const LOST_NOW: Ending = {how: 'lost', by: 'wrapper'};

/** Whether its wrapper was killed and its command goes on. */
function isLostAndRuns({job: {state}}: Run): boolean {
  return isEnded(state) && state.unseenEnd === 'still-runs';
}

function closedEvent(end: EndedState['unseenEnd']): StatusEvent {
  if (typeof end !== 'object') return {event: 'closed'};
  return {event: 'closed', ended_between_ms: end, message: lostText('wrapper', true)};
}

/** When what is left of a job may be killed, if somebody wanted it to end and that can be done from here. */
function killTime({job: {state}, isReachable}: Run): number | undefined {
  return isReachable && 'killAt' in state ? state.killAt : undefined;
}
