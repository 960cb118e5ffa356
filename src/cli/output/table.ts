/** Borderless tables whose columns are as wide as their widest cell on a terminal. */
export interface Column {
  readonly title: string;
  readonly align?: 'right';
  /** Applied after the width is known. The row's index comes with the cell. */
  readonly paint?: (text: string, row: number) => string;
}

/** The last column is not padded. */
export async function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): Promise<string> {
  const widthOf = await measure([...columns.map(({title}) => title), ...rows.flat()]);
  const widths = columns.map(({title}, at) =>
    rows.reduce((widest, row) => Math.max(widest, widthOf(row[at] ?? '')), widthOf(title)),
  );
  const line = (cells: readonly string[], row: number) =>
    columns
      .map(({align, paint = identity}, at) => {
        const cell = cells[at] ?? '';
        const isLast = at === columns.length - 1 && align !== 'right';
        const padding = isLast ? '' : ' '.repeat(Math.max(0, (widths[at] ?? 0) - widthOf(cell)));
        const painted = row < 0 ? cell : paint(cell, row);
        return align === 'right' ? padding + painted : painted + padding;
      })
      .join('  ')
      .trimEnd();
  return [
    line(
      columns.map(({title}) => title),
      -1,
    ),
    ...rows.map(line),
  ]
    .map(each => `${each}\n`)
    .join('');
}

/** Tells the width of a cell. Most tables are plain text, so the package that knows all others is rarely loaded. */
async function measure(cells: readonly string[]): Promise<(cell: string) => number> {
  if (cells.every(cell => NARROW.test(cell))) return cell => cell.length;
  return (await import('fast-string-width')).default;
}

/** Latin letters and the signs that stint itself prints. */
const NARROW = /^[ -~\u00a1-\u00ac\u00ae-\u02ff—…▶✓✗]*$/;

function identity(text: string): string {
  return text;
}
