/** The jobs that are looked after here: from their submission or the takeover until they are closed. */
import {type JobKey, keyText} from '../../base/index.ts';
import {isGone, type JobSummary, keyOf} from '../domain/index.ts';
import type {Run} from './job-run.ts';

export class OpenJobs {
  readonly #keys = new Set<string>();
  /** Of those that are not queued. */
  readonly #runs = new Map<string, Run>();

  get size(): number {
    return this.#keys.size;
  }

  /** In the order of their start. */
  get runs(): readonly Run[] {
    return [...this.#runs.values()];
  }

  has(key: JobKey): boolean {
    return this.#keys.has(keyText(key));
  }

  /** Undefined for a job that is queued. */
  run(key: JobKey): Run | undefined {
    return this.#runs.get(keyText(key));
  }

  add({spec}: JobSummary): void {
    this.#keys.add(keyText(keyOf(spec)));
  }

  open(run: Run): void {
    this.add(run.job);
    this.#runs.set(keyText(keyOf(run.job.spec)), run);
  }

  /** Something failed here, not the job: nobody looks after it for now. */
  drop({job}: Run): void {
    this.#runs.delete(keyText(keyOf(job.spec)));
  }

  remove({spec}: JobSummary): void {
    const text = keyText(keyOf(spec));
    this.#runs.delete(text);
    this.#keys.delete(text);
  }

  /** Whether nothing more happens to end this job: it is not looked after here, or has ended with all that could be found of it. */
  isGone(key: JobKey): boolean {
    if (!this.has(key)) return true;
    const run = this.run(key);
    return run !== undefined && isGone(run.job);
  }
}
