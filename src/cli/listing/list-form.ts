/** In which form lists are printed, and the text of that of `ls`. */
import {StintError} from '../../base/index.ts';
import {exactAddress, type JobView, type ListedJobs} from '../../jobs/index.ts';
import type {OptionsOf} from '../command.ts';
import type {LS} from '../definitions/jobs.ts';
import {cellText, type Format, formatOf, formatRows, refuseNoHeaders} from '../output/formats.ts';
import {table} from '../output/table.ts';
import {terminalSize} from '../output/terminal.ts';
import {fieldsOf, JOB_FIELDS} from './fields.ts';

export interface ListForm<Field extends string = keyof JobView> {
  readonly format: Format | 'quiet';
  /** Only these, in this order. */
  readonly fields: readonly Field[] | undefined;
  readonly headers: boolean;
}

/** What is listed, in words. */
export interface Listing {
  readonly what: string;
  readonly quietly: string;
  readonly command: string;
}

const JOBS: Listing = {what: 'job', quietly: 'addresses', command: 'stint ls'};

/** Throws `USAGE` for what is no format or field, and where one contradicts another. */
export function listForm<Field extends string>(
  options: Pick<OptionsOf<typeof LS>, 'fields' | 'noHeaders' | 'quiet' | 'format' | 'json'>,
  known: readonly Field[],
  of: Listing = JOBS,
): ListForm<Field> {
  const fields = fieldsOf(options.fields, known, of.what);
  const headers = options.noHeaders !== true;
  if (options.quiet) {
    if (options.format === undefined && !options.json && fields === undefined && headers)
      return {format: 'quiet', fields, headers};
    throw new StintError('USAGE', `Give either --quiet, which prints ${of.quietly}, or a format, not both.`, {
      hint: `For example: ${of.command} --quiet`,
    });
  }
  const format = formatOf(options, 'table');
  if (!headers) refuseNoHeaders(format);
  return {format, fields, headers};
}

/** The list for a program, or the fields that were asked for; empty where there are no jobs, but for a format that says so. */
export function listText(list: ListedJobs, {format, fields, headers}: ListForm): Promise<string> | string {
  const {jobs} = list;
  if (format === 'quiet') return jobs.map(({job}) => `${exactAddress(job)}\n`).join('');
  const views = jobs.map(({view}) => view);
  if (format !== 'table')
    return formatRows(
      views.map(view => ({...view})),
      format,
      {fields: fields ?? JOB_FIELDS, headers, oneLine: fields !== undefined},
    );
  return jobs.length === 0 ? '' : fieldTable(views, fields ?? JOB_FIELDS, headers);
}

/** Values as a program reads them, in columns. */
export function fieldTable<Field extends string>(
  views: readonly Readonly<Record<Field, unknown>>[],
  fields: readonly Field[],
  headers: boolean,
): Promise<string> {
  return table(
    fields.map(field => ({title: field.toUpperCase(), least: Math.min(field.length, LEAST_FIELD)})),
    views.map(view => fields.map(field => cellText(view[field]).replace(/\s+/g, ' ') || '—')),
    terminalSize()?.columns,
    {headers},
  );
}

const LEAST_FIELD = 8;
