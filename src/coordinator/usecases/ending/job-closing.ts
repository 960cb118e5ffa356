/**
 * Carries a job from the end of its wrapper to its closing. Order of writes:
 *
 *   ending:  all output in the journal, `finished` or `crashed`, row; then whoever waits is told.
 *   closing: late output, `closed`; the journal's files are looked at; then the spool is removed, then the row: nobody
 *            looks at a closed job again.
 */
import type {Moment} from '../../../base/index.ts';
import {type Ending, endingEvent, isEnded, type Job, LOST_WRAPPER, type Remains} from '../../domain/index.ts';
import type {JobFiles, JobRunner, ProgressSource, Timer} from '../../ports/index.ts';
import type {Run} from '../job-run.ts';
import {type Canceller, targetOf} from './cancel.ts';
import {LeftoverCheck} from './leftover-check.ts';

export interface JobClosingOptions {
  readonly files: Pick<JobFiles, 'discardSpool'>;
  readonly runner: Pick<JobRunner, 'exit' | 'stillWriting' | 'remains'>;
  readonly progress: Pick<ProgressSource, 'summary'>;
  readonly timer: Timer;
  readonly now: () => number;
  /** Now, by both clocks. */
  readonly moment: () => Moment;
  readonly report: (what: string, error: unknown) => void;
}

/** Hears how far a job is. */
export interface ClosingSteps {
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
  /** Of one that was cancelled. */
  readonly remains?: Remains;
}

const LINGER_LOOK_MS = 500;
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
    const look = await this.#look(run);
    const exit = this.#options.runner.exit(run.job.spec);
    const ending: Ending = exit === undefined ? crashedWithoutCode : {how: 'exited', ...exit};
    run.watch?.commandEnded();
    this.#steps.onCommandEnded(run);
    return this.end(run, ending, look.isLeft === false ? look : undefined);
  }

  /** The command has ended, or never ran: records that, and closes the log at once when nothing is left that could write to it. */
  async end(run: Run, ending: Ending, seen?: Look): Promise<void> {
    const look = seen ?? (await this.#look(run));
    const clear = look.isLeft === false;
    await run.recorder.drain();
    const now = this.#options.moment();
    await run.record(endingEvent(ending, run.job.state, now), clear ? 'row-later' : 'row-now', now.at);
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

  /**
   * Waits until nothing can write to the log any more, or the linger time is over; then closes it. What a cancelled job
   * left behind is killed before that.
   */
  async linger(run: Run): Promise<void> {
    const {timer, now} = this.#options;
    const {state, spec} = run.job;
    if (!isEnded(state)) throw new Error(`${spec.name} lingers although it has not ended`);
    const passed = Math.max(0, now() - state.finishedAt);
    const killAt = killTime(run);
    let untilKill = killAt === undefined ? undefined : killAt - state.finishedAt - passed;
    if (untilKill !== undefined) void this.#canceller.ended(run, state);
    // Counted from timer to timer: a clock that is put back must not keep followers waiting.
    let remaining = Math.max(spec.lingerMs - passed, untilKill ?? 0);
    let longest = untilKill === undefined ? LINGER_LOOK_MS : FIRST_LOOK_MS;
    let look = await this.#lookAgain(run);
    while (look.isLeft !== false && run.isOpen) {
      if (untilKill !== undefined && untilKill <= 0) {
        untilKill = undefined;
        const remains = await this.#canceller.kill(run);
        if (remains.left.length > 0) this.#tried(run, remains);
      } else if (remaining > 0) {
        const pause = Math.min(longest, remaining, untilKill ?? remaining);
        await new Promise<void>(resolve => timer(pause, resolve));
        remaining -= pause;
        if (untilKill !== undefined) untilKill -= pause;
        longest = Math.min(longest * 2, LINGER_LOOK_MS);
      } else break;
      look = await this.#lookAgain(run);
    }
    if (!run.isOpen) return;
    await run.recorder.drain();
    const isClear = look.isLeft === false;
    if (isClear) run.leaves(look.remains);
    await run.record(isClear ? {event: 'closed'} : {event: 'closed', left_open: true}, 'row-later');
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

  /** Where nobody can tell who still writes, nothing that is found is all that can be known. */
  async #lookAgain(run: Run): Promise<Look> {
    const look = await this.#look(run);
    if (look.isLeft === undefined && look.remains !== undefined) this.#tried(run, look.remains);
    return look;
  }

  async #look(run: Run): Promise<Look> {
    if (!run.isReachable) return {isLeft: undefined};
    const isWriting = await this.#leftovers.isLeft(run.job.spec);
    if (killTime(run) === undefined) return {isLeft: isWriting};
    const remains = await this.#options.runner.remains(targetOf(run.job));
    return {isLeft: remains.left.length > 0 || isWriting, remains};
  }

  #tried(run: Run, remains: Remains): void {
    if (!run.isOpen) return;
    run.leaves(remains);
    this.#steps.onGone(run.job);
  }
}

const crashedWithoutCode: Ending = {how: 'crashed', message: LOST_WRAPPER};

/** When what is left of a job may be killed, if somebody wanted it to end and that can be done from here. */
function killTime({job: {state}, isReachable}: Run): number | undefined {
  return isReachable && 'killAt' in state ? state.killAt : undefined;
}
