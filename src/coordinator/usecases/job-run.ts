/** A job between its start and its closing. What happens to it goes into its journal first, then into its row. */
import type {Moment, ProcessSpace} from '../../base/index.ts';
import {
  type Job,
  type JobProgress,
  type NamedProcess,
  nextState,
  type Remains,
  recordsOf,
  type StatusEvent,
  startedEvent,
} from '../domain/index.ts';
import type {JobLedger, JobRecorder, OpenRecorder} from '../ports/index.ts';

export interface RunOptions {
  readonly ledger: Pick<JobLedger, 'put'>;
  readonly openRecorder: OpenRecorder;
}

/** Whoever looks after the progress of a job. */
export interface RunProgress {
  /** The job has printed something. */
  printed(): void;
  /** Its command has ended. */
  commandEnded(): void;
  /** It is closed; what is to be kept of its progress. */
  closed(): Promise<string | undefined>;
  /** Somebody else looks after it from now on. */
  stop(): void;
}

export class Run {
  readonly recorder: JobRecorder;
  /** Another coordinator had it before. */
  readonly isTakenOver: boolean;
  /** Whether its processes can be found and signalled from here. */
  readonly isReachable: boolean;
  /** Whether its wrapper was started and has not ended, as far as it is known: then it can be signalled. */
  hasWrapper = false;
  /** Of a job that runs for long enough. */
  watch: RunProgress | undefined;
  readonly #ledger: Pick<JobLedger, 'put'>;
  #job: Job;
  #isOpen = true;

  constructor(
    job: Job,
    {isTakenOver, isReachable}: Pick<Run, 'isTakenOver' | 'isReachable'>,
    {ledger, openRecorder}: RunOptions,
  ) {
    this.#job = job;
    this.isTakenOver = isTakenOver;
    this.isReachable = isReachable;
    this.#ledger = ledger;
    this.recorder = openRecorder(job.spec, {
      late: isTakenOver,
      known: isTakenOver ? recordsOf(job.state) : [],
      onOutput: () => this.watch?.printed(),
      onStatus: record => {
        this.#job = {...this.#job, state: nextState(this.#job.state, record)};
        this.storeRow();
      },
    });
  }

  get job(): Job {
    return this.#job;
  }

  /** False once nothing is recorded any more. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Resolves when it is in the journal; never while the disk is full, nor once this is closed. */
  async record(event: StatusEvent, row: 'row-now' | 'row-later' = 'row-now', at?: number): Promise<void> {
    const record = await this.recorder.record(event, at);
    this.#job = {...this.#job, state: nextState(this.#job.state, record)};
    if (row === 'row-now') this.storeRow();
  }

  /** Records the start of its wrapper, and when that was, as far as it is known. */
  began(pid: number, space: ProcessSpace | undefined, moment: Moment | undefined): Promise<void> {
    return this.record(startedEvent(pid, space, moment), 'row-now', moment?.at);
  }

  /** What the job reported last. */
  reported(progress: JobProgress): void {
    this.#job = {...this.#job, progress};
  }

  /** What is kept of its progress, for its row. */
  keepProgress(summary: string | undefined): void {
    if (summary !== undefined) this.#job = {...this.#job, progressSummary: summary};
  }

  /** These of its processes may not be signalled. */
  refuses(refused: readonly NamedProcess[]): void {
    this.#job = {...this.#job, refused};
  }

  /** What is left of it now that everything was tried to end it; undefined when something is tried again. */
  leaves(remains: Remains | undefined): void {
    const {remains: _, ...job} = this.#job;
    this.#job = remains === undefined ? job : {...job, remains};
  }

  storeRow(): void {
    this.#ledger.put(this.#job);
  }

  /** Ends the recording; the job then knows the size of its journal. */
  close(): void {
    this.#isOpen = false;
    this.watch?.stop();
    this.#job = {...this.#job, sizeBytes: this.recorder.close()};
  }
}
