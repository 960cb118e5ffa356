import {type JobKey, keyText} from '../../base/index.ts';
import {keyOf} from '../domain/index.ts';
import type {CancellableRun, Canceller} from './cancel.ts';

/** Who wants jobs to end that have no wrapper to be signalled, or none yet: their grace times, in memory only. */
export class CancelWishes {
  readonly #graceMs = new Map<string, number>();
  readonly #canceller: Pick<Canceller, 'cancel'>;
  readonly #report: (what: string, error: unknown) => void;

  constructor(canceller: Pick<Canceller, 'cancel'>, report: (what: string, error: unknown) => void) {
    this.#canceller = canceller;
    this.#report = report;
  }

  /** Of several wishes the shortest grace time counts. */
  add(key: JobKey, graceMs: number): void {
    const text = keyText(key);
    this.#graceMs.set(text, Math.min(graceMs, this.#graceMs.get(text) ?? graceMs));
  }

  has(key: JobKey): boolean {
    return this.#graceMs.has(keyText(key));
  }

  forget(key: JobKey): void {
    this.#graceMs.delete(keyText(key));
  }

  /** The job has a wrapper now: ends it, if somebody wants that. */
  fulfil(run: CancellableRun): void {
    const {spec} = run.job;
    const graceMs = this.#graceMs.get(keyText(keyOf(spec)));
    if (graceMs === undefined) return;
    this.forget(keyOf(spec));
    this.#canceller
      .cancel(run, graceMs)
      .catch((error: unknown) => this.#report(`ending ${spec.name}`, error));
  }
}
