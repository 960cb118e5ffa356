import {counted, StintError, stringifyWellFormed} from '../../../base/index.ts';
import {attend, jobReport, viewJobs} from '../../../jobs/index.ts';
import {systemMoment} from '../../../platform/index.ts';
import type {ProgressReport} from '../../../progress/index.ts';
import type {Context, OptionsOf} from '../../command.ts';
import type {PROGRESS_REPORT} from '../../definitions/progress.ts';
import {EXIT} from '../../exit-codes.ts';
import {terminalSize} from '../../output/terminal.ts';
import {out, say} from '../../output/write.ts';
import {progressSources} from '../../progress/progress-files.ts';
import type {ProgressSource} from '../../progress/progress-reading.ts';
import {reportText} from '../../progress/progress-report-text.ts';
import {summaryText} from '../../progress/progress-summary-text.ts';
import {doingOf} from '../../progress/progress-text.ts';

type Options = OptionsOf<typeof PROGRESS_REPORT>;

export async function run([operand]: readonly string[], options: Options, {cwd}: Context): Promise<number> {
  const {state, sources} = progressSources(cwd, operand, options);
  if (options.follow) {
    const {followProgress} = await import('../../progress/progress-follow.ts');
    return followProgress(
      state,
      onlyOne(sources),
      options.json === true,
      ({name, report, at}, mayGoOn, doing) =>
        reportText(report, {name, mayGoOn, doing, now: at, room: terminalSize()?.columns}),
    );
  }
  const moment = systemMoment();
  const jobs = sources.flatMap(({job}) => job ?? []);
  const viewed = new Map((await viewJobs(state, jobs, moment)).map((each, at) => [jobs[at], each] as const));
  const read = sources.map(source => {
    const ofJob = source.job && viewed.get(source.job);
    return {source, viewed: ofJob, ...jobReport(source.path, ofJob, moment)};
  });
  const withProgress = read.filter(({report, summary}) => report.runs.length > 0 || summary !== undefined);
  if (withProgress.length === 0) throw noProgress(sources, read[0]?.report);
  if (options.json) {
    const told = read.map(each => each.told);
    out(`${stringifyWellFormed(told.length === 1 ? told[0] : told, 2)}\n`);
  } else {
    const room = terminalSize()?.columns;
    const texts = withProgress.map(({source: {name, job, mayGoOn}, viewed, report, summary}) => {
      const doing = viewed && doingOf(viewed.progress);
      return summary === undefined
        ? reportText(report, {
            name,
            doing,
            room,
            mayGoOn: job === undefined ? undefined : mayGoOn,
            now: moment.at,
          })
        : summaryText(summary, {name, doing: doing?.text, room, mayGoOn});
    });
    out((await Promise.all(texts)).join('\n'));
  }
  if (state !== undefined) await attend(state, jobs, say);
  return EXIT.done;
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
