import {type JobKey, keyText} from '../../../base/index.ts';
import {keyOf} from '../../domain/index.ts';
import type {CancellableRun, Canceller} from './cancel.ts';

/** Who wants jobs to end that have no wrapper to be signalled, or none yet: their grace times, in memory only. */
export class CancelWishes {
  readonly #wishes = new Map<string, {readonly key: JobKey; readonly graceMs: number}>();
  readonly #canceller: Pick<Canceller, 'cancel'>;
  readonly #report: (what: string, error: unknown) => void;

  constructor(canceller: Pick<Canceller, 'cancel'>, report: (what: string, error: unknown) => void) {
    this.#canceller = canceller;
    this.#report = report;
  }

  /** Of several wishes the shortest grace time counts. */
  add(key: JobKey, graceMs: number): void {
    const text = keyText(key);
    const before = this.#wishes.get(text)?.graceMs ?? graceMs;
    this.#wishes.set(text, {key, graceMs: Math.min(graceMs, before)});
  }

  has(key: JobKey): boolean {
    return this.#wishes.has(keyText(key));
  }

  /** The jobs that are meant. */
  get keys(): JobKey[] {
    return [...this.#wishes.values()].map(({key}) => key);
  }

  /** Tells whether there was one. */
  forget(key: JobKey): boolean {
    return this.#wishes.delete(keyText(key));
  }

  /** The job has a wrapper now: ends it, if somebody wants that. */
  fulfil(run: CancellableRun): void {
    const {spec} = run.job;
    const wish = this.#wishes.get(keyText(keyOf(spec)));
    if (wish === undefined) return;
    this.forget(keyOf(spec));
    this.#canceller
      .cancel(run, wish.graceMs)
      .catch((error: unknown) => this.#report(`ending ${spec.name}`, error));
  }
}
