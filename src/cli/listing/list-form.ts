/** In which form `ls` prints, and the text of that. */
import {StintError} from '../../base/index.ts';
import {exactAddress, type JobView, type ListedJobs} from '../../jobs/index.ts';
import type {OptionsOf} from '../command.ts';
import type {LS} from '../definitions/jobs.ts';
import {cellText, type Format, formatOf, formatRows, refuseNoHeaders} from '../output/formats.ts';
import {table} from '../output/table.ts';
import {terminalSize} from '../output/terminal.ts';
import {fieldsOf, JOB_FIELDS} from './fields.ts';

export interface ListForm {
  readonly format: Format | 'addresses';
  /** Only these, in this order. */
  readonly fields: readonly (keyof JobView)[] | undefined;
  readonly headers: boolean;
}

/** Throws `USAGE` for what is no format or field, and where one contradicts another. */
export function listForm(options: OptionsOf<typeof LS>): ListForm {
  const fields = fieldsOf(options.fields);
  const headers = options.noHeaders !== true;
  if (options.quiet) {
    if (options.format === undefined && !options.json && fields === undefined && headers)
      return {format: 'addresses', fields, headers};
    throw new StintError('USAGE', 'Give either --quiet, which prints addresses, or a format, not both.', {
      hint: 'For example: stint ls --quiet',
    });
  }
  const format = formatOf(options, 'table');
  if (!headers) refuseNoHeaders(format);
  return {format, fields, headers};
}

/** The list for a program, or the fields that were asked for; empty where there are no jobs, but for a format that says so. */
export function listText(list: ListedJobs, {format, fields, headers}: ListForm): Promise<string> | string {
  const {jobs} = list;
  if (format === 'addresses') return jobs.map(({job}) => `${exactAddress(job)}\n`).join('');
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
function fieldTable(
  views: readonly JobView[],
  fields: readonly (keyof JobView)[],
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
