/** A job between its start and its closing. What happens to it goes into its journal first, then into its row. */
import {type Job, nextState, type StatusEvent} from '../domain/index.ts';
import type {JobLedger, JobRecorder, OpenRecorder} from '../ports/index.ts';

export interface RunOptions {
  readonly ledger: Pick<JobLedger, 'put'>;
  readonly openRecorder: OpenRecorder;
}

export class Run {
  readonly recorder: JobRecorder;
  /** Whether its wrapper was started and has not ended, as far as it is known: then it can be signalled. */
  hasWrapper = false;
  readonly #ledger: Pick<JobLedger, 'put'>;
  #job: Job;
  #isOpen = true;

  /** `late` while what the job has written may be old. */
  constructor(job: Job, late: boolean, {ledger, openRecorder}: RunOptions) {
    this.#job = job;
    this.#ledger = ledger;
    this.recorder = openRecorder(job.spec, {late});
  }

  get job(): Job {
    return this.#job;
  }

  /** False once nothing is recorded any more. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Resolves when it is in the journal; never while the disk is full, nor once this is closed. */
  async record(event: StatusEvent, row: 'row-now' | 'row-later' = 'row-now'): Promise<void> {
    const record = await this.recorder.record(event);
    this.#job = {...this.#job, state: nextState(this.#job.state, record)};
    if (row === 'row-now') this.storeRow();
  }

  storeRow(): void {
    this.#ledger.put(this.#job);
  }

  /** Ends the recording; the job then knows the size of its journal. */
  close(): void {
    this.#isOpen = false;
    this.#job = {...this.#job, sizeBytes: this.recorder.close()};
  }
}
