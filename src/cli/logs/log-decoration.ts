/** What stands around the lines of logs: their times, and what divides those that do not follow each other. */
import {dim} from '../output/style.ts';
import {lineTimes} from './line-times.ts';
import type {LogOutput} from './log-printers.ts';
import type {LogRequest, PrintedLog} from './log-request.ts';

/** `now` in Unix milliseconds. */
export function decorated<Output extends LogOutput>(
  output: Output,
  {times, grep, mode}: LogRequest,
  logs: readonly PrintedLog[],
  now: number,
): Output {
  const start = Math.min(...logs.map(({job: {row}}) => row.started_at ?? row.queued_at));
  const timeOf = times && lineTimes(times, {now, start});
  return {
    ...output,
    stamp: timeOf && (record => `${dim(timeOf(record))} `),
    groups: grep !== undefined && grep.context > 0 && mode === 'text' ? {last: undefined} : undefined,
  };
}
