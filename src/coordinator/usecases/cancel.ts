/**
 * Ends a running job. Order of writes: the wish (`cancelling`, with the grace time) is in the journal and stored in the
 * row before the first signal is sent, each signal (`signaled`) is recorded as it is sent; so a coordinator that takes
 * over finds the wish by the row and goes on, and a code that a signal caused is told from one that the command chose.
 * On a full disk the wish stays in memory until there is room, and the job is ended all the same.
 */
import {codeOf, keyText, StintError} from '../../base/index.ts';
import {type CancellingState, isEnded, type Job, keyOf, type StatusEvent} from '../domain/index.ts';
import type {JobLedger, JobRunner, Timer} from '../ports/index.ts';
import {soon} from './soon.ts';

/** What the canceller needs of a job whose wrapper was started, although that may not be recorded yet. */
export interface CancellableRun {
  readonly job: Job;
  /** Appends to the journal, then stores the row; in the order of the calls. */
  record(event: StatusEvent): Promise<void>;
}

export interface CancellerOptions {
  readonly runner: Pick<JobRunner, 'terminate' | 'kill'>;
  readonly ledger: Pick<JobLedger, 'flush'>;
  readonly timer: Timer;
  readonly now: () => number;
  readonly report: (what: string, error: unknown) => void;
}

export class Canceller {
  readonly #options: CancellerOptions;
  /** Keys of the jobs that were sent TERM, or are about to be. */
  readonly #told = new Set<string>();
  readonly #kills = new Map<string, () => void>();

  constructor(options: CancellerOptions) {
    this.#options = options;
  }

  /**
   * Sends TERM now and KILL after the grace time; a second wish can only shorten it. Does nothing to a job that ends before
   * it is signalled. `reason` says why, where nobody asked for it. Throws `KILL_FAILED` when it may not be signalled.
   */
  async cancel(run: CancellableRun, graceMs: number, reason?: string): Promise<void> {
    const {ledger, now} = this.#options;
    const key = keyText(keyOf(run.job.spec));
    const isFirst = !this.#told.has(key);
    this.#told.add(key);
    const why = reason === undefined ? {} : {reason};
    const recorded = run.record({event: 'cancelling', grace_ms: graceMs, ...why});
    await this.#soon(recorded.then(() => ledger.flush()));
    const {state} = run.job;
    if (isEnded(state)) return;
    this.#killLater(run, state.status === 'cancelling' ? state.killAt - now() : graceMs);
    if (isFirst) await this.#terminate(run);
  }

  /** Goes on with what an earlier coordinator began, which may have died before it sent what it recorded. */
  resume(run: CancellableRun, {since, killAt}: CancellingState): void {
    // A clock that was put back must not make the grace time longer.
    this.#killLater(run, Math.min(killAt - this.#options.now(), killAt - since));
    this.#told.add(keyText(keyOf(run.job.spec)));
    this.#terminate(run).catch((error: unknown) =>
      this.#options.report(`ending ${run.job.spec.name}`, error),
    );
  }

  /** The job has ended; what it left behind is killed in so many milliseconds. */
  ended(run: CancellableRun, afterMs: number): void {
    this.#killLater(run, afterMs);
  }

  /** Nothing is done about it any more. */
  forget(run: CancellableRun): void {
    this.#stopKill(run);
    this.#told.delete(keyText(keyOf(run.job.spec)));
  }

  #stopKill(run: CancellableRun): void {
    const key = keyText(keyOf(run.job.spec));
    this.#kills.get(key)?.();
    this.#kills.delete(key);
  }

  async #terminate(run: CancellableRun): Promise<void> {
    const {runner, report} = this.#options;
    const {spec} = run.job;
    let isHit = false;
    try {
      isHit = await runner.terminate(spec, pidOf(run.job));
    } catch (error) {
      throw mayNotBeSignalled(spec.name, error);
    } finally {
      if (!isHit) this.#told.delete(keyText(keyOf(spec))); // the next wish tries again
    }
    if (!isHit) return;
    run.record({event: 'signaled', signal: 'SIGTERM'}).catch((error: unknown) => {
      report(`recording that ${spec.name} was signalled`, error);
    });
  }

  #killLater(run: CancellableRun, afterMs: number): void {
    this.#stopKill(run);
    const stop = this.#options.timer(Math.max(0, afterMs), () => void this.#kill(run));
    this.#kills.set(keyText(keyOf(run.job.spec)), stop);
  }

  async #kill(run: CancellableRun): Promise<void> {
    const {runner, report} = this.#options;
    const {spec, state} = run.job;
    try {
      if (!isEnded(state)) await this.#soon(run.record({event: 'signaled', signal: 'SIGKILL'}));
      const left = await runner.kill(spec, pidOf(run.job));
      if (left > 0) report(`killing ${spec.name}`, new Error(`${left} of its processes cannot be killed`));
    } catch (error) {
      report(`killing ${spec.name}`, error);
    }
  }

  #soon(recorded: Promise<void>): Promise<void> {
    const {timer, report} = this.#options;
    return soon(
      recorded.catch((error: unknown) => report('recording a cancellation', error)),
      timer,
    );
  }
}

function mayNotBeSignalled(name: string, cause: unknown): unknown {
  if (codeOf(cause) !== 'EPERM') return cause;
  return new StintError('KILL_FAILED', `${name} may not be signalled: its processes are another user's.`, {
    cause,
    hint: 'End it as that user.',
  });
}

/** Of the wrapper; 0 when it is not known. */
export function pidOf({state}: Job): number {
  return state.status === 'queued' ? 0 : (state.pid ?? 0);
}
