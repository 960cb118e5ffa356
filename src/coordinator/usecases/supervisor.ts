/**
 * Carries every job from its submission to its closing.
 *
 *   queued ──start──▶ running ──wrapper ended──▶ ending ──▶ lingering ──▶ closed
 *
 * Each arrow writes in this order, so that a coordinator killed between any two of them finds in the job's directory
 * what to do next (`reconcile` decides): files first, then the journal, then the row.
 *   submit:  directory, row, answer.
 *   start:   wrapper (holding the FIFO), `started` in the journal, row.
 *   ending:  all output in the journal, `finished` or `crashed`, row; then whoever waits is told.
 *   closing: late output, `closed`; then the spool is removed, then the row: nobody looks at a closed job again.
 * When a step fails in this process (no more descriptors, a file that others may read), the job is taken over anew a
 * while later, as if that coordinator had been killed.
 */
import {type JobKey, keyText, messageOf, unreachable} from '../../base/index.ts';
import {
  finishedEvent,
  isEnded,
  type Job,
  type JobState,
  keyOf,
  nextState,
  type Reconciled,
  reconcile,
  type StatusEvent,
} from '../domain/index.ts';
import type {JobFiles, JobLedger, JobRecorder, JobRunner, OpenRecorder, Timer} from '../ports/index.ts';
import {type CancellableRun, Canceller, pidOf} from './cancel.ts';
import {LeftoverCheck} from './leftover-check.ts';
import {signal} from './signal.ts';
import {StartQueue} from './start-queue.ts';
import {Waiters} from './waiters.ts';

export interface SupervisorOptions {
  readonly ledger: JobLedger;
  readonly files: JobFiles;
  readonly runner: JobRunner;
  readonly openRecorder: OpenRecorder;
  readonly timer: Timer;
  /** The clock's now, in Unix milliseconds. */
  readonly now: () => number;
  /** When this machine was started, in Unix milliseconds. */
  readonly bootedAt: number;
  readonly parallel: number;
  /** Whether an error goes away by itself (a full disk, no more processes), so that trying again helps. */
  readonly isTransient: (error: unknown) => boolean;
  /** Hears what went wrong where nobody waits for an answer. */
  readonly report: (what: string, error: unknown) => void;
}

/** A job between its start and its closing. */
interface Run extends CancellableRun {
  job: Job;
  readonly recorder: JobRecorder;
}

type TakenOver = Exclude<Reconciled, {action: 'queue'}>;

const RETRY_MS = 5000;
const LINGER_LOOK_MS = 500;
const PROMPT_MS = 1000;
/** What is killed may need so long to be gone. */
const KILL_MS = 2000;

export class Supervisor {
  readonly waiters = new Waiters();
  readonly #options: SupervisorOptions;
  readonly #queue: StartQueue;
  readonly #runs = new Set<Run>();
  /** Keys of all jobs that are queued or running here. */
  readonly #known = new Set<string>();
  /** Jobs between the queue and their start. */
  readonly #starting = new Set<Job>();
  readonly #closings = new Waiters();
  /** Wishes to end jobs whose start is not recorded yet, by key: their grace times. */
  readonly #cancelAfterStart = new Map<string, number>();
  readonly #leftovers: LeftoverCheck;
  readonly #canceller: Canceller;
  readonly #onIdle: () => void;
  #stopped = false;

  /** `onIdle` is called whenever no job is left that is not closed. */
  constructor(options: SupervisorOptions, onIdle: () => void) {
    this.#options = options;
    this.#queue = new StartQueue({...options, start: job => void this.#start(job)});
    this.#leftovers = new LeftoverCheck(options.runner, options.report);
    this.#canceller = new Canceller(options);
    this.#onIdle = onIdle;
  }

  /** How many jobs may run at once. */
  get parallel(): number {
    return this.#queue.parallel;
  }

  set parallel(limit: number) {
    this.#queue.parallel = limit;
  }

  get counts(): {queued: number; running: number; open: number} {
    return {...this.#queue.counts, open: this.#known.size};
  }

  /** Puts jobs that are durable already at the end of the queue. */
  enqueue(jobs: readonly Job[]): void {
    for (const {spec} of jobs) this.#known.add(keyText(keyOf(spec)));
    this.#queue.add(jobs);
  }

  /** Takes over a job that an earlier coordinator left unfinished; one that is looked after already is left alone. `row` is what its row says. */
  takeOver(row: Job): void {
    const key = keyText(keyOf(row.spec));
    if (this.#known.has(key)) return;
    this.#known.add(key);
    try {
      this.#takeOverAsFound(row);
    } catch (error) {
      this.#retryLater(row, error);
    }
  }

  #takeOverAsFound(row: Job): void {
    const {files, bootedAt} = this.#options;
    const extent = row.state.status === 'cancelling' ? 'whole' : undefined;
    const {spec = row.spec, state, ...findings} = files.inspect(keyOf(row.spec), extent);
    const job: Job = {...row, spec, state: state ?? row.state};
    const decision = reconcile({
      hasSpec: spec !== row.spec,
      ...findings,
      row: row.state.status === 'queued' ? 'queued' : 'started',
      state,
      rebooted: spec.invocation.createdAt < bootedAt,
    });
    if (decision.action === 'queue') {
      this.enqueue([job]);
      return;
    }
    const run = this.#open(job, true);
    this.#background(run, this.#resume(run, decision, findings.wrapperPid ?? 0));
  }

  /** Something failed here, not the job: it is taken over again like by a new coordinator. */
  #retryLater(job: Job, error: unknown): void {
    const {report, timer} = this.#options;
    report(`looking after ${job.spec.name}`, error);
    timer(RETRY_MS, () => {
      if (this.#stopped) return;
      this.#known.delete(keyText(keyOf(job.spec)));
      this.takeOver(job);
    });
  }

  /** Every job that has not ended, as far as it is known here. */
  get jobs(): readonly Job[] {
    const running = [...this.#runs].map(({job}) => job).filter(({state}) => !isEnded(state));
    return [...running, ...this.#starting, ...this.#queue.waiting];
  }

  /**
   * Ends a job: one that is queued never starts, a running one gets TERM, and KILL after the grace time. Resolves, once it
   * was signalled, with whether there was anything to end. Rejects when the job may not be signalled.
   */
  async cancel(key: JobKey, graceMs: number): Promise<boolean> {
    const text = keyText(key);
    const isMeant = ({spec}: Job) => keyText(keyOf(spec)) === text;
    const queued = this.#queue.take(isMeant);
    if (queued !== undefined) {
      await this.#end(this.#open(queued, false), {event: 'cancelled'}, true);
      return true;
    }
    const run = [...this.#runs].find(({job}) => isMeant(job));
    if (run === undefined ? !this.#known.has(text) : isEnded(run.job.state)) return false;
    if (run === undefined || run.job.state.status === 'queued') this.#cancelAfterStart.set(text, graceMs);
    else await this.#canceller.cancel(run, graceMs);
    return true;
  }

  /** Resolves when these jobs are closed, so that nothing of those that were cancelled is left. */
  async closed(keys: readonly JobKey[]): Promise<void> {
    const open = keys.filter(key => this.#known.has(keyText(key)));
    await Promise.all(open.map(key => new Promise<void>(done => void this.#closings.add(key, () => done()))));
  }

  /** Ends all work in this process; the jobs go on. Nothing is written any more. */
  stop(): void {
    this.#stopped = true;
    this.#queue.stop();
    for (const run of this.#runs) {
      this.#canceller.forget(run);
      run.recorder.close();
    }
    this.#runs.clear();
  }

  async #resume(run: Run, decision: TakenOver, wrapperPid: number): Promise<void> {
    const {spec, state} = run.job;
    switch (decision.action) {
      case 'adopt': {
        this.#queue.occupy(run);
        const wrapper = signal();
        const {pid} = await this.#options.runner.adopt(spec, wrapper.happened);
        if (state.status === 'cancelling') this.#canceller.resume(run, state);
        return this.#look(
          run,
          {event: state.status === 'queued' ? 'started' : 'adopted', pid},
          wrapper.promise,
        );
      }
      case 'finish':
        this.#queue.occupy(run);
        if (state.status === 'queued') await this.#record(run, {event: 'started', pid: wrapperPid});
        return this.#wrapperEnded(run);
      case 'crash':
        return this.#end(run, {event: 'crashed', message: decision.message});
      case 'close':
        this.#options.ledger.put(run.job);
        run.recorder.follow();
        return this.#linger(run);
      case 'record-closed':
        return this.#settle(run);
      default:
        return unreachable(decision);
    }
  }

  /** Never rejects. */
  async #start(job: Job): Promise<void> {
    const {runner, isTransient, report} = this.#options;
    const wrapper = signal();
    this.#starting.add(job);
    try {
      const {pid} = await runner.start(job.spec, wrapper.happened);
      const run = this.#open(job, false);
      this.#queue.occupy(run);
      this.#background(run, this.#look(run, {event: 'started', pid}, wrapper.promise));
    } catch (error) {
      const isUnwanted = this.#cancelAfterStart.delete(keyText(keyOf(job.spec)));
      if (isTransient(error) && !isUnwanted) {
        report(`starting ${job.spec.name}; it stays queued`, error);
        this.#queue.putBack(job);
      } else {
        this.#neverStarted(job, isUnwanted ? undefined : error);
      }
    } finally {
      this.#starting.delete(job);
      this.#queue.release(job);
    }
  }

  /** Looks after a running job until its wrapper has ended. */
  async #look(run: Run, began: StatusEvent, wrapper: Promise<void>): Promise<void> {
    await this.#record(run, began);
    const key = keyText(keyOf(run.job.spec));
    const graceMs = this.#cancelAfterStart.get(key);
    this.#cancelAfterStart.delete(key);
    if (graceMs !== undefined) this.#background(run, this.#canceller.cancel(run, graceMs));
    run.recorder.follow();
    await wrapper;
    return this.#wrapperEnded(run);
  }

  /** Without an error it was cancelled. */
  #neverStarted(job: Job, error: unknown): void {
    const run = this.#open(job, false);
    const event: StatusEvent =
      error === undefined
        ? {event: 'cancelled'}
        : {event: 'crashed', message: `it could not be started: ${messageOf(error)}`};
    this.#background(run, this.#end(run, event));
  }

  async #wrapperEnded(run: Run): Promise<void> {
    const left = await this.#isLeft(run);
    const exit = this.#options.runner.exit(run.job.spec);
    const event =
      exit === undefined ? crashedWithoutCode : finishedEvent(exit.code, this.#ifLongAgo(exit.atMs));
    this.#queue.release(run);
    return this.#end(run, event, left === false);
  }

  /** When a command ended, where that was a while before it could be recorded. */
  #ifLongAgo(atMs: number): number | undefined {
    return this.#options.now() - atMs > PROMPT_MS ? atMs : undefined;
  }

  /** The command has ended: record that, and close the log at once when nothing is left that could write to it. */
  async #end(run: Run, event: StatusEvent, nothingLeft?: boolean): Promise<void> {
    const clear = nothingLeft ?? (await this.#isLeft(run)) === false;
    await run.recorder.drain();
    await this.#record(run, event, clear ? 'row-later' : 'row-now');
    if (clear) {
      await this.#record(run, {event: 'closed'}, 'row-later');
      this.#settle(run);
    }
    this.waiters.finished(keyOf(run.job.spec), run.job);
    if (!clear) {
      run.recorder.follow();
      await this.#linger(run);
    }
  }

  /** Whether something can still write to its log or, if it was cancelled, is still there at all. */
  async #isLeft(run: Run): Promise<boolean | undefined> {
    const {spec, state} = run.job;
    const left = await this.#leftovers.isLeft(spec);
    if (left !== false || killTime(state) === undefined) return left;
    return (await this.#options.runner.survivors(spec, pidOf(run.job))) > 0;
  }

  /**
   * Waits until nothing can write to the log any more, or the linger time is over; then closes it. What a cancelled job
   * left behind is killed before that.
   */
  async #linger(run: Run): Promise<void> {
    const {timer, now} = this.#options;
    const {state, spec} = run.job;
    const killAt = killTime(state);
    if (killAt !== undefined) this.#canceller.ended(run, killAt);
    const passed = isEnded(state) ? Math.max(0, now() - state.finishedAt) : 0;
    const untilKilled = killAt === undefined ? 0 : killAt - now() + KILL_MS;
    let left = await this.#isLeft(run);
    // Counted from timer to timer: a clock that is put back must not keep followers waiting.
    for (
      let remaining = Math.max(spec.lingerMs - passed, untilKilled);
      left !== false && remaining > 0 && !this.#stopped;
    ) {
      const pause = Math.min(LINGER_LOOK_MS, remaining);
      await new Promise<void>(resolve => timer(pause, resolve));
      remaining -= pause;
      left = await this.#isLeft(run);
    }
    if (this.#stopped) return;
    await run.recorder.drain();
    await this.#record(
      run,
      left === false ? {event: 'closed'} : {event: 'closed', left_open: true},
      'row-later',
    );
    this.#settle(run);
  }

  /** The log is closed: remove the spool, then store the row. */
  #settle(run: Run): void {
    const {ledger, files, report} = this.#options;
    if (!this.#runs.has(run)) return;
    run.job = {...run.job, sizeBytes: run.recorder.close()};
    const {spec} = run.job;
    try {
      files.discardSpool(spec);
    } catch (error) {
      report(`removing the spool of ${spec.name}`, error);
    }
    ledger.put(run.job);
    this.#canceller.forget(run);
    this.#runs.delete(run);
    this.#known.delete(keyText(keyOf(spec)));
    this.#cancelAfterStart.delete(keyText(keyOf(spec)));
    this.#closings.finished(keyOf(spec), run.job);
    if (this.#known.size === 0) this.#onIdle();
  }

  #open(job: Job, late: boolean): Run {
    const run: Run = {
      job,
      recorder: this.#options.openRecorder(job.spec, {late}),
      record: event => this.#record(run, event),
    };
    this.#runs.add(run);
    this.#known.add(keyText(keyOf(job.spec)));
    return run;
  }

  async #record(run: Run, event: StatusEvent, row: 'row-now' | 'row-later' = 'row-now'): Promise<void> {
    const record = await run.recorder.record(event);
    run.job = {...run.job, state: nextState(run.job.state, record)};
    if (row === 'row-now') this.#options.ledger.put(run.job);
  }

  #background(run: Run, work: Promise<void>): void {
    work.catch((error: unknown) => {
      run.recorder.close();
      this.#runs.delete(run);
      this.#queue.release(run);
      this.#retryLater(run.job, error);
    });
  }
}

/** When what is left of a job may be killed, if somebody wanted it to end. */
function killTime(state: JobState): number | undefined {
  return 'killAt' in state ? state.killAt : undefined;
}

const crashedWithoutCode: StatusEvent = {
  event: 'crashed',
  message:
    'its wrapper was killed before it could write the exit code; how the command ended cannot be known',
};
