/** Progress in a few words, for a column of a list. */
import {visible} from '../../base/index.ts';
import type {ListedProgress, ProgressFields} from '../../jobs/index.ts';
import {rowsBrief, shortDuration} from '../output/human.ts';
import {phaseText, rateBrief, whereText} from './progress-words.ts';

/** A job that never reports and is silent for so long is shown as quiet: as long as one that reports may be silent. */
const QUIET_SECS = 120;

export interface ProgressText {
  readonly kind: 'progress' | 'stalled' | 'quiet';
  readonly text: string;
}

/** Undefined where there is nothing to show: it has ended, or runs and has not told anything. */
export function progressText(progress: ListedProgress): ProgressText | undefined {
  const {goesOn, fields, present} = progress;
  if (!goesOn) return undefined;
  const standing = standingText(progress);
  if (standing !== undefined) return standing;
  if (present?.isOutOfReach) return {kind: 'progress', text: 'not known yet'};
  return fields.phase === null ? quietText(fields) : {kind: 'progress', text: stepText(fields)};
}

/** What a job does that goes on and does not move as far as is known. */
export interface Doing {
  readonly activity: NonNullable<ProgressFields['activity']>;
  readonly text: string;
}

/** As the head of its report says it. */
export function doingOf(progress: ListedProgress): Doing | undefined {
  const {goesOn, fields} = progress;
  const {activity, quiet_secs} = fields;
  if (!goesOn || activity === null) return undefined;
  if (activity === 'quiet') return {activity, text: `running, quiet${forText(quiet_secs)}`};
  const standing = standingText(progress);
  return standing && {activity, text: standing.text};
}

/** Of one that stands still as far as is known. */
function standingText({fields, present}: ListedProgress): ProgressText | undefined {
  const quiet = forText(fields.quiet_secs);
  switch (fields.activity) {
    case 'stalled':
      return {kind: 'stalled', text: `stalled${quiet} ${whereText(present?.now?.open ?? null)}`};
    case 'waiting':
      return {
        kind: 'quiet',
        text: `waits${forText(fields.waiting_secs)} for ${visible(fields.waiting_on ?? '')}`,
      };
    case 'complete':
      return {kind: 'quiet', text: `complete${quiet}, not ended`};
    case 'uncertain':
      return {
        kind: 'quiet',
        text: `uncertain${forText(fields.uncertain_secs)} ${whereText(present?.now?.open ?? null)}`,
      };
    default:
      return undefined;
  }
}

/** Of a job that never reported. */
function quietText({quiet_secs, same_output_secs}: ProgressFields): ProgressText | undefined {
  if (quiet_secs === null || quiet_secs < QUIET_SECS) return undefined;
  const what = same_output_secs === null ? 'quiet' : 'the same line';
  return {kind: 'quiet', text: `${what}${forText(quiet_secs)}`};
}

/** ` 3m`; empty where nobody knows how long. */
function forText(secs: number | null): string {
  return secs === null ? '' : ` ${shortDuration(secs * 1000)}`;
}

/** `embed 384/10000 4% 72/s ETA 2m`, and `link (embed 384/10000 4% 72/s ETA 2m)` where another phase has the rows. */
function stepText(fields: ProgressFields): string {
  const {phase, rows_phase, rows_per_sec: rate} = fields;
  const counts = [
    rowsBrief(fields.rows_processed, fields.rows_total),
    rate === null ? '' : rateBrief(rate),
    etaText(fields),
  ].filter(part => part !== '');
  const [name, counted] = [phase, rows_phase].map(each => phaseText(each ?? ''));
  const isOwn = counts.length === 0 || rows_phase === null || rows_phase === phase;
  return isOwn ? [name, ...counts].join(' ') : `${name} (${[counted, ...counts].join(' ')})`;
}

/** `ETA 2m`, and `ETA 2m (1m–5m)` where the rate varies. */
function etaText({eta_secs: eta, eta_range_secs: range}: ProgressFields): string {
  if (eta === null) return '';
  const [low, high] = (range ?? []).map(secs => shortDuration(secs * 1000));
  return `ETA ${shortDuration(eta * 1000)}${low === high ? '' : ` (${low}–${high})`}`;
}
