/**
 * Carries a job from the end of its wrapper to its closing. Order of writes:
 *
 *   ending:  all output in the journal, `finished` or `crashed`, row; then whoever waits is told.
 *   closing: late output, `closed`; the journal's files are looked at; then the spool is removed, then the row: nobody
 *            looks at a closed job again.
 */
import {finishedEvent, isEnded, type Job, type JobState, type StatusEvent} from '../domain/index.ts';
import type {JobFiles, JobRunner, ProgressSource, Timer} from '../ports/index.ts';
import {type Canceller, pidOf} from './cancel.ts';
import {LeftoverCheck} from './leftover-check.ts';
import type {Run} from './run.ts';

export interface JobClosingOptions {
  readonly files: Pick<JobFiles, 'discardSpool'>;
  readonly runner: Pick<JobRunner, 'exit' | 'stillWriting' | 'survivors'>;
  readonly progress: Pick<ProgressSource, 'summary'>;
  readonly timer: Timer;
  readonly now: () => number;
  readonly report: (what: string, error: unknown) => void;
}

/** Hears how far a job is. */
export interface ClosingSteps {
  /** Its command has ended, so that another one may run. */
  readonly onCommandEnded: (run: Run) => void;
  /** How it ended is recorded. */
  readonly onFinished: (job: Job) => void;
  /** Its last row is written; there is no more to do for it. */
  readonly onClosed: (run: Run) => void;
}

const LINGER_LOOK_MS = 500;
const PROMPT_MS = 1000;
/** What is killed may need so long to be gone. */
const KILL_MS = 2000;

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
    const left = await this.#isLeft(run);
    const exit = this.#options.runner.exit(run.job.spec);
    const event =
      exit === undefined ? crashedWithoutCode : finishedEvent(exit.code, this.#ifLongAgo(exit.atMs));
    run.watch?.commandEnded();
    this.#steps.onCommandEnded(run);
    return this.end(run, event, left === false);
  }

  /** The command has ended, or never ran: records that, and closes the log at once when nothing is left that could write to it. */
  async end(run: Run, event: StatusEvent, nothingLeft?: boolean): Promise<void> {
    const clear = nothingLeft ?? (await this.#isLeft(run)) === false;
    await run.recorder.drain();
    await run.record(event, clear ? 'row-later' : 'row-now');
    if (clear) {
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
    const endedAt = isEnded(state) ? state.finishedAt : now();
    const passed = Math.max(0, now() - endedAt);
    const killAt = killTime(state);
    const untilKill = killAt === undefined ? undefined : killAt - endedAt - passed;
    if (untilKill !== undefined) this.#canceller.ended(run, untilKill);
    const untilKilled = untilKill === undefined ? 0 : untilKill + KILL_MS;
    let left = await this.#isLeft(run);
    // Counted from timer to timer: a clock that is put back must not keep followers waiting.
    for (
      let remaining = Math.max(spec.lingerMs - passed, untilKilled);
      left !== false && remaining > 0 && run.isOpen;
    ) {
      const pause = Math.min(LINGER_LOOK_MS, remaining);
      await new Promise<void>(resolve => timer(pause, resolve));
      remaining -= pause;
      left = await this.#isLeft(run);
    }
    if (!run.isOpen) return;
    await run.recorder.drain();
    await run.record(left === false ? {event: 'closed'} : {event: 'closed', left_open: true}, 'row-later');
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

  /** Whether something can still write to its log or, if it was cancelled, is still there at all. */
  async #isLeft(run: Run): Promise<boolean | undefined> {
    const {spec, state} = run.job;
    const left = await this.#leftovers.isLeft(spec);
    if (left !== false || killTime(state) === undefined) return left;
    return (await this.#options.runner.survivors(spec, pidOf(run.job))) > 0;
  }

  /** When a command ended, where that was a while before it could be recorded. */
  #ifLongAgo(atMs: number): number | undefined {
    return this.#options.now() - atMs > PROMPT_MS ? atMs : undefined;
  }
}

const crashedWithoutCode: StatusEvent = {
  event: 'crashed',
  message:
    'its wrapper was killed before it could write the exit code; how the command ended cannot be known',
};

/** When what is left of a job may be killed, if somebody wanted it to end. */
function killTime(state: JobState): number | undefined {
  return 'killAt' in state ? state.killAt : undefined;
}
