import {basename} from 'node:path';

import type {Moment} from '../../base/index.ts';
import {isUnfinished, type ListedJob} from '../../coordinator/adapters/index.ts';
import {freeBytes, systemMoment} from '../../platform/index.ts';
import {attend} from '../attend.ts';
import type {Context, Options} from '../command.ts';
import {EXIT} from '../exit-codes.ts';
import {type ListedProgress, listedProgress} from '../listed-progress.ts';
import {type ListingFields, listingFields} from '../listing.ts';
import {flag, text, wholeNumber} from '../option-values.ts';
import {type Format, formatOf, formatRows} from '../output/formats.ts';
import {clockTime, durationText, sizeText} from '../output/human.ts';
import {dim, statusStyle, yellow} from '../output/style.ts';
import {table} from '../output/table.ts';
import {terminalSize} from '../output/terminal.ts';
import {out, say} from '../output/write.ts';
import {type ProgressText, progressText} from '../progress-text.ts';
import {openRepository} from '../repo.ts';
import {tellUnknown} from '../tell-unknown.ts';

/** With less room than this nothing can be recorded. */
const LEAST_FREE_BYTES = 1024 * 1024;

export async function run(_operands: readonly string[], options: Options, {cwd}: Context): Promise<number> {
  const format = formatOf(options, 'table');
  const onlyStalled = flag(options, 'stalled');
  const invocations = flag(options, 'all') ? 'all' : (wholeNumber(text(options, 'last'), '--last', 1) ?? 10);
  const show = async () => {
    const {state, reader, repoId, here} = openRepository(cwd);
    const jobs = reader?.list(invocations) ?? [];
    reader?.close();
    const now = systemMoment();
    const listed = jobs.map(job => ({job, progress: listedProgress(job, now)}));
    const shown = onlyStalled ? listed.filter(({progress}) => progress.fields.stalled) : listed;
    const text = await listText(shown, format, here, now);
    return {state, repoId, jobs, text};
  };
  if (flag(options, 'watch')) {
    const {watchList} = await import('../watch-list.ts');
    return watchList(cwd(), async () => {
      const {jobs, text} = await show();
      return text === '' && jobs.length > 0 ? `${NONE_STALLED}\n` : text;
    });
  }
  const {state, jobs, text: shown} = await show();
  if (shown === '' && format === 'table') say(jobs.length === 0 ? NOTHING_RUN : NONE_STALLED);
  out(shown);
  tellUnknown(jobs);
  if (state !== undefined && jobs.some(isUnfinished)) {
    warnIfFull(state);
    await attend(state, jobs);
  }
  return EXIT.done;
}

const NOTHING_RUN = 'nothing was run in this repository yet. Try: stint run -- <command>';
const NONE_STALLED = 'no job is stalled';

interface Listed {
  readonly job: ListedJob;
  readonly progress: ListedProgress;
}

async function listText(
  listed: readonly Listed[],
  format: Format,
  here: string,
  now: Moment,
): Promise<string> {
  const rows = listed.map(({job, progress}) => listingFields(job, now, progress.fields));
  if (format !== 'table')
    return formatRows(
      rows.map(row => ({...row})),
      format,
    );
  const progress = listed.map(each => progressText(each.progress));
  return rows.length === 0 ? '' : drawTable(rows, progress, here, now.at);
}

function warnIfFull(state: string): void {
  const free = freeBytes(state);
  if (free === undefined || free >= LEAST_FREE_BYTES) return;
  say(
    `the disk of ${state} is full (${sizeText(free)} left): jobs go on, recording catches up when there is room`,
  );
}

function drawTable(
  rows: readonly ListingFields[],
  progress: readonly (ProgressText | undefined)[],
  here: string,
  now: number,
): Promise<string> {
  const hasProgress = progress.some(each => each !== undefined);
  const severalWorktrees = new Set(rows.map(({worktree}) => worktree)).size > 1;
  const painted = rows.map(({status}) => statusStyle(status));
  const progressPaint = (cell: string, row: number) => PROGRESS_PAINT[progress[row]?.kind ?? 'quiet'](cell);
  return table(
    [
      {title: 'ID', paint: dim},
      {title: 'JOB', least: 8},
      {title: 'STATUS', paint: (cell, row) => painted[row]?.paint(cell) ?? cell},
      {title: 'STARTED'},
      {title: 'TIME', align: 'right'},
      {title: 'SIZE', align: 'right'},
      ...(hasProgress ? [{title: 'PROGRESS', least: 12, paint: progressPaint}] : []),
      ...(severalWorktrees ? [{title: 'WORKTREE', least: 8}] : []),
      {title: 'COMMAND', least: 12, paint: dim},
    ],
    rows.map((row, at) => [
      row.invocation_short,
      row.attempt === 1 ? row.name : `${row.name}@${row.attempt}`,
      `${painted[at]?.symbol} ${row.status}${row.exit_code ? ` (${row.exit_code})` : row.elsewhere ? ' elsewhere' : ''}`,
      row.started_at === null ? '—' : clockTime(Date.parse(row.started_at), now),
      timeText(row),
      row.size_bytes === 0 ? '—' : sizeText(row.size_bytes),
      ...(hasProgress ? [progress[at]?.text ?? '—'] : []),
      ...(severalWorktrees ? [worktreeText(row, here)] : []),
      row.command.replace(/\s+/g, ' '),
    ]),
    terminalSize()?.columns,
  );
}

const PROGRESS_PAINT = {progress: (text: string) => text, stalled: yellow, quiet: dim} as const;

/** Of one that was started nobody may know it. */
function timeText({started_at, duration_secs}: ListingFields): string {
  if (duration_secs !== null) return durationText(duration_secs * 1000);
  return started_at === null ? '—' : '?';
}

function worktreeText({worktree, branch}: ListingFields, here: string): string {
  if (worktree === null) return '—';
  return `${worktree === here ? '> ' : ''}${branch ?? basename(worktree)}`;
}
