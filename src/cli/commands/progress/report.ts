import {statSync} from 'node:fs';
import {beforeEnd, counted, type Moment, StintError, stringifyWellFormed} from '../../../base/index.ts';
import {isEnded, ranMs} from '../../../coordinator/domain/index.ts';
import {lookedAfter} from '../../../coordinator/reader/index.ts';
import {attend, remainingSummary} from '../../../jobs/index.ts';
import {systemClock, systemMoment} from '../../../platform/index.ts';
import {
  afterEnd,
  analyseProgressFile,
  type ProgressReport,
  type ProgressSummary,
} from '../../../progress/index.ts';
import type {Context, OptionsOf} from '../../command.ts';
import type {PROGRESS_REPORT} from '../../definitions/progress.ts';
import {EXIT} from '../../exit-codes.ts';
import {terminalSize} from '../../output/terminal.ts';
import {out, say} from '../../output/write.ts';
import {progressSources} from '../../progress/progress-files.ts';
import type {ProgressSource} from '../../progress/progress-reading.ts';
import {reportText} from '../../progress/progress-report-text.ts';
import {summaryText} from '../../progress/progress-summary-text.ts';

type Options = OptionsOf<typeof PROGRESS_REPORT>;

export async function run([operand]: readonly string[], options: Options, {cwd}: Context): Promise<number> {
  const {state, sources} = progressSources(cwd, operand, options);
  if (options.follow) {
    const {followProgress} = await import('../../progress/progress-follow.ts');
    return followProgress(onlyOne(sources), options.json === true, ({name, report, at}, mayGoOn) =>
      reportText(report, {name, mayGoOn, now: at, room: terminalSize()?.columns}),
    );
  }
  const moment = systemMoment();
  const {at: now} = moment;
  const jobsNow = await lookedAfter(
    state,
    sources.flatMap(({job}) => job ?? []),
    systemClock,
  );
  const read = sources.map(source => readSource({...source, job: jobsNow.get(source.job)}, moment));
  const told = read.filter(({report, summary}) => report.runs.length > 0 || summary !== undefined);
  if (told.length === 0)
    throw noProgress(
      read.map(each => each.source),
      read[0]?.report,
    );
  if (options.json) {
    const reports = read.map(({report, summary}) => (summary === undefined ? report : {...report, summary}));
    out(`${stringifyWellFormed(reports.length === 1 ? reports[0] : reports, 2)}\n`);
  } else {
    const room = terminalSize()?.columns;
    const texts = told.map(({source: {name, job, mayGoOn}, report, summary}) =>
      summary === undefined
        ? reportText(report, {name, mayGoOn: job === undefined ? undefined : mayGoOn, now, room})
        : summaryText(summary, {name, mayGoOn, room}),
    );
    out((await Promise.all(texts)).join('\n'));
  }
  if (state !== undefined)
    await attend(
      state,
      sources.flatMap(({job}) => job ?? []),
      say,
    );
  return EXIT.done;
}

interface Read {
  readonly source: ProgressSource;
  readonly report: ProgressReport;
  /** Where the records are gone: what is left. */
  readonly summary: ProgressSummary | undefined;
}

function readSource(source: ProgressSource, now: Moment): Read {
  const report = reportOf(source, now);
  const isEmpty = report.runs.length === 0 && source.job !== undefined;
  return {source, report, summary: isEmpty ? remainingSummary(source.job) : undefined};
}

/**
 * Of a job the time goes on since its last record, until it ended: it may have been stuck for that long. Where nobody saw the
 * end it goes on for nobody knows how long, and perhaps still.
 */
function reportOf({path, job}: ProgressSource, now: Moment): ProgressReport {
  if (job === undefined) return analyseProgressFile(path).report();
  const analysis = analyseProgressFile(path, {from: job.row.queued_at});
  const {state} = job;
  if (state.status === 'queued') return analysis.report();
  if (isEnded(state) && state.unseenEnd !== undefined) {
    const report = analysis.report();
    return state.unseenEnd === 'still-runs' || job.aliveAt !== undefined ? report : afterEnd(report);
  }
  const isMoving = state.status === 'running' && state.stalled === undefined;
  const to = isEnded(state) ? state.finishedAt : now.at;
  const writtenAt = Math.min(Math.round(statSync(path, {throwIfNoEntry: false})?.mtimeMs ?? to), now.at);
  const age = beforeEnd(writtenAt, {from: state.startedAt ?? to, to, ms: ranMs(state, now)});
  const report = analysis.report(age === undefined ? undefined : writtenAt + age, {isMoving});
  return isEnded(state) ? afterEnd(report) : report;
}

function onlyOne(sources: readonly ProgressSource[]): ProgressSource {
  const [source, ...others] = sources;
  if (source !== undefined && others.length === 0) return source;
  throw new StintError('USAGE', `That means ${sources.length} jobs, of which only one can be followed.`, {
    hint: ['Use one of:', ...sources.map(({name}) => name)].join('\n'),
  });
}

function noProgress(sources: readonly ProgressSource[], report: ProgressReport | undefined): StintError {
  const names = sources.map(({name}) => name).join(', ');
  const skipped = report?.skipped.lines ?? 0;
  if (sources[0]?.job === undefined)
    return new StintError(
      'NO_MATCH',
      `${names} holds no progress record${skipped === 0 ? '' : ` among its ${counted(skipped, 'line')}`}.`,
      {hint: 'A record is one line of JSON with event, phase, sub_phase and ts_ms.'},
    );
  return new StintError('NO_MATCH', `No progress was reported by ${names}.`, {
    hint: `A job reports it with: stint progress emit build_start   (and build_done at the end of that phase)
or with a line of JSON of its own in the file that $STINT_PROGRESS_JSONL names.`,
  });
}
