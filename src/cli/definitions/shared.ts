/** Options and notes of several commands. */
import type {OptionDefinition} from '../command.ts';

export const JSON_OPTION = {
  flags: '--json',
  description: 'print one JSON value, in a shape that stays',
} as const satisfies OptionDefinition;
export const FORMAT_OPTION = {
  flags: '--format <format>',
  description: 'table, json, ndjson, csv, tsv, yaml or markdown',
  value: 'format',
} as const satisfies OptionDefinition;
export const BELL_OPTION = {
  flags: '--bell',
  description: 'ring the bell of the terminal when the waiting is over',
} as const satisfies OptionDefinition;
export const ADDRESS_OPTIONS = [
  {
    flags: '--job <name>',
    description: "the job's name, where it looks like an id or holds a colon",
    value: 'job-name',
  },
  {flags: '--inv <id>', description: "the invocation's id or its first digits", value: 'invocation'},
  {
    flags: '--worktree <worktree>',
    description: 'path, end of the path, or branch of the worktree',
    value: 'worktree',
  },
] as const satisfies readonly OptionDefinition[];
export const ADDRESS_NOTE = `An address is [worktree:][invocation[.attempt]:]job[@attempt], or the first digits of an invocation's id.
A job's name alone means its newest run, in this worktree if it ran here; otherwise stderr says in which.`;

/** Which jobs are meant. Those that are one option with another meaning in some commands stand alone below. */
export const SELECTION_OPTIONS = [
  {
    flags: '--tag <tag>',
    description: 'jobs with this tag; of several values one has to fit',
    repeatable: true,
    value: 'tag',
  },
  {flags: '--name <name>', description: 'jobs with exactly this name', repeatable: true, value: 'job-name'},
  {flags: '--hook <name>', description: 'jobs of invocations by this hook', value: 'hook'},
  {flags: '--here', description: 'jobs of this worktree'},
  {flags: '--mine', description: 'jobs that you started: as STINT_BY or the agent around says'},
  {flags: '--by <name>', description: 'jobs that somebody else started', value: 'submitter'},
  {flags: '--failed', description: 'jobs that failed, crashed or ran out of time'},
  {flags: '--running', description: 'jobs that have not ended'},
] as const satisfies readonly OptionDefinition[];
/** Of commands that act on jobs. */
export const OTHERS_OPTION = {
  flags: '--others',
  description: 'also jobs that others started, if you are an agent or STINT_BY is set',
} as const satisfies OptionDefinition;
export const STATUS_OPTION = {
  flags: '--status <status>',
  description: 'jobs with this status, or one of several: failed,crashed',
  repeatable: true,
  value: 'status',
  list: true,
} as const satisfies OptionDefinition;
export const WORKTREE_OPTION = {
  flags: '--worktree <worktree>',
  description: 'jobs of the worktree with this path, end of its path, or branch',
  value: 'worktree',
} as const satisfies OptionDefinition;
export const TIME_OPTIONS = [
  {
    flags: '--since <time>',
    description: 'jobs that were not over before: 10m, 14:05, yesterday, 2026-11-29',
    value: 'time',
  },
  {flags: '--until <time>', description: 'jobs that were submitted before', value: 'time'},
] as const satisfies readonly OptionDefinition[];

export const PLACE_OPTIONS = [
  {
    flags: '--backend <backend>',
    description: 'where the log is kept: sqlite (the default) or file',
    value: ['sqlite', 'file'],
  },
  {flags: '--db <path>', description: 'database of the backend sqlite', value: 'file'},
  {flags: '--dir <directory>', description: 'directory of the backend file', value: 'directory'},
] as const satisfies readonly OptionDefinition[];

/** For which there are completions. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];
