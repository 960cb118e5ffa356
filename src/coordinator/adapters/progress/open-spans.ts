/**
 * Since when each phase of a job is open, as we saw it: the clocks of workers may tell anything, and the wall clock may be
 * set while a phase is open.
 */
import type {ProgressRecord} from '../../../progress/index.ts';

/** As many as an analysis keeps open. */
const MOST_OPEN = 1024;

export class OpenSpans {
  readonly #since = new Map<string, number>();

  /** Takes a record that was written at this time. */
  add({run_id, phase, batch_index, sub_phase}: ProgressRecord, at: number): void {
    const key = keyOf(run_id, phase, batch_index);
    if (sub_phase !== 'start' && sub_phase !== 'progress') this.#since.delete(key);
    else if (sub_phase === 'start' || !this.#since.has(key)) this.#begin(key, at);
  }

  /** Undefined for one that was not seen to begin. */
  since(runId: string | null, phase: string, batchIndex: number | null): number | undefined {
    return this.#since.get(keyOf(runId, phase, batchIndex));
  }

  #begin(key: string, at: number): void {
    this.#since.delete(key);
    this.#since.set(key, at);
    if (this.#since.size <= MOST_OPEN) return;
    const [oldest] = this.#since.keys();
    this.#since.delete(oldest ?? key);
  }
}

function keyOf(
  runId: string | null | undefined,
  phase: string,
  batchIndex: number | null | undefined,
): string {
  return JSON.stringify([runId ?? null, phase, batchIndex ?? null]);
}
