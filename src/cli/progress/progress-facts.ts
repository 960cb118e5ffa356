/** Progress in words, for `status`: whether a job is stuck or only slow. */
import {counted, visible} from '../../base/index.ts';
import type {JobStatistics, ListedProgress, ProgressFields} from '../../jobs/index.ts';
import type {EtaReport, OpenPhase} from '../../progress/index.ts';
import {spreadText} from '../listing/statistics-text.ts';
import {clockTime, durationText} from '../output/human.ts';
import {lengthText, phaseText, rangeText, rateBrief, whereText} from './progress-words.ts';

/** Shorter silence is nothing to tell. */
const QUIET_SECS = 10;
/** Two lines that are the same say nothing yet. */
const SAME_SECS = 0.5;

/** Names and what is told under them, undefined where there is nothing. `usual` of a job that runs, where it ran before. */
export function progressFacts(
  {goesOn, fields, present}: ListedProgress,
  usual: JobStatistics | undefined,
  now: number,
): [string, string | undefined][] {
  const open = present?.now?.open ?? null;
  const eta = present?.eta;
  return [
    ['usually', usual?.duration_secs ? `${spreadText(usual.duration_secs)} that completed` : undefined],
    ['phase', present?.isOutOfReach ? OUT_OF_REACH : phaseFact(fields.phase, goesOn, open, usual, now)],
    ['rows', rowsFact(fields)],
    ['eta', eta === undefined || fields.eta_secs === null ? undefined : etaFact(eta, now)],
    ['stalled', stalledFact(fields, open, now)],
    ['activity', activityFact(fields)],
    ['quiet', quietFact(fields, now)],
    ['output', sameOutputFact(fields, now)],
  ];
}

const OUT_OF_REACH = 'not known: it reported more than the coordinator has read. Try: stint progress report';

/** `embed (batch 4), for 2m 3s (since 14:00:02); usually 1m 40s, 95% within 2m, at most 3m, in 12 runs`. */
function phaseFact(
  phase: string | null,
  goesOn: boolean,
  open: OpenPhase | null,
  usual: JobStatistics | undefined,
  now: number,
): string | undefined {
  if (phase === null) return undefined;
  if (open === null)
    return goesOn ? `between phases, the last was ${visible(phaseText(phase))}` : visible(phaseText(phase));
  const where = visible(whereText(open).slice('in '.length));
  if (!goesOn) return where;
  const began = open.since_ms === null ? '' : ` (since ${clockTime(open.since_ms, now)})`;
  const since = `${where}, for ${lengthText(open.open_ms)}${began}`;
  const each = usual?.phases.find(each => each.phase === phase)?.each_secs ?? null;
  const known = open.expect_ms === null ? '' : `; may take ${durationText(open.expect_ms)}, as it says`;
  const before = each === null ? '' : `; usually ${spreadText(each)}`;
  return `${since}${before}${known}`;
}

/** `384 of 10000 (3%), 72/s`, and which phase has them where that is not the one that is shown. */
function rowsFact({
  phase,
  rows_phase: counted,
  rows_processed: done,
  rows_total: total,
  rows_per_sec,
}: ProgressFields): string | undefined {
  if (done === null) return undefined;
  const share = total === null || total <= 0 || done > total ? '' : ` (${Math.floor((100 * done) / total)}%)`;
  return `${done}${total === null ? '' : ` of ${total}`}${share}${rows_per_sec === null ? '' : `, ${rateBrief(rows_per_sec)}`}${counted === null || counted === phase ? '' : `, in ${visible(phaseText(counted))}`}`;
}

/** `14:10:03, in 2m (1m 30s to 4m): 9616 rows at 72/s, the rate of the last 5m (64 records)`. */
function etaFact({remaining_ms, range_ms, at_ms, basis}: EtaReport, now: number): string {
  const rate = `the rate of the last ${durationText(basis.over_ms)} (${counted(basis.records, 'record')})`;
  const at = at_ms === null ? '' : `${clockTime(at_ms, now)}, `;
  return `${at}in ${durationText(remaining_ms)}${rangeText(range_ms)}: ${counted(basis.rows_remaining, 'row')} at ${rateBrief(basis.rows_per_sec)}, ${rate}`;
}

function stalledFact(
  {stalled, stalled_secs}: ProgressFields,
  open: OpenPhase | null,
  now: number,
): string | undefined {
  if (!stalled) return undefined;
  if (stalled_secs === null) return visible(whereText(open));
  const at = now - stalled_secs * 1000;
  return `${visible(whereText(open))}, found ${durationText(stalled_secs * 1000)} ago (${clockTime(at, now)})`;
}

/** What a job does that neither moves nor is stalled. */
function activityFact({
  activity,
  uncertain_secs,
  waiting_on,
  waiting_secs,
}: ProgressFields): string | undefined {
  switch (activity) {
    case 'waiting':
      return `it says that it waits for ${visible(waiting_on ?? '')}${forText(waiting_secs)}`;
    case 'uncertain':
      return `cannot be known${forText(uncertain_secs)}: what it reports changes, but nothing that counts work`;
    case 'complete':
      return 'its work is complete, but its process has not ended';
    default:
      return undefined;
  }
}

function sameOutputFact({same_output_secs}: ProgressFields, now: number): string | undefined {
  if (same_output_secs === null || same_output_secs < SAME_SECS) return undefined;
  return `nothing but one and the same line${forText(same_output_secs)}, since ${clockTime(now - same_output_secs * 1000, now)}`;
}

function forText(secs: number | null): string {
  return secs === null ? '' : `, for ${durationText(secs * 1000)}`;
}

function quietFact({quiet_secs}: ProgressFields, now: number): string | undefined {
  if (quiet_secs === null || quiet_secs < QUIET_SECS) return undefined;
  return `for ${durationText(quiet_secs * 1000)}, since ${clockTime(now - quiet_secs * 1000, now)}`;
}
