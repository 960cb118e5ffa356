import {type ListedJob, LONG_TAIL_BYTES} from '../../coordinator/adapters/index.ts';
import {isEnded} from '../../coordinator/domain/index.ts';
import {systemMoment} from '../../platform/index.ts';
import {attend} from '../attend.ts';
import type {Context, Options} from '../command.ts';
import {EXIT} from '../exit-codes.ts';
import {type JobStatistics, jobStatistics} from '../job-statistics.ts';
import {listedProgress} from '../listed-progress.ts';
import {type ListingFields, listingFields} from '../listing.ts';
import {clockTime, durationText, sizeText} from '../output/human.ts';
import {bold, dim, statusStyle} from '../output/style.ts';
import {visible} from '../output/visible.ts';
import {out} from '../output/write.ts';
import {progressFacts} from '../progress-facts.ts';
import {openReadingPlace, type ReadingPlace} from '../repo.ts';
import {resolveJobs} from '../resolve-address.ts';
import {runOf} from '../run-history.ts';
import {sampledText} from '../sampled.ts';

export async function run([operand]: readonly string[], options: Options, {cwd}: Context): Promise<number> {
  const place = openReadingPlace(cwd);
  const jobs = resolveJobs(place, operand, options);
  const now = systemMoment();
  const listed = jobs.map(job => {
    const progress = listedProgress(job, now, LONG_TAIL_BYTES);
    return {job, progress, row: listingFields(job, now, progress.fields)};
  });
  const rows = listed.map(({row}) => row);
  if (options.json) out(`${JSON.stringify(rows.length === 1 ? rows[0] : rows, null, 2)}\n`);
  else
    out(
      listed
        .map(({job, progress, row}) =>
          describe(row, progressFacts(progress, usual(place, job), now.at), now.at),
        )
        .join('\n'),
    );
  if (place.state !== undefined) await attend(place.state, jobs);
  return EXIT.done;
}

/** How long such a job usually takes, for one that goes on. */
function usual({reader, repoId}: ReadingPlace, {repo, name, state}: ListedJob): JobStatistics | undefined {
  if (reader === undefined || repo !== repoId || isEnded(state)) return undefined;
  return jobStatistics(reader.runs(name, USUAL_RUNS).map(runOf));
}

/** So many runs tell what is usual. */
const USUAL_RUNS = 100;

type Fact = readonly [string, string | undefined];

function describe(row: ListingFields, progress: readonly Fact[], now: number): string {
  const {symbol, paint} = statusStyle(row.status);
  const time = (at: string | null) => (at === null ? undefined : clockTime(Date.parse(at), now));
  const facts: readonly Fact[] = [
    ['status', paint(`${symbol} ${row.status}`)],
    ['runs', row.elsewhere === null ? undefined : visible(row.elsewhere)],
    ['exit code', row.exit_code === null ? undefined : exitText(row.exit_code)],
    ['reason', row.message === null ? undefined : paragraph(row.message)],
    ['command', paragraph(row.command)],
    ['directory', visible(row.cwd)],
    [
      'branch',
      row.branch === null
        ? undefined
        : `${visible(row.branch)}${row.dirty ? ' (with changes that are not committed)' : ''}`,
    ],
    ['commit', row.commit ?? undefined],
    ['submitted', `${time(row.invocation_created_at)}   ${dim(paragraph(row.trigger_command))}`],
    ['started', time(row.started_at)],
    ['finished', time(row.finished_at)],
    ['took', tookText(row)],
    ...progress,
    ['tags', row.tags.length === 0 ? undefined : visible(row.tags.join(', '))],
    ['pid', row.status === 'running' ? String(row.pid) : undefined],
    ['sampled', sampledText(row.sample_every)],
    ['log', row.size_bytes === 0 ? undefined : `${sizeText(row.size_bytes)}   ${dim(visible(row.log))}`],
  ];
  const lines = facts.flatMap(([name, value]) =>
    value === undefined ? [] : `  ${name.padEnd(10)} ${value}\n`,
  );
  return `${bold(visible(`${row.invocation_id}:${row.name}`))}\n${lines.join('')}`;
}

function tookText({started_at, duration_secs, status}: ListingFields): string | undefined {
  if (duration_secs !== null) return durationText(duration_secs * 1000);
  return started_at === null || status === 'unknown' ? undefined : UNKNOWN_TIME;
}

const UNKNOWN_TIME = 'unknown: the machine was started anew, or its clock was set, meanwhile';

/** A text that may have several lines, each below the one before. */
function paragraph(text: string): string {
  const lines = text.replaceAll('\t', '    ').split('\n');
  return lines.map(visible).join(`\n${' '.repeat(13)}`);
}

function exitText(code: number): string {
  return code > 128 && code <= 192 ? `${code} (perhaps ended by signal ${code - 128})` : String(code);
}
