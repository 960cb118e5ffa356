/** Lists in the formats that `--format` names. */
import {stringifyWellFormed} from '../../base/index.ts';
import type {ValuesOf} from '../command.ts';
import {oneOf} from '../command-line/option-values.ts';
import type {FORMAT_OPTION, JSON_OPTION} from '../definitions/shared.ts';

export type Row = Readonly<Record<string, unknown>>;

export const FORMATS = ['table', 'json', 'ndjson', 'csv', 'tsv', 'yaml', 'markdown'] as const;
export type Format = (typeof FORMATS)[number];

/** The format that was asked for: `--format`, or `--json`, or the default. */
export function formatOf(
  options: ValuesOf<[typeof FORMAT_OPTION, typeof JSON_OPTION]>,
  fallback: Format,
): Format {
  return oneOf(options.format, '--format', FORMATS) ?? (options.json ? 'json' : fallback);
}

/** The rows as text. `table` is for the caller to draw. */
export async function formatRows(rows: readonly Row[], format: Exclude<Format, 'table'>): Promise<string> {
  switch (format) {
    case 'json':
      return `${stringifyWellFormed(rows, 2)}\n`;
    case 'ndjson':
      return rows.map(row => `${stringifyWellFormed(row)}\n`).join('');
    case 'csv':
      return separated(rows, ',', csvCell);
    case 'tsv':
      return separated(rows, '\t', cell => cell.replace(/[\t\r\n]/g, ' '));
    case 'yaml': {
      const {stringify} = await import('yaml');
      return stringify(rows);
    }
    case 'markdown':
      return markdown(rows);
  }
}

function separated(rows: readonly Row[], separator: string, quote: (cell: string) => string): string {
  const [first] = rows;
  if (first === undefined) return '';
  const names = Object.keys(first);
  const lines = [names, ...rows.map(row => names.map(name => cellText(row[name])))];
  return lines.map(cells => `${cells.map(quote).join(separator)}\n`).join('');
}

function csvCell(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

function markdown(rows: readonly Row[]): string {
  const [first] = rows;
  if (first === undefined) return '';
  const names = Object.keys(first);
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  // Backslashes count as well where a bar follows: the table's reader takes them in pairs.
  const escaped = (cell: string) => cell.replace(/(\\*)\|/g, '$1$1\\|').replace(/[\r\n]+/g, ' ');
  return (
    line(names) +
    line(names.map(() => '---')) +
    rows.map(row => line(names.map(name => escaped(cellText(row[name]))))).join('')
  );
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? stringifyWellFormed(value) : String(value);
}
