/**
 * Carries every job from its submission to its closing.
 *
 *   queued ──start──▶ running ──wrapper ended──▶ ending ──▶ lingering ──▶ closed
 *
 * Each arrow writes in this order, so that a coordinator killed between any two of them finds in the job's directory
 * what to do next (`reconcile` decides): files first, then the journal, then the row.
 *   submit: directory, row, answer; start: wrapper (holding the FIFO), `started` in the journal, row.
 *   ending, closing: see job-closing.ts.
 * When a step fails in this process (no more descriptors, a file that others may read), the job is taken over anew a
 * while later, as if that coordinator had been killed.
 */
import {deferred, type JobKey, keyText, messageOf, type RepoId, reasonOf} from '../../base/index.ts';
import {
  type Ending,
  isEnded,
  isGone,
  isOf,
  type Job,
  type JobSummary,
  keyOf,
  runsElsewhere,
} from '../domain/index.ts';
import {AtMost} from './at-most.ts';
import {Canceller} from './ending/cancel.ts';
import {CancelWishes} from './ending/cancel-wishes.ts';
import {JobClosing} from './ending/job-closing.ts';
import {JobEndings} from './ending/job-endings.ts';
import {JobLimits} from './ending/job-limits.ts';
import {Run} from './job-run.ts';
import {attemptBehind, lastAttempt, seriesText} from './last-attempt.ts';
import {Listeners} from './listeners.ts';
import {OpenJobs} from './open-jobs.ts';
import {ProgressWatch, SHORT_JOB_MS} from './progress/progress-watch.ts';
import {Attempts} from './queue/attempts.ts';
import {QueueControl} from './queue/queue-control.ts';
import {Replacements} from './queue/replacements.ts';
import {StartQueue} from './queue/start-queue.ts';
import {WaitingJobs} from './queue/waiting-jobs.ts';
import type {SupervisorOptions} from './supervisor-options.ts';
import {type LeftJob, LeftJobs} from './taking-over/left-jobs.ts';
import {resume} from './taking-over/resume.ts';
import {takeOver} from './taking-over/take-over.ts';
import {beforeTimeOut} from './time-out.ts';

const RETRY_MS = 5000;
const NEW = {isTakenOver: false, isReachable: true}; // of a job that is started here

export class Supervisor {
  /** Who waits for the end of the last attempt of a job, by `seriesText`. */
  readonly over = new Listeners<Job>();
  readonly endings: JobEndings;
  readonly queue: QueueControl;
  readonly #options: SupervisorOptions;
  readonly #queue: StartQueue;
  readonly #waiting: WaitingJobs;
  readonly #attempts: Attempts;
  readonly #replacements: Replacements;
  readonly #jobs = new OpenJobs();
  /** Why jobs could not be looked at when they were to be taken over. */
  readonly #unreadable = new Map<string, unknown>();
  /** Jobs between the queue and their start. */
  readonly #starting = new Set<Job>();
  /** Ends of jobs that never started: thousands may be skipped in a moment. */
  readonly #unstarted = new AtMost(64);
  readonly #canceller: Canceller;
  readonly #wishes: CancelWishes;
  readonly #closing: JobClosing;
  readonly #limits: JobLimits;
  readonly #progress: ProgressWatch;
  readonly #left: LeftJobs;
  readonly #onIdle: () => void;
  #stopped = false;

  /** `onIdle` is called whenever no job is left that is not closed. */
  constructor(options: SupervisorOptions, onIdle: () => void) {
    this.#options = options;
    this.#queue = new StartQueue({...options, start: job => void this.#start(job)});
    const find = (key: JobKey) => this.find(key) ?? options.ledger.find(key);
    this.queue = new QueueControl(this.#queue, options.ledger, find);
    this.#attempts = new Attempts(options);
    const findLast = (job: Omit<JobKey, 'attempt'>) => lastAttempt(find, job);
    this.#waiting = new WaitingJobs({
      ...options,
      queue: this.#queue,
      find,
      findLast: job => {
        const last = findLast(job);
        return last && {...last, isGone: this.isGone(keyOf(last.spec))};
      },
      skip: (job, message) => void this.#neverStarted(job, {how: 'skipped', message}),
    });
    this.#replacements = new Replacements({
      ...options,
      findLast,
      replacerOf: job => this.#waiting.replacerOf(job),
      cancel: (key, graceMs, reason) => this.cancel(key, graceMs, reason),
    });
    this.#canceller = new Canceller(options, ({job}) => this.#gone(job));
    this.#limits = new JobLimits(options, this.#canceller);
    this.#progress = new ProgressWatch(options, this.#canceller);
    this.#wishes = new CancelWishes(this.#canceller, options.report);
    this.endings = new JobEndings(options, this.#jobs, this.#wishes);
    this.#closing = new JobClosing(options, this.#canceller, {
      beforeEnd: (job, end) => this.#attempts.prepare(job, end),
      isLast: job => this.#isLast(job),
      onCommandEnded: run => this.#queue.release(run),
      onFinished: job => {
        this.#ended(job);
        if (isGone(job)) this.#gone(job);
      },
      onGone: job => this.#gone(job),
      onClosed: run => this.#forget(run),
    });
    this.#left = new LeftJobs(options.runner, row => this.takeOver(row));
    this.#onIdle = onIdle;
  }

  get counts(): {queued: number; running: number; open: number} {
    return {...this.#queue.counts, open: this.#jobs.size};
  }

  /** Puts jobs that are durable already at the end of the queue. */
  enqueue(jobs: readonly Job[]): void {
    for (const job of jobs) this.#jobs.add(job);
    this.#waiting.add(jobs);
    this.#replacements.queued(jobs);
  }

  /** Takes over a job that an earlier coordinator left unfinished; one that is looked after already is left alone. `row` is what its row says. */
  takeOver(row: JobSummary): void {
    const key = keyText(keyOf(row.spec));
    if (this.#jobs.has(keyOf(row.spec))) return;
    this.#jobs.add(row);
    try {
      this.#takeOverAsFound(row);
      this.#unreadable.delete(key);
    } catch (error) {
      const isNews = reasonOf(error) !== reasonOf(this.#unreadable.get(key));
      this.#unreadable.set(key, error);
      this.#retryLater(row, isNews ? error : undefined);
    }
  }

  #takeOverAsFound(row: JobSummary): void {
    const found = takeOver(row, this.#options);
    const {job, decision, isReachable} = found;
    if (decision.action === 'leave') {
      this.#jobs.remove(row);
      this.#left.add(row, {...found, decision});
      return;
    }
    if (decision.action === 'queue') {
      if (this.#wishes.has(keyOf(job.spec))) void this.#neverStarted(job, {how: 'cancelled'});
      else this.enqueue([job]);
      return;
    }
    const run = this.#open(new Run(job, {isTakenOver: true, isReachable}, this.#options));
    const hands = {
      ...this.#options,
      queue: this.#queue,
      canceller: this.#canceller,
      closing: this.#closing,
      look: this.#look.bind(this),
      ended: (ended: Job) => this.#ended(ended),
    };
    void this.#background(run, resume(run, {...found, decision}, hands));
  }

  /** Something failed here, not the job: it is taken over again like by a new coordinator. What was reported already is not again. */
  #retryLater(job: JobSummary, error: unknown): void {
    const {report, timer} = this.#options;
    if (error !== undefined) report(`looking after ${job.spec.name}`, error);
    timer(RETRY_MS, () => {
      if (this.#stopped) return;
      this.#jobs.remove(job);
      this.takeOver(job);
    });
  }

  /** Every job that has not ended, as far as it is known here. */
  get jobs(): readonly Job[] {
    const running = this.#jobs.runs.map(({job}) => job).filter(({state}) => !isEnded(state));
    return [...running, ...this.#starting, ...this.#queue.waiting];
  }

  /** The same, with attempts that are made and not in the queue yet, and jobs that are left to others. */
  get open(): readonly Job[] {
    return [...this.jobs, ...this.#attempts.made, ...this.#left.all.map(({job}) => job)];
  }

  /** The jobs of a repository that others wait for, by `seriesText`. */
  needed(repo: RepoId): ReadonlySet<string> {
    const waiting = this.#queue.waiting.filter(({spec}) => spec.repo === repo);
    return new Set(waiting.flatMap(({spec}) => spec.needs.map(need => seriesText({...need, repo}))));
  }

  /** A job that is left to whoever is where it runs; looked at again. */
  findLeft(key: JobKey): LeftJob | undefined {
    return this.#left.find(key);
  }

  get leftJobs(): readonly LeftJob[] {
    return this.#left.all;
  }

  /** See `OpenJobs`. */
  isGone(key: JobKey): boolean {
    return this.#jobs.isGone(key);
  }

  /** A job that runs here, as it is now. */
  find(key: JobKey): Job | undefined {
    return this.run(key)?.job;
  }

  /** Whatever looks after a job until its log is closed. */
  run(key: JobKey): Run | undefined {
    return this.#jobs.run(key);
  }

  /**
   * Ends a job: one that is queued never starts, a running one gets TERM, and KILL after the grace time. Resolves, once it
   * was signalled, with whether there was anything to end; waits half a second at most for a full disk. Rejects when the
   * job may not be signalled, and with `RUNS_ELSEWHERE`. No attempt behind it starts either. `reason`: why, where nobody asked for it.
   */
  async cancel(key: JobKey, graceMs: number, reason?: string): Promise<boolean> {
    const left = this.#left.find(key);
    if (left !== undefined) throw runsElsewhere(left.job.spec.name, left);
    if (!this.isOpen(key)) return false;
    const run = this.run(key);
    if (run?.hasWrapper) {
      await this.#canceller.cancel(run, graceMs, reason === undefined ? {} : {reason});
      return true;
    }
    this.#wishes.add(key, graceMs);
    const queued = this.#waiting.take(({spec}) => isOf(spec, key));
    const {timer} = this.#options;
    if (queued !== undefined) await beforeTimeOut(this.#neverStarted(queued, {how: 'cancelled'}), timer);
    // Its end is about to be recorded: the attempt behind it, which is there by then, is not to start.
    else if (run !== undefined && run.job.spec.retries > 0)
      await beforeTimeOut(new Promise(resolve => this.over.add(seriesText(key), () => resolve())), timer);
    return true;
  }

  /** Whether it is looked after here and has not ended. */
  isOpen(key: JobKey): boolean {
    const run = this.run(key);
    return run === undefined ? this.#jobs.has(key) : !isEnded(run.job.state);
  }

  /** Ends all work in this process; the jobs go on. Nothing is written any more. */
  stop(): void {
    this.#stopped = true;
    this.#queue.stop();
    this.#left.stop();
    for (const run of this.#jobs.runs) {
      this.#canceller.forget(run);
      run.close();
      this.#jobs.drop(run);
    }
  }

  /** Never rejects. */
  async #start(job: Job): Promise<void> {
    const {runner, isTransient, report} = this.#options;
    const wrapper = deferred();
    let listening = undefined as Run | undefined;
    this.#starting.add(job);
    try {
      const {pid} = await runner.start(job.spec, wrapper.resolve, () => {
        listening = new Run(job, NEW, this.#options);
        listening.recorder.listen();
      });
      const run = this.#open(listening ?? new Run(job, NEW, this.#options));
      this.#queue.occupy(run);
      const recorded = run.began(pid, this.#options.space, this.#options.moment());
      void this.#background(run, this.#look(run, recorded, wrapper.promise));
    } catch (error) {
      listening?.close();
      if (this.#wishes.has(keyOf(job.spec))) {
        void this.#neverStarted(job, {how: 'cancelled'});
      } else if (isTransient(error)) {
        report(`starting ${job.spec.name}; it stays queued`, error);
        this.#queue.putBack(job, error);
      } else {
        const message = `it could not be started: ${messageOf(error)}`;
        void this.#neverStarted(job, {how: 'crashed', message});
      }
    } finally {
      this.#starting.delete(job);
      this.#queue.release(job);
    }
  }

  /** Looks after a running job, once that is `recorded`, until its wrapper has ended. */
  async #look(run: Run, recorded: Promise<void>, wrapper: Promise<void>): Promise<void> {
    run.hasWrapper = true;
    this.#wishes.fulfil(run);
    await recorded;
    const unlimited = this.#limits.begin(run);
    this.#followSoon(run);
    await wrapper;
    unlimited();
    run.hasWrapper = false;
    return this.#closing.wrapperEnded(run);
  }

  /** A short job has ended before, and costs no watch of any kind. */
  #followSoon(run: Run): void {
    const follow = () => {
      if (!run.isOpen || !run.hasWrapper) return;
      run.recorder.follow();
      this.#progress.begin(run);
    };
    if (run.isTakenOver) follow();
    else this.#options.timer(SHORT_JOB_MS, follow);
  }

  /** A wish to cancel it is kept until this is recorded: should that fail, it is not started either. Never rejects. */
  #neverStarted(job: Job, ending: Ending): Promise<void> {
    return this.#unstarted.do(async () => {
      if (this.#stopped) return;
      const run = this.#open(new Run(job, NEW, this.#options));
      const nothingLeft = ending.how === 'crashed' ? undefined : {isLeft: false};
      await this.#background(run, this.#closing.end(run, ending, nothingLeft));
    });
  }

  /** That an attempt has ended is recorded: another one begins to wait, or whoever waits for the end of the job hears of it. */
  #ended(job: Job): void {
    this.enqueue(this.#attempts.take(job));
    const [key, isLast] = [keyOf(job.spec), this.#isLast(job)];
    const isUnwanted = this.#wishes.forget(key);
    this.#waiting.ended(job, isLast);
    if (isLast) this.over.tellOnce(seriesText(key), job);
    else if (isUnwanted) void this.cancel(attemptBehind(key), 0);
  }

  #isLast({spec}: Job): boolean {
    return this.#options.ledger.find(attemptBehind(keyOf(spec))) === undefined;
  }

  /** The log of a job is closed: nobody looks after it any more. */
  #forget(run: Run): void {
    this.#jobs.remove(run.job);
    this.#gone(run.job);
    if (this.#jobs.size === 0) this.#onIdle();
  }

  #gone(job: Job): void {
    this.endings.gone.tellOnce(keyText(keyOf(job.spec)), job);
    if (isEnded(job.state)) this.#waiting.gone(job);
  }

  #open(run: Run): Run {
    this.#jobs.open(run);
    return run;
  }

  /** Never rejects. */
  #background(run: Run, work: Promise<void>): Promise<void> {
    return work.catch((error: unknown) => {
      const {job} = run;
      run.close();
      this.#jobs.drop(run);
      this.#queue.release(run);
      this.#retryLater(job, error);
    });
  }
}
