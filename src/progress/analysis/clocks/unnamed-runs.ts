/**
 * Tells the runs of writers apart that name none. Records of one process have the same begin (`ts_ms` − `elapsed_ms`) as
 * long as the wall clock does not jump; so runs can be told apart even where their records are mixed and no `pid` is
 * told. `complete` alone ends no run: some write it after each of many batches.
 */

import type {Run} from '../worker-run.ts';
import type {ClockReading} from './clock-reading.ts';
import {JUMP_MS} from './run-clock.ts';

/** Of a run that was said to be over, the begin has to be the same but for the rounding of two clocks. */
const SAME_BEGIN_MS = 100;

/** The run among those of the same writer, oldest first, to which a record belongs; undefined when it begins another. */
export function unnamedRunOf(clocks: ClockReading, runs: readonly Run[]): Run | undefined {
  const newest = runs.at(-1);
  const {elapsed} = clocks;
  if (newest === undefined) return undefined;
  if (Number.isNaN(elapsed)) return newest.outcome === 'running' ? newest : undefined;
  let [best, leastShift]: [Run | undefined, number] = [undefined, Number.POSITIVE_INFINITY];
  for (const run of runs) {
    const shift = Math.abs(beginOf(clocks) - beginOf(run.clocks));
    if (shift < leastShift && goesOn(run, elapsed, shift)) [best, leastShift] = [run, shift];
  }
  if (best !== undefined) return best;
  // Its wall clock jumped.
  const hasJumped = newest.outcome === 'running' && elapsed >= (newest.clocks.elapsed || 0);
  return hasJumped ? newest : undefined;
}

function goesOn(run: Run, elapsed: number, shift: number): boolean {
  const fell = (run.clocks.elapsed || 0) - elapsed;
  // Threads write a little out of order: then the wall clock falls as well.
  if (fell > 0) return shift < Math.max(2, Math.min(fell / 2, JUMP_MS));
  return shift <= (run.outcome === 'running' ? JUMP_MS : SAME_BEGIN_MS);
}

function beginOf({wall, elapsed}: ClockReading): number {
  return wall - (elapsed || 0);
}
