/** The columns of `ls` for people, and what stands in them for each job. */
import {sizeText} from '../../base/index.ts';
import {isUnexpectedEnd} from '../../coordinator/domain/index.ts';
import type {JobView} from '../../jobs/index.ts';
import {clockTime, durationText} from '../output/human.ts';
import {dim, statusStyle, yellow} from '../output/style.ts';
import type {Column} from '../output/table.ts';

/** A job as it is listed. */
export interface ListRow {
  readonly view: JobView;
  /** What it does, in words. */
  readonly progress: {readonly kind: keyof typeof PROGRESS_PAINT; readonly text: string} | undefined;
  /** What stands in the place of its invocation's id, where that is told above. */
  readonly spine?: string | undefined;
}

/** A column is left out where no job has anything in it. `now` in Unix milliseconds. */
export function listColumns(
  rows: readonly ListRow[],
  now: number,
): {readonly columns: readonly Column[]; readonly cells: readonly (readonly string[])[]} {
  const shown = COLUMNS.filter(({isNeeded = always}) => rows.some(isNeeded));
  return {
    columns: shown.map(({title, align, least, paint}) => ({
      title,
      ...(align === undefined ? {} : {align}),
      ...(least === undefined ? {} : {least}),
      paint: (text, at) => {
        const row = rows[at];
        return paint === undefined || row === undefined ? text : paint(text, row);
      },
    })),
    cells: rows.map(row => shown.map(({cell}) => cell(row, now))),
  };
}

interface ListColumn extends Omit<Column, 'paint'> {
  readonly cell: (row: ListRow, now: number) => string;
  readonly paint?: (text: string, row: ListRow) => string;
  /** Whether the column is shown, for the sake of this job. */
  readonly isNeeded?: (row: ListRow) => boolean;
}

const PROGRESS_PAINT = {progress: (text: string) => text, stalled: yellow, quiet: dim} as const;

const COLUMNS: readonly ListColumn[] = [
  {title: 'ID', cell: ({view, spine}) => spine ?? view.invocation_short, paint: dim},
  {
    title: 'JOB',
    least: 8,
    cell: ({view: {name, attempt, attempts}}) => (attempt === 1 ? name : `${name}@${attempt} of ${attempts}`),
  },
  {
    title: 'STATUS',
    cell: ({view}) => `${statusStyle(view.status).symbol} ${view.status}${statusMore(view)}`,
    paint: (text, {view}) => statusStyle(view.status).paint(text),
  },
  {
    title: 'STARTED',
    cell: ({view: {started_at}}, now) => (started_at === null ? '—' : clockTime(Date.parse(started_at), now)),
  },
  {title: 'TIME', align: 'right', cell: ({view}) => timeText(view)},
  {
    title: 'SIZE',
    align: 'right',
    cell: ({view: {size_bytes, cut_bytes}}) =>
      size_bytes === 0 ? '—' : `${sizeText(size_bytes)}${cut_bytes ? ' (cut)' : ''}`,
  },
  {
    title: 'PROGRESS',
    least: 12,
    cell: ({progress}) => progress?.text ?? '—',
    paint: (text, {progress}) => PROGRESS_PAINT[progress?.kind ?? 'quiet'](text),
    isNeeded: ({progress}) => progress !== undefined,
  },
  {
    title: 'HOOK',
    least: 6,
    cell: ({view, spine}) => (spine === undefined ? (view.hook_type ?? '—') : '—'),
    isNeeded: ({view, spine}) => spine === undefined && view.hook_type !== null,
  },
  {
    title: 'TAGS',
    least: 6,
    cell: ({view: {tags}}) => (tags.length === 0 ? '—' : tags.join(',')),
    isNeeded: ({view}) => view.tags.length > 0,
  },
  {title: 'COMMAND', least: 12, cell: ({view}) => view.command.replace(/\s+/g, ' '), paint: dim},
];

function always(): boolean {
  return true;
}

function statusMore(view: JobView): string {
  const {exit_code, elsewhere, queued_behind, leftovers, finished_at, started_at} = view;
  if (isUnexpectedEnd(view, view.status)) return `${exit_code ? ` (${exit_code})` : ''}, unexpectedly`;
  if (exit_code) return ` (${exit_code})`;
  // Of one that is without its wrapper, somebody has looked.
  const isUnseen = started_at !== null && finished_at === null && view.status === 'crashed';
  if (isUnseen && leftovers !== null && leftovers.length > 0) return ', still runs';
  if (elsewhere !== null) return ' elsewhere';
  if (view.service && started_at !== null && finished_at === null) return ' (service)';
  return queued_behind ? ` behind ${queued_behind}` : '';
}

/** Of one that was started nobody may know it. */
function timeText({started_at, duration_secs}: JobView): string {
  if (duration_secs !== null) return durationText(duration_secs * 1000);
  return started_at === null ? '—' : '?';
}
