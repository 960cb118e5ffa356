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
