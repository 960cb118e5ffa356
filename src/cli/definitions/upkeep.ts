/** The commands about stint itself. */
import type {CommandText} from '../command.ts';
import {FORMAT_OPTION, JSON_OPTION} from './shared.ts';

export const SHUTDOWN = {
  name: 'shutdown',
  summary: 'make the coordinator leave; jobs go on',
  options: [
    {flags: '--leave', description: 'jobs go on, the next command takes them over (this is the default)'},
    {flags: '--cancel', description: 'end all jobs of all repositories first'},
    {flags: '--grace <duration>', description: 'with --cancel: time between TERM and KILL (default 10s)'},
    JSON_OPTION,
  ],
  examples: [
    ['stint shutdown', 'before an upgrade by hand, say; nothing is lost'],
    ['stint shutdown --cancel', 'end everything'],
  ],
  notes: 'What is being cancelled is ended first.',
} as const satisfies CommandText;

export const DOCTOR = {
  name: 'doctor',
  summary: 'check coordinator, files, permissions, disk and unfinished jobs',
  options: [{flags: '--repair', description: 'rebuild the rows from the job directories'}, JSON_OPTION],
  notes: 'Exits with 1 when something needs attention.',
  examples: [
    ['stint doctor', 'what is and what is wrong, with what to do'],
    ['stint doctor --repair', 'set damaged databases aside and rebuild them; running jobs go on'],
  ],
} as const satisfies CommandText;

export const DUMP_STORE = {
  name: 'dump-store',
  summary: 'print a table of the database: jobs, invocations, past_runs or repo_policy',
  operands: '[table]',
  options: [JSON_OPTION, FORMAT_OPTION],
  examples: [['stint dump-store jobs', 'every row of this repository, one JSON object per line']],
} as const satisfies CommandText;

export const VERSION = {
  name: 'version',
  summary: 'print the version',
  options: [JSON_OPTION],
  examples: [['stint version', 'also: stint --version']],
} as const satisfies CommandText;
