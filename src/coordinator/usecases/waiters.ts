import {type JobKey, keyText} from '../../base/index.ts';
import type {Job} from '../domain/index.ts';

/** Who waits for a job to be finished. */
export class Waiters {
  readonly #byJob = new Map<string, Set<(job: Job) => void>>();

  /** Calls back once when the job is finished; the returned function takes that back. */
  add(key: JobKey, callback: (job: Job) => void): () => void {
    const text = keyText(key);
    const callbacks = this.#byJob.get(text) ?? new Set();
    this.#byJob.set(text, callbacks.add(callback));
    return () => {
      callbacks.delete(callback);
      if (callbacks.size === 0 && this.#byJob.get(text) === callbacks) this.#byJob.delete(text);
    };
  }

  finished(key: JobKey, job: Job): void {
    const text = keyText(key);
    const callbacks = this.#byJob.get(text);
    this.#byJob.delete(text);
    for (const callback of callbacks ?? []) callback(job);
  }
}
