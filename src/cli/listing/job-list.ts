/**
 * The list of `ls` for people. An invocation of one job takes one line; one of several has a line of its own above theirs.
 * All columns are as wide as in the whole list. Below a job that failed stand the last lines that it wrote.
 */
import {existsSync} from 'node:fs';

import {pathBytes, visible} from '../../base/index.ts';
import type {ListedJobs} from '../../jobs/index.ts';
import {shortDuration} from '../output/human.ts';
import {bold, dim} from '../output/style.ts';
import {tableLines} from '../output/table.ts';
import {cutTo, textWidths} from '../output/text-width.ts';
import {progressText} from '../progress/progress-text.ts';
import {lastLinesOf} from './last-lines.ts';
import {type ListRow, listColumns} from './list-columns.ts';
import {type Group, groupsOf, type WorktreeName} from './list-groups.ts';

interface JobRow extends ListRow {
  /** What it wrote last, to be shown below it. */
  readonly lastLines: readonly string[];
}

export interface JobListOptions {
  /** Of the terminal, in columns; undefined where there is none. */
  readonly room: number | undefined;
  /** Whether a line tells what the columns are. */
  readonly headers: boolean;
}

/** Empty where there are no jobs. */
export async function jobList(
  {jobs, repositories, now}: Pick<ListedJobs, 'jobs' | 'repositories' | 'now'>,
  {room, headers}: JobListOptions,
): Promise<string> {
  const lastLines = lastLinesOf(jobs, LAST_LINES);
  const rows = jobs.map((job): JobRow => {
    return {view: job.view, progress: progressText(job.progress), lastLines: lastLines(job)};
  });
  const groups = groupsOf(rows, repositories).map(withSpines);
  const isNamed = groups.some(({worktree, repository}) => worktree !== undefined || repository !== undefined);
  const indent = isNamed ? INDENT : '';
  const inOrder = groups.flatMap(({invocations}) => invocations.flat());
  const {columns, cells} = listColumns(inOrder, now);
  const roomForRows = room === undefined ? undefined : room - indent.length;
  const drawn = await tableLines(columns, cells, roomForRows, {headers});
  const lines = groups.flatMap(group => linesOf(group, indent, now));
  const widthOf = await textWidths(lines.flatMap(line => ('text' in line ? line.text : [])));
  let at = 0;
  const texts = lines.map(line =>
    'text' in line
      ? line.paint(cutTo(room ?? LONGEST, line.text, widthOf))
      : `${indent}${drawn.rows[at++] ?? ''}`,
  );
  const all = headers && rows.length > 0 ? [`${indent}${drawn.titles}`, ...texts] : texts;
  return all.map(each => `${each}\n`).join('');
}

/** Of a job that failed. */
const LAST_LINES = 3;
const INDENT = '  ';
/** What is not in a column is cut where there is no terminal as well. */
const LONGEST = 200;

/** A row of the table, or a text besides. */
type Line = JobRow | {readonly text: string; readonly paint: (text: string) => string};

function linesOf(
  {repository, worktree, invocations}: Group<JobRow>,
  indent: string,
  now: number,
): readonly Line[] {
  return [
    ...(repository === undefined ? [] : [{text: `${repository}${goneMark(repository)}`, paint: bold}]),
    ...(worktree === undefined ? [] : [worktreeLine(worktree)]),
    ...invocations.flatMap(jobs => [
      ...(jobs.length > 1 ? [{text: `${indent}${invocationText(jobs, now)}`, paint: dim}] : []),
      ...jobs.flatMap(job => [
        job,
        ...job.lastLines.map(text => ({text: `${indent}${lastText(job, text)}`, paint: dim})),
      ]),
    ]),
  ];
}

/** `> main  /work/app`: the mark is for the current one. */
function worktreeLine({isCurrent, name, path}: WorktreeName): Line {
  const paint = isCurrent ? bold : plain;
  const text = `${isCurrent ? '>' : ' '} ${visible(name)}  ${visible(path)}${goneMark(path)}`;
  return {text, paint};
}

function goneMark(path: string): string {
  return existsSync(pathBytes(path)) ? '' : '  (gone)';
}

/** `● 2h ago · post-checkout [c9d4e1]`: when, what submitted it, and its id. */
function invocationText(jobs: readonly JobRow[], now: number): string {
  const [{view} = {view: undefined}] = jobs;
  if (view === undefined) return '';
  const age = shortDuration(now - Date.parse(view.invocation_created_at));
  const what = (view.hook_type ?? view.trigger_command).replace(/\s+/g, ' ');
  return `● ${age} ago · ${visible(what)} [${view.invocation_short}]`;
}

/** `test │ expected 3, got 4`, below the name of its job. */
function lastText({view: {name}, spine = ''}: JobRow, line: string): string {
  const column = spine === LAST_SPINE ? '' : spine;
  return `${column.padEnd(ID_WIDTH)}${visible(name)} │ ${line}`;
}

/** Of an id with the gap behind it. */
const ID_WIDTH = 8;
const SPINE = '│';
const LAST_SPINE = '╰';

/** Jobs of an invocation that has a line of its own are joined to it, in the place of its id. */
function withSpines(group: Group<JobRow>): Group<JobRow> {
  const joined = (jobs: readonly JobRow[]) =>
    jobs.length === 1
      ? jobs
      : jobs.map((job, at) => ({...job, spine: at === jobs.length - 1 ? LAST_SPINE : SPINE}));
  return {...group, invocations: group.invocations.map(joined)};
}

function plain(text: string): string {
  return text;
}
