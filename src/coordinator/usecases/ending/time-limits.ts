/**
 * Ends jobs that run for longer than they may. Nothing is stored: the limit is in the spec and the start in the journal, so a
 * coordinator that takes a job over knows what is left of its time. What is over by then is ended at once.
 */
import type {Moment} from '../../../base/index.ts';
import {timeLeftMs, timeOutReason} from '../../domain/index.ts';
import type {Timer} from '../../ports/index.ts';
import type {Run} from '../job-run.ts';
import type {Canceller} from './cancel.ts';

export interface TimeLimitsOptions {
  readonly timer: Timer;
  /** Now, by both clocks. */
  readonly moment: () => Moment;
  readonly report: (what: string, error: unknown) => void;
}

/** From TERM to KILL. */
const GRACE_MS = 10_000;

export class TimeLimits {
  readonly #options: TimeLimitsOptions;
  readonly #canceller: Pick<Canceller, 'cancel'>;

  constructor(options: TimeLimitsOptions, canceller: Pick<Canceller, 'cancel'>) {
    this.#options = options;
    this.#canceller = canceller;
  }

  /** From now on, of a job whose start is recorded; the returned function is called when its command has ended. */
  begin(run: Run): () => void {
    const {timeoutMs} = run.job.spec;
    if (timeoutMs === null) return () => undefined;
    const {timer, moment} = this.#options;
    return timer(timeLeftMs(timeoutMs, run.job.state, moment()), () => this.#end(run, timeoutMs));
  }

  /** Whoever is being ended already is left to whoever does that. */
  #end(run: Run, timeoutMs: number): void {
    const {spec, state} = run.job;
    if (state.status !== 'running' || !run.hasWrapper || !run.isOpen) return;
    this.#canceller
      .cancel(run, GRACE_MS, {reason: timeOutReason(timeoutMs), timed_out: true})
      .catch((error: unknown) => this.#options.report(`ending ${spec.name}, whose time is over`, error));
  }
}
