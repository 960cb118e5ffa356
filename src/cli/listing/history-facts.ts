/** How a job fared before, for `status`. */
import type {Moment} from '../../base/index.ts';
import {isEnded} from '../../coordinator/domain/index.ts';
import type {ListedJob} from '../../coordinator/reader/index.ts';
import {durationSecs, type RunHistory, shownStatus} from '../../jobs/index.ts';
import {clockTime, durationText} from '../output/human.ts';
import {dim, statusStyle} from '../output/style.ts';

/** So many runs before it are told one by one. */
const MOST_RUNS = 5;

/** Names and what is told under them, undefined where there is nothing. */
export function historyFacts(history: RunHistory | undefined, now: Moment): [string, string | undefined][] {
  if (history === undefined) return [];
  const {failed, ended, before} = history;
  const told = before.slice(0, MOST_RUNS).map(job => runText(job, now));
  return [
    ['lately', ended < 2 ? undefined : `${failed} of the last ${ended} runs failed`],
    ['before', told.length === 0 ? undefined : told.join(`\n${' '.repeat(13)}`)],
  ];
}

/** `3fa9c1  ✗ failed (1)  14:03:22  took 12s`. */
function runText(job: ListedJob, now: Moment): string {
  const {row, state} = job;
  const status = shownStatus(job);
  const {symbol, paint} = statusStyle(status);
  const code = isEnded(state) && state.exitCode ? ` (${state.exitCode})` : '';
  const secs = durationSecs(job, now);
  const facts = [
    dim(row.invocation_id.slice(0, 6)),
    paint(`${symbol} ${status}${code}`),
    clockTime(row.created_at, now.at),
    ...(secs === null ? [] : [`took ${durationText(secs * 1000)}`]),
  ];
  return facts.join('  ');
}
