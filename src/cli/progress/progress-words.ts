/** Phrases about the progress of a run, for the report and for the screen that follows it. */
import {counted, cutText, plural, sizeText, visible} from '../../base/index.ts';
import type {EtaReport, OpenPhase, RowsReport, RunReport} from '../../progress/index.ts';
import {clockTime, durationText} from '../output/human.ts';
/** How progress is put into words: in full for reports, and briefly for lists. What is unknown is said to be. */

export function lengthText(ms: number | null): string {
  return ms === null ? 'an unknown time' : durationText(ms);
}

export function momentText(ms: number | null, now: number): string {
  return ms === null ? 'an unknown time' : clockTime(ms, now);
}

export function percentText(share: number): string {
  return `${(share * 100).toFixed(share > 0 && share < 0.0995 ? 1 : 0)}%`;
}

/** `12,345`. */
export function countText(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}

/** Few digits: `0.25`, `37`, `12,345`. */
export function rateText(perSec: number): string {
  return perSec >= 10 ? countText(perSec) : String(Number(perSec.toPrecision(2)));
}

export function bytesRateText(perSec: number): string {
  return `${sizeText(perSec)}/s`;
}

/** `embed, batch 3, for 5.2s since 14:03:22 (known to take up to 20m)`. */
export function openText({phase, batch_index, since_ms, open_ms, expect_ms}: OpenPhase, now: number): string {
  const batch = batch_index === null ? '' : `, batch ${batch_index}`;
  const expected = expect_ms === null ? '' : ` (known to take up to ${durationText(expect_ms)})`;
  const since = since_ms === null ? '' : ` since ${clockTime(since_ms, now)}`;
  return `${visible(phase)}${batch}, for ${lengthText(open_ms)}${since}${expected}`;
}

/** `384 of 10,000 (3.8%)`, and `384` where nobody told of how many. */
export function rowsText({processed, total}: Pick<RowsReport, 'processed' | 'total'>): string {
  if (total === null) return processed === null ? 'unknown' : countText(processed);
  if (processed === null) return `an unknown number of ${countText(total)}`;
  const share = total > 0 ? ` (${percentText(wholeOnlyWhenDone(processed / total))})` : '';
  return `${countText(processed)} of ${countText(total)}${share}`;
}

/** `about 2m (1m 10s to 4m), until 14:10:03`. */
export function etaText({remaining_ms, range_ms, at_ms}: EtaReport, now: number): string {
  const until = at_ms === null ? '' : `, until ${clockTime(at_ms, now)}`;
  return `about ${durationText(remaining_ms)}${rangeText(range_ms)}${until}`;
}

/** Empty where the rate does not vary. */
export function rangeText(range: readonly [number, number] | null): string {
  return range === null ? '' : ` (${durationText(range[0])} to ${durationText(range[1])})`;
}

export function basisText({basis}: EtaReport): string {
  return `${countText(basis.rows_remaining)} ${plural(basis.rows_remaining, 'row')} of ${visible(basis.phase)} ${plural(basis.rows_remaining, 'is', 'are')} left, at ${rateText(basis.rows_per_sec)} a second over the last ${durationText(basis.over_ms)} (${counted(basis.records, 'record')})`;
}

/** How a run stands. `mayGoOn`: whether somebody may still add to it; undefined where nobody knows. */
export function outcomeText({outcome}: Pick<RunReport, 'outcome'>, mayGoOn: boolean | undefined): string {
  if (outcome === 'unfinished') return ENDED_SILENTLY;
  if (outcome !== 'running') return outcome;
  if (mayGoOn === true) return 'running';
  return mayGoOn === false ? ENDED_SILENTLY : 'goes on, or ended without saying so';
}

const ENDED_SILENTLY = 'ended without saying how';

export function lastText({event, at_ms, note}: RunReport['last'], now: number): string {
  return `${visible(event)} at ${momentText(at_ms, now)}${note === null ? '' : `: ${visible(note)}`}`;
}

/** Rounded, 99,999 of 100,000 would look like all. */
function wholeOnlyWhenDone(share: number): number {
  return share > 0.99 && share < 1 ? 0.99 : share;
}

export const ONLY_SUMMARY = 'the records are gone: only a summary is left';

/** Longer names of phases are cut. */
const LONGEST_PHASE = 40;

/** `in embed (batch 4)`. */
export function whereText(
  open: {readonly phase: string; readonly batch_index: number | null} | null,
): string {
  if (open === null) return 'between phases';
  return `in ${phaseText(open.phase)}${open.batch_index === null ? '' : ` (batch ${open.batch_index})`}`;
}

/** `72/s`, and `4.5/min` for what is slow. */
export function rateBrief(perSecond: number): string {
  if (perSecond >= 10) return `${Math.round(perSecond)}/s`;
  if (perSecond >= 1) return `${rounded(perSecond)}/s`;
  return perSecond >= 1 / 60 ? `${rounded(perSecond * 60)}/min` : `${rounded(perSecond * 3600)}/h`;
}

/** The name of a phase as it is shown. */
export function phaseText(phase: string): string {
  return phase.length <= LONGEST_PHASE ? phase : `${cutText(phase, LONGEST_PHASE - 1)}…`;
}

function rounded(amount: number): number {
  return Math.round(amount * 10) / 10;
}
