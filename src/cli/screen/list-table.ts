/** The table of `ls`, for people. */

import {basename} from 'node:path';
import {sizeText} from '../../base/index.ts';
import type {JobView} from '../../jobs/index.ts';
import {clockTime, durationText} from '../output/human.ts';
import {dim, statusStyle, yellow} from '../output/style.ts';
import {table} from '../output/table.ts';
import {terminalSize} from '../output/terminal.ts';
import type {ProgressText} from '../progress/progress-text.ts';

export interface TableRow {
  readonly view: JobView;
  readonly progress: ProgressText | undefined;
}

/**
 * `place`: of the repository, which counts as the worktree of a job that was run in none. Where all jobs are of `here`, no
 * column tells that.
 */
export function listTable(
  listed: readonly TableRow[],
  {here, place, now}: {readonly here: string; readonly place: string; readonly now: number},
): Promise<string> {
  const rows = listed.map(({view}) => view);
  const progress = listed.map(each => each.progress);
  const hasProgress = progress.some(each => each !== undefined);
  const severalWorktrees = rows.some(({worktree}) => (worktree ?? place) !== here);
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
      `${painted[at]?.symbol} ${row.status}${statusMore(row)}`,
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

function statusMore(view: JobView): string {
  const {exit_code, elsewhere, queued_behind, leftovers, finished_at, started_at} = view;
  if (exit_code) return ` (${exit_code})`;
  // Of one that is without its wrapper, somebody has looked.
  const isUnseen = started_at !== null && finished_at === null && view.status === 'crashed';
  if (isUnseen && leftovers !== null && leftovers.length > 0) return ', still runs';
  if (elsewhere !== null) return ' elsewhere';
  return queued_behind ? ` behind ${queued_behind}` : '';
}

const PROGRESS_PAINT = {progress: (text: string) => text, stalled: yellow, quiet: dim} as const;

/** Of one that was started nobody may know it. */
function timeText({started_at, duration_secs}: JobView): string {
  if (duration_secs !== null) return durationText(duration_secs * 1000);
  return started_at === null ? '—' : '?';
}

function worktreeText({worktree, branch}: JobView, here: string): string {
  if (worktree === null) return '—';
  return `${worktree === here ? '> ' : ''}${branch ?? basename(worktree)}`;
}
