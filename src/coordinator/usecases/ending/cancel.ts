/**
 * Ends a running job. Order of writes: the wish (`cancelling`, with the grace time) is in the journal and stored in the
 * row before anything else; then `signaled` with everybody that is meant, and only then the signal. So a coordinator that
 * takes over finds the wish by the row and goes on: it sends TERM if that is not recorded, and else only KILL, at the time
 * that was set. One that is killed between the record and the signal costs the job its TERM, not a second one, at which
 * many programs die without cleaning up. On a full disk the wish stays in memory until there is room, and the job is ended
 * all the same.
 */
import {codeOf, deferred, keyText, StintError} from '../../../base/index.ts';
import {
  type CancellingEvent,
  type CancellingState,
  type EndedState,
  isEnded,
  type Job,
  type JobSummary,
  keyOf,
  type NamedProcess,
  type Remains,
  type StatusEvent,
  signaledEvent,
} from '../../domain/index.ts';
import type {BeforeSignal, JobLedger, JobRunner, JobTarget, Timer} from '../../ports/index.ts';
import {beforeTimeOut} from '../time-out.ts';

/** What the canceller needs of a job whose wrapper was started, although that may not be recorded yet. */
export interface CancellableRun {
  readonly job: Job;
  /** Appends to the journal, then stores the row; in the order of the calls. */
  record(event: StatusEvent): Promise<void>;
  /** These of its processes may not be signalled. */
  refuses(refused: readonly NamedProcess[]): void;
  /** What is left of it now that everything was tried to end it; undefined when something is tried again. */
  leaves(remains: Remains | undefined): void;
}

export interface CancellerOptions {
  readonly runner: Pick<JobRunner, 'terminate' | 'terminateLeftovers' | 'kill'>;
  readonly ledger: Pick<JobLedger, 'flush'>;
  readonly timer: Timer;
  readonly now: () => number;
  readonly report: (what: string, error: unknown) => void;
}

/** After its processes were killed a wrapper ends as soon as it has written the code. */
const WRAPPER_MS = 2000;

export class Canceller {
  readonly #options: CancellerOptions;
  /** By the keys of the jobs that were sent TERM, or are about to be: whether anybody got it. */
  readonly #told = new Map<string, Promise<boolean>>();
  /** What stops a KILL that is to come. */
  readonly #kills = new Map<string, () => void>();
  /** KILLs that are under way. */
  readonly #killings = new Map<string, Promise<Remains>>();
  readonly #onTried: (run: CancellableRun) => void;

  /** `onTried` hears of a job that has not ended although everything was tried. */
  constructor(options: CancellerOptions, onTried: (run: CancellableRun) => void) {
    this.#options = options;
    this.#onTried = onTried;
  }

  /**
   * Sends TERM now and KILL after the grace time; a second wish can only shorten it. Does nothing to a job that ends before
   * it is signalled. `why` is said where nobody asked for it. Throws `KILL_FAILED` when it may not be signalled.
   */
  async cancel(
    run: CancellableRun,
    graceMs: number,
    why: Pick<CancellingEvent, 'reason' | 'timed_out'> = {},
  ): Promise<void> {
    const {ledger, now} = this.#options;
    const key = keyText(keyOf(run.job.spec));
    const isFirst = !this.#told.has(key);
    const told = deferred<boolean>();
    if (isFirst) this.#told.set(key, told.promise);
    run.leaves(undefined);
    const recorded = run.record({event: 'cancelling', grace_ms: graceMs, ...why});
    const hasRoom = await this.#recordedInTime(recorded.then(() => ledger.flush()));
    const {state} = run.job;
    if (!isEnded(state)) {
      this.#killLater(run, state.status === 'cancelling' ? state.killAt - now() : graceMs);
      if (isFirst) return this.#terminate(run, hasRoom, told.resolve);
    } else if (isFirst) this.#untold(key, told.resolve);
  }

  /** Goes on with what an earlier coordinator began. */
  resume(run: CancellableRun, {since, killAt, signaled}: CancellingState): void {
    // A clock that was put back must not make the grace time longer.
    this.#killLater(run, Math.min(killAt - this.#options.now(), killAt - since));
    const key = keyText(keyOf(run.job.spec));
    if (signaled !== undefined) {
      this.#told.set(key, Promise.resolve(true));
      return;
    }
    const told = deferred<boolean>();
    this.#told.set(key, told.promise);
    this.#terminate(run, true, told.resolve).catch((error: unknown) => this.#reportEnding(run, error));
  }

  /** The job has ended: what it left behind gets TERM, unless all of it got that already. KILL is for the caller to time. */
  async ended(run: CancellableRun, {signaled}: EndedState): Promise<void> {
    this.#stopKill(run);
    const isTold = await this.#told.get(keyText(keyOf(run.job.spec)));
    if (isTold === true || signaled !== undefined || this.#killings.has(keyText(keyOf(run.job.spec)))) return;
    await this.#options.runner
      .terminateLeftovers(targetOf(run.job), this.#recording(run, 'SIGTERM', true))
      .catch((error: unknown) => this.#reportEnding(run, error));
  }

  /** Kills what can be found of the job, or waits for that when it is under way; tells what is left. Never rejects. */
  kill(run: CancellableRun): Promise<Remains> {
    this.#stopKill(run);
    const key = keyText(keyOf(run.job.spec));
    const underWay = this.#killings.get(key);
    if (underWay !== undefined) return underWay;
    const killing = this.#kill(run).finally(() => this.#killings.delete(key));
    this.#killings.set(key, killing);
    return killing;
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

  async #terminate(run: CancellableRun, hasRoom: boolean, told: (isHit: boolean) => void): Promise<void> {
    const {spec} = run.job;
    let isHit = false;
    try {
      isHit = await this.#options.runner.terminate(
        targetOf(run.job),
        this.#recording(run, 'SIGTERM', hasRoom),
      );
    } catch (error) {
      throw mayNotBeSignalled(spec.name, error);
    } finally {
      if (isHit) told(true);
      else this.#untold(keyText(keyOf(spec)), told);
    }
  }

  /** The next wish tries again. */
  #untold(key: string, told: (isHit: boolean) => void): void {
    this.#told.delete(key);
    told(false);
  }

  #killLater(run: CancellableRun, afterMs: number): void {
    this.#stopKill(run);
    const {timer} = this.#options;
    const stop = timer(Math.max(0, afterMs), () => {
      void this.kill(run).then(remains => {
        if (remains.left.length > 0) this.#tried(run, remains);
        else timer(WRAPPER_MS, () => this.#tried(run, remains));
      });
    });
    this.#kills.set(keyText(keyOf(run.job.spec)), stop);
  }

  /** Of one that has ended meanwhile somebody else looks what is left. */
  #tried(run: CancellableRun, remains: Remains): void {
    if (isEnded(run.job.state)) return;
    run.leaves(remains);
    this.#onTried(run);
  }

  async #kill(run: CancellableRun): Promise<Remains> {
    const {runner, report} = this.#options;
    const {spec} = run.job;
    try {
      const remains = await runner.kill(targetOf(run.job), this.#recording(run, 'SIGKILL', true));
      const {length} = remains.left;
      if (length > 0)
        report(`killing ${spec.name}`, new Error(`${length} of its processes cannot be killed`));
      return remains;
    } catch (error) {
      report(`killing ${spec.name}`, error);
      return {left: [], unseen: 'everything'};
    }
  }

  /** Records each signal before it is sent. Once the disk is found to be full no signal waits for that any more. */
  #recording(run: CancellableRun, signal: string, hasRoom: boolean): BeforeSignal {
    let isPatient = hasRoom;
    return async aim => {
      if (aim.refused.length > 0) run.refuses([...(run.job.refused ?? []), ...aim.refused]);
      const recorded = this.#recordedInTime(run.record(signaledEvent(signal, aim)));
      if (isPatient) isPatient = await recorded;
    };
  }

  /** Resolves with whether it was recorded in time. */
  #recordedInTime(recorded: Promise<void>): Promise<boolean> {
    const {timer, report} = this.#options;
    return beforeTimeOut(
      recorded.catch((error: unknown) => report('recording a cancellation', error)),
      timer,
    );
  }

  #reportEnding(run: CancellableRun, error: unknown): void {
    this.#options.report(`ending ${run.job.spec.name}`, error);
  }
}

function mayNotBeSignalled(name: string, cause: unknown): unknown {
  if (codeOf(cause) !== 'EPERM') return cause;
  return new StintError('KILL_FAILED', `${name} may not be signalled: its processes are another user's.`, {
    cause,
    hint: 'End it as that user.',
  });
}

/** The processes of a job, as far as its state tells which they are. */
export function targetOf({spec, state}: JobSummary): JobTarget {
  return {
    spec,
    wrapperPid: state.status === 'queued' ? 0 : (state.pid ?? 0),
    signaled: ('signaledTo' in state ? state.signaledTo : undefined) ?? [],
  };
}
