/** Progress in a few words, for a column of a list. */
import {cutText} from '../../base/index.ts';
import type {ListedProgress, ProgressFields} from '../../jobs/index.ts';
import {shortDuration} from '../output/human.ts';

/** A job that never reports and is silent for so long is shown as quiet: as long as one that reports may be silent. */
const QUIET_SECS = 120;
/** Longer names of phases are cut. */
const LONGEST_PHASE = 40;

export interface ProgressText {
  readonly kind: 'progress' | 'stalled' | 'quiet';
  readonly text: string;
}

/** Undefined where there is nothing to show: it has ended, or runs and has not told anything. */
export function progressText({goesOn, fields, present}: ListedProgress): ProgressText | undefined {
  if (!goesOn) return undefined;
  const quiet = fields.quiet_secs === null ? '' : `${shortDuration(fields.quiet_secs * 1000)} `;
  if (fields.stalled)
    return {kind: 'stalled', text: `stalled ${quiet}${whereText(present?.now?.open ?? null)}`};
  if (fields.phase !== null) return {kind: 'progress', text: countText(fields)};
  if (fields.quiet_secs === null || fields.quiet_secs < QUIET_SECS) return undefined;
  return {kind: 'quiet', text: `quiet ${quiet.trimEnd()}`};
}

/** `in embed (batch 4)`. */
export function whereText(
  open: {readonly phase: string; readonly batch_index: number | null} | null,
): string {
  if (open === null) return 'between phases';
  return `in ${phaseText(open.phase)}${open.batch_index === null ? '' : ` (batch ${open.batch_index})`}`;
}

/** `384/10000 4%`; empty where no rows were told. */
export function rowsText({rows_processed: done, rows_total: total}: ProgressFields): string {
  if (done === null) return total === null ? '' : `?/${total}`;
  if (total === null) return String(done);
  const percent = total > 0 ? ` ${Math.floor(Math.min(1, Math.max(0, done / total)) * 100)}%` : '';
  return `${done}/${total}${percent}`;
}

/** `72/s`, and `4.5/min` for what is slow. */
export function rateText(perSecond: number): string {
  if (perSecond >= 10) return `${Math.round(perSecond)}/s`;
  if (perSecond >= 1) return `${rounded(perSecond)}/s`;
  return perSecond >= 1 / 60 ? `${rounded(perSecond * 60)}/min` : `${rounded(perSecond * 3600)}/h`;
}

/** The name of a phase as it is shown. */
export function phaseText(phase: string): string {
  return phase.length <= LONGEST_PHASE ? phase : `${cutText(phase, LONGEST_PHASE - 1)}…`;
}

/** `embed 384/10000 4% 72/s ETA 2m`. */
function countText(fields: ProgressFields): string {
  const {phase, rows_per_sec: rate, eta_secs: eta} = fields;
  return [
    phaseText(phase ?? ''),
    rowsText(fields),
    rate === null ? '' : rateText(rate),
    eta === null ? '' : `ETA ${shortDuration(eta * 1000)}`,
  ]
    .filter(part => part !== '')
    .join(' ');
}

function rounded(amount: number): number {
  return Math.round(amount * 10) / 10;
}
