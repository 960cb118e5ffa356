/** Borderless tables whose columns are as wide as their widest cell on a terminal, and which fit into it. */
import {visible} from '../../base/index.ts';
import {cutTo, textWidths} from './text-width.ts';

export interface Column {
  readonly title: string;
  readonly align?: 'right';
  /** Where there is no room for all, this column may be cut down to so many. Without it, it is shown whole or not at all. */
  readonly least?: number;
  /** Applied after the width is known. The row's index comes with the cell. */
  readonly paint?: (text: string, row: number) => string;
}

/** The lines of a table, so that others can stand between them. */
export interface TableLines {
  readonly titles: string;
  readonly rows: readonly string[];
}

/** The table as text, `headers` or not. */
export async function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  room?: number,
  {headers = true}: {readonly headers?: boolean} = {},
): Promise<string> {
  const lines = await tableLines(columns, rows, room, {headers});
  return [...(headers ? [lines.titles] : []), ...lines.rows].map(each => `${each}\n`).join('');
}

/**
 * The last column is not padded. No line is wider than `room`: columns that may be cut give way, the rightmost first;
 * when that is not enough, columns at the right are left out.
 */
export async function tableLines(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  room = Number.POSITIVE_INFINITY,
  {headers = true}: {readonly headers?: boolean} = {},
): Promise<TableLines> {
  const cells = rows.map(row => row.map(visible));
  const widthOf = await textWidths([...columns.map(({title}) => title), ...cells.flat()]);
  const natural = columns.map(({title}, at) =>
    cells.reduce((widest, row) => Math.max(widest, widthOf(row[at] ?? '')), headers ? widthOf(title) : 0),
  );
  const widths = shownWidths(columns, natural, room);
  const line = (texts: readonly string[], row: number) =>
    columns
      .slice(0, widths.length)
      .map(({align, paint = identity}, at) => {
        const width = widths[at] ?? 0;
        const cell = cutTo(width, texts[at] ?? '', widthOf);
        const isLast = at === widths.length - 1 && align !== 'right';
        const padding = isLast ? '' : ' '.repeat(Math.max(0, width - widthOf(cell)));
        const painted = row < 0 ? cell : paint(cell, row);
        return align === 'right' ? padding + painted : painted + padding;
      })
      .join(GAP)
      .trimEnd();
  const titles = columns.map(({title}) => title);
  return {titles: line(titles, -1), rows: cells.map(line)};
}

const GAP = '  ';

/** The widths of those columns that are shown. */
function shownWidths(columns: readonly Column[], natural: readonly number[], room: number): number[] {
  const widths = natural.slice(0, columns.length);
  let excess = widths.reduce((sum, width) => sum + width + GAP.length, -GAP.length) - room;
  for (let at = widths.length - 1; at >= 0 && excess > 0; at--) {
    const width = widths[at] ?? 0;
    const given = Math.min(excess, Math.max(0, width - (columns[at]?.least ?? width)));
    widths[at] = width - given;
    excess -= given;
  }
  if (excess <= 0) return widths;
  return columns.length === 1 ? [room] : shownWidths(columns.slice(0, -1), natural, room);
}

function identity(text: string): string {
  return text;
}
