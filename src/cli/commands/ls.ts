import {basename} from 'node:path';

import {isUnfinished, type ListedJob} from '../../coordinator/adapters/index.ts';
import {freeBytes, systemClock} from '../../platform/index.ts';
import {attend} from '../attend.ts';
import type {Context, Options} from '../command.ts';
import {EXIT} from '../exit-codes.ts';
import {type ListingFields, listingFields} from '../listing.ts';
import {flag, text, wholeNumber} from '../option-values.ts';
import {type Format, formatOf, formatRows} from '../output/formats.ts';
import {clockTime, durationText, sizeText} from '../output/human.ts';
import {dim, statusStyle} from '../output/style.ts';
import {table} from '../output/table.ts';
import {terminalSize} from '../output/terminal.ts';
import {out, say} from '../output/write.ts';
import {openReadingPlace} from '../repo.ts';

/** With less room than this nothing can be recorded. */
const LEAST_FREE_BYTES = 1024 * 1024;

export async function run(_operands: readonly string[], options: Options, {cwd}: Context): Promise<number> {
  const format = formatOf(options, 'table');
  const invocations = flag(options, 'all') ? 'all' : (wholeNumber(text(options, 'last'), '--last', 1) ?? 10);
  const show = async () => {
    const {state, reader, repoId, here} = openReadingPlace(cwd);
    const jobs = reader?.list(invocations) ?? [];
    reader?.close();
    return {state, repoId, jobs, text: await listText(jobs, format, here)};
  };
  if (flag(options, 'watch')) {
    const {watchList} = await import('../watch-list.ts');
    return watchList(cwd, async () => (await show()).text);
  }
  const {state, jobs, text: shown} = await show();
  if (shown === '' && format === 'table') say(NOTHING_RUN);
  out(shown);
  if (state !== undefined && jobs.some(isUnfinished)) {
    warnIfFull(state);
    await attend(state, jobs);
  }
  return EXIT.done;
}

const NOTHING_RUN = 'nothing was run in this repository yet. Try: stint run -- <command>';

async function listText(jobs: readonly ListedJob[], format: Format, here: string): Promise<string> {
  const now = systemClock.now();
  const rows = jobs.map(job => listingFields(job, now));
  if (format !== 'table')
    return formatRows(
      rows.map(row => ({...row})),
      format,
    );
  return rows.length === 0 ? '' : drawTable(rows, here, now);
}

function warnIfFull(state: string): void {
  const free = freeBytes(state);
  if (free === undefined || free >= LEAST_FREE_BYTES) return;
  say(
    `the disk of ${state} is full (${sizeText(free)} left): jobs go on, recording catches up when there is room`,
  );
}

function drawTable(rows: readonly ListingFields[], here: string, now: number): Promise<string> {
  const severalWorktrees = new Set(rows.map(({worktree}) => worktree)).size > 1;
  const painted = rows.map(({status}) => statusStyle(status));
  return table(
    [
      {title: 'ID', paint: dim},
      {title: 'JOB', least: 8},
      {title: 'STATUS', paint: (cell, row) => painted[row]?.paint(cell) ?? cell},
      {title: 'STARTED'},
      {title: 'TIME', align: 'right'},
      {title: 'SIZE', align: 'right'},
      ...(severalWorktrees ? [{title: 'WORKTREE', least: 8}] : []),
      {title: 'COMMAND', least: 12, paint: dim},
    ],
    rows.map((row, at) => [
      row.invocation_short,
      row.attempt === 1 ? row.name : `${row.name}@${row.attempt}`,
      `${painted[at]?.symbol} ${row.status}${row.exit_code ? ` (${row.exit_code})` : ''}`,
      row.started_at === null ? '—' : clockTime(Date.parse(row.started_at), now),
      row.duration_secs === null ? '—' : durationText(row.duration_secs * 1000),
      row.size_bytes === 0 ? '—' : sizeText(row.size_bytes),
      ...(severalWorktrees ? [worktreeText(row, here)] : []),
      row.command.replace(/\s+/g, ' '),
    ]),
    terminalSize()?.columns,
  );
}

function worktreeText({worktree, branch}: ListingFields, here: string): string {
  if (worktree === null) return '—';
  return `${worktree === here ? '> ' : ''}${branch ?? basename(worktree)}`;
}
