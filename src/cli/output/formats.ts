/** Lists in the formats that `--format` names. */
import {StintError, stringifyWellFormed} from '../../base/index.ts';
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

export interface Shape {
  /** The fields, in this order. Default: those of the first row. */
  readonly fields?: readonly string[] | undefined;
  /** A line with the names of the fields, where the format has one. Default: yes. */
  readonly headers?: boolean;
  /** Of JSON: a row is a line, as where only a few fields were asked for. Default: a line for each field. */
  readonly oneLine?: boolean;
}

/** Throws `USAGE` where a format names the fields in every row. */
export function refuseNoHeaders(format: Format): void {
  if (format !== 'json' && format !== 'ndjson' && format !== 'yaml') return;
  throw new StintError('USAGE', `--no-headers is for tables; ${format} has no line of headers.`, {
    hint: 'Leave it out, or give --format csv, tsv, markdown or table.',
  });
}

/** The rows as text. `table` is for the caller to draw. */
export async function formatRows(
  rows: readonly Row[],
  format: Exclude<Format, 'table'>,
  {fields, headers = true, oneLine = false}: Shape = {},
): Promise<string> {
  const picked = fields === undefined ? rows : rows.map(row => pick(row, fields));
  const shape: Drawn = {fields: fields ?? Object.keys(rows[0] ?? {}), headers, oneLine};
  return textOf(picked, format, shape);
}

function pick(row: Row, fields: readonly string[]): Row {
  return Object.fromEntries(fields.map(field => [field, row[field] ?? null]));
}

async function textOf(rows: readonly Row[], format: Exclude<Format, 'table'>, shape: Drawn): Promise<string> {
  switch (format) {
    case 'json':
      return shape.oneLine ? jsonLines(rows) : `${stringifyWellFormed(rows, 2)}\n`;
    case 'ndjson':
      return rows.map(row => `${stringifyWellFormed(row)}\n`).join('');
    case 'csv':
      return separated(rows, shape, ',', csvCell);
    case 'tsv':
      return separated(rows, shape, '\t', cell => cell.replace(/[\t\r\n]/g, ' '));
    case 'yaml': {
      const {stringify} = await import('yaml');
      return stringify(rows);
    }
    case 'markdown':
      return markdown(rows, shape);
  }
}

interface Drawn {
  readonly fields: readonly string[];
  readonly headers: boolean;
  readonly oneLine: boolean;
}

/** An array with an element on each line. */
function jsonLines(rows: readonly Row[]): string {
  return rows.length === 0 ? '[]\n' : `[\n${rows.map(row => stringifyWellFormed(row)).join(',\n')}\n]\n`;
}

function separated(
  rows: readonly Row[],
  {fields, headers}: Drawn,
  separator: string,
  quote: (cell: string) => string,
): string {
  if (fields.length === 0) return '';
  const lines = [...(headers ? [fields] : []), ...rows.map(row => fields.map(name => cellText(row[name])))];
  return lines.map(cells => `${cells.map(quote).join(separator)}\n`).join('');
}

function csvCell(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

function markdown(rows: readonly Row[], {fields, headers}: Drawn): string {
  if (fields.length === 0) return '';
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  // Backslashes count as well where a bar follows: the table's reader takes them in pairs.
  const escaped = (cell: string) => cell.replace(/(\\*)\|/g, '$1$1\\|').replace(/[\r\n]+/g, ' ');
  return [
    ...(headers ? [line(fields), line(fields.map(() => '---'))] : []),
    ...rows.map(row => line(fields.map(name => escaped(cellText(row[name]))))),
  ].join('');
}

/** A value as one text: nothing where there is none, JSON of what has parts. */
export function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? stringifyWellFormed(value) : String(value);
}
