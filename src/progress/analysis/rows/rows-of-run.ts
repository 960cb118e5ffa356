/** Which phase tells how far a run is, how far that is, and when the rest will be done. */
import {MOST_MS} from '../../record.ts';
import type {Phase} from '../phase.ts';
import type {RowsReport} from '../report.ts';
import type {RecentRate} from './recent-rows.ts';

export interface Remaining {
  readonly rows: number;
  readonly ms: number;
  /** Where the rate varies. */
  readonly range: readonly [number, number] | null;
}

/** Slower and faster slices that differ by less are one rate. */
const VARIES = 1.25;

/** The phase that counts for a run: the one that tells most of its rows, of equals the one that told last. */
export function countedPhase(phases: Iterable<Phase>): Phase | undefined {
  let best: Phase | undefined;
  for (const phase of phases) if (phase.toldRowsAt !== undefined && isBefore(best, phase)) best = phase;
  return best;
}

function isBefore(one: Phase | undefined, other: Phase): boolean {
  if (one === undefined) return true;
  const ranks = rankOf(other) - rankOf(one);
  return ranks > 0 || (ranks === 0 && (other.toldRowsAt ?? 0) > (one.toldRowsAt ?? 0));
}

/** Null where it told neither. */
export function rowsOf({rows: {done, total}, name}: Phase): RowsReport | null {
  if (done === undefined && total === undefined) return null;
  return {processed: done ?? null, total: total ?? null, phase: name};
}

/** Undefined where nothing is left, or nothing tells how much. */
export function remainingOf({rows: {done, total}}: Phase, rate: RecentRate): Remaining | undefined {
  if (done === undefined || total === undefined || done >= total) return undefined;
  const rows = total - done;
  const at = (perSec: number) => Math.max(0, Math.round((rows / perSec) * 1000 - rate.aheadMs));
  const ms = at(rate.rowsPerSec);
  if (!(ms <= MOST_MS)) return undefined;
  const [low, high] = [at(rate.fast), at(rate.slow)];
  const varies = rate.fast > rate.slow * VARIES && high <= MOST_MS;
  return {rows, ms, range: varies ? [Math.min(low, ms), Math.max(high, ms)] : null};
}

/** A sum and its total tell most; a phase that has done all of it makes way for the next. */
function rankOf({rows: {done, total, isSum}}: Phase): number {
  if (total === undefined) return isSum ? 2 : 1;
  if (done === undefined || done >= total) return 0;
  return isSum ? 4 : 3;
}
