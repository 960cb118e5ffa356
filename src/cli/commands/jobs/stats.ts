import {type Moment, StintError, stringifyWellFormed} from '../../../base/index.ts';
import {type ListedJob, LONG_TAIL_BYTES} from '../../../coordinator/adapters/index.ts';
import {isEnded, ranMs} from '../../../coordinator/domain/index.ts';
import {systemMoment} from '../../../platform/index.ts';
import {openRepository, type ReadingPlace} from '../../address/repo.ts';
import type {Context, OptionsOf} from '../../command.ts';
import {didYouMean} from '../../command-line/near-names.ts';
import {wholeNumber} from '../../command-line/option-values.ts';
import type {STATS} from '../../definitions/jobs.ts';
import {EXIT} from '../../exit-codes.ts';
import {out} from '../../output/write.ts';
import {listedProgress} from '../../progress/listed-progress.ts';
import {type JobRun, jobStatistics} from '../../statistics/job-statistics.ts';
import {runOf} from '../../statistics/run-history.ts';
import {type RunningNow, type StatisticsOfJob, statisticsText} from '../../statistics/statistics-text.ts';
import {attend} from '../../waiting/attend.ts';

type Options = OptionsOf<typeof STATS>;

export async function run([name]: readonly string[], options: Options, {cwd}: Context): Promise<number> {
  if (name === undefined)
    throw new StintError('USAGE', 'No job was named.', {hint: 'For example: stint stats test'});
  const limit = wholeNumber(options.last, '--last', 1) ?? DEFAULT_RUNS;
  const place = openRepository(cwd);
  const jobs = place.reader?.runs(name, limit) ?? [];
  if (jobs.length === 0) throw unknownName(place, name);
  const now = systemMoment();
  const statistics = statisticsOf(name, jobs, now);
  out(options.json ? `${stringifyWellFormed(statistics, 2)}\n` : await statisticsText(statistics));
  if (place.state !== undefined) await attend(place.state, jobs);
  return EXIT.done;
}

const DEFAULT_RUNS = 100;

function statisticsOf(name: string, jobs: readonly ListedJob[], now: Moment): StatisticsOfJob {
  const runs = jobs.map(runOf);
  const running = jobs.filter(({state}) => state.status !== 'queued' && !isEnded(state));
  return {name, ...jobStatistics(runs), running: running.map(job => runningNow(job, runs, now))};
}

/** How a run that goes on compares with those that completed. */
function runningNow(job: ListedJob, runs: readonly JobRun[], now: Moment): RunningNow {
  const {row, state} = job;
  const {fields, present} = listedProgress(job, now, LONG_TAIL_BYTES);
  const soFar = ranMs(state, now);
  const lengths = runs.flatMap(({status, tookMs}) => (status === 'completed' ? (tookMs ?? []) : []));
  const open = present?.now?.open;
  return {
    invocation_id: row.invocation_id,
    attempt: row.attempt,
    status: state.status,
    duration_secs: soFar === undefined ? null : soFar / 1000,
    longer_than:
      lengths.length === 0 || soFar === undefined
        ? null
        : lengths.filter(ms => ms < soFar).length / lengths.length,
    phase: fields.phase,
    phase_secs: open ? open.open_ms / 1000 : null,
    eta_secs: fields.eta_secs,
    quiet_secs: fields.quiet_secs,
    stalled: fields.stalled,
  };
}

function unknownName({reader}: ReadingPlace, name: string): StintError {
  return new StintError('NO_MATCH', `No job ${name} was ever run in this repository.`, {
    hint: didYouMean(name, reader?.names() ?? []) || 'Run: stint ls --all',
  });
}
