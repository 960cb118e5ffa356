/** Which jobs a command is about, read from its options. */
import {oneOf, StintError, timeValue} from '../../base/index.ts';
import {FAILED, GOING_ON} from '../../coordinator/domain/index.ts';
import type {Selection} from '../../jobs/index.ts';
import {ALL_STATUSES, checkedBy, whoAsks} from '../../jobs/index.ts';

/** Those that a command has of `SELECTION_OPTIONS`, `STATUS_OPTION`, `WORKTREE_OPTION` and `TIME_OPTIONS`. */
export interface SelectionOptions {
  readonly status?: readonly string[] | undefined;
  readonly failed?: boolean | undefined;
  readonly running?: boolean | undefined;
  readonly tag?: readonly string[] | undefined;
  readonly name?: readonly string[] | undefined;
  readonly hook?: string | undefined;
  readonly worktree?: string | undefined;
  readonly here?: boolean | undefined;
  readonly mine?: boolean | undefined;
  readonly by?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

/** `now` in Unix milliseconds. Rejects with `USAGE` for a status that there is not, for what is no time, and for options that contradict each other. */
export async function selectionOf(options: SelectionOptions, now: number): Promise<Selection> {
  const {tag, name, hook, worktree, here} = options;
  if (here && worktree !== undefined)
    throw new StintError('USAGE', 'Give either --here or --worktree, not both.', {
      hint: '--here is the worktree around the current directory.',
    });
  const since = await timeValue(options.since, '--since', now);
  const until = await timeValue(options.until, '--until', now);
  return {
    statuses: statusesOf(options),
    tags: anyOf(tag),
    names: anyOf(name),
    hook,
    worktree,
    here,
    by: submitterOf(options),
    since,
    until,
  };
}

function submitterOf({mine, by}: SelectionOptions): string | undefined {
  if (!mine) return by === undefined ? undefined : checkedBy(by.trim(), '--by');
  if (by !== undefined) throw new StintError('USAGE', 'Give either --mine or --by, not both.');
  const asker = whoAsks();
  if (asker !== null) return asker;
  throw new StintError('USAGE', '--mine was given, and nobody knows who you are.', {
    hint: 'Set STINT_BY, also for the jobs that you start; jobs of everybody are listed without --mine.',
  });
}

/** `--failed` and `--running` are short for statuses, so of all three any may fit. */
function statusesOf({status, failed, running}: SelectionOptions): readonly string[] | undefined {
  const words = status?.flatMap(value => value.split(',')).map(value => value.trim());
  const told = words?.map(word => oneOf(word, '--status', ALL_STATUSES) ?? word);
  if (told === undefined && !failed && !running) return undefined;
  return [...(told ?? []), ...(failed ? FAILED : []), ...(running ? GOING_ON : [])];
}

/** Parts between commas, and the whole, which may have commas of its own. */
function anyOf(values: readonly string[] | undefined): readonly string[] | undefined {
  return values?.flatMap(value => [value, ...(value.includes(',') ? value.split(',') : [])]);
}
