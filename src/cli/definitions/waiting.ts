/** The commands that begin again with jobs, or wait for them. */
import type {CommandText} from '../command.ts';
import {ADDRESS_NOTE, ADDRESS_OPTIONS, BELL_OPTION, JSON_OPTION} from './shared.ts';

export const WAIT = {
  name: 'wait',
  summary: 'wait until jobs are finished and exit with their code',
  operands: '[address...]',
  operandValues: ['address'],
  options: [
    {
      flags: '--timeout <duration>',
      description: 'wait for so long at most (0: look once), then exit with 124',
      value: 'duration',
    },
    {
      flags: '--tag <tag>',
      description: 'for all with this tag that have not ended; several: with any of them',
      repeatable: true,
      value: 'tag',
    },
    {
      flags: '--group <group>',
      description: 'for all of this group that have not ended; several: of any of them',
      repeatable: true,
      value: 'text',
    },
    {flags: '--here', description: 'with --tag and --group: only jobs of this worktree'},
    {flags: '--all', description: 'until all of the jobs are finished, which is the default'},
    {flags: '--any', description: 'until the first of the jobs is finished, and exit with its code'},
    {flags: '--fail-fast', description: 'until one does not complete, and exit with its code; else all'},
    BELL_OPTION,
    {flags: '-q, --quiet', description: 'do not say how they ended'},
    JSON_OPTION,
    ...ADDRESS_OPTIONS,
  ],
  notes: `Exits with the job's own code (128+n for a signal); of several jobs with the first that is not 0, in the order given.
124 when the time is over and the jobs go on, 125 where there is no code or stint failed. Ctrl-C ends the waiting, not
the jobs. A job that is tried again has not ended before its last attempt.
--tag and --group mean jobs of this repository as they go on at the beginning: what has ended by then does not
count, nor does its code. Where none goes on there is nothing to wait for, which is no failure; a tag or group
that no job here ever had is one (125).`,
  examples: [
    ['stint wait npm-test', 'the newest run of the job npm-test'],
    ['stint wait 3fa9 77c0', 'all jobs of two invocations'],
    ['stint wait --timeout 10m npm-test', 'for ten minutes at most'],
    ['stint wait --any npm-build npm-test', 'until one of them is finished'],
    ['stint wait --tag ci --fail-fast', 'until all with this tag completed, or one did not'],
  ],
} as const satisfies CommandText;

export const RETRY = {
  name: 'retry',
  summary: 'run again what did not complete, with all its settings',
  operands: '[address...]',
  operandValues: ['address'],
  options: [
    {
      flags: '--failed',
      description: 'what failed here and has not been run anew since, with what was skipped for it',
    },
    {flags: '--last', description: 'what did not complete of the newest invocation of this worktree'},
    {
      flags: '--env <NAME=value>',
      description: 'set a variable for the jobs; may be given several times',
      value: 'variable',
      repeatable: true,
      bytes: true,
    },
    {flags: '--dry-run', description: 'only tell which jobs would run, and after which'},
    {flags: '--wait', description: 'wait for their end and exit with their code; Ctrl-C leaves them running'},
    {flags: '-q, --quiet', description: 'print nothing but the addresses'},
    JSON_OPTION,
    ...ADDRESS_OPTIONS,
  ],
  notes: `Jobs that failed, crashed, timed out, were cancelled or skipped run again in one new invocation: the same command, name,
tags, options, umask and directory, but the environment of this command, since theirs is not kept.
An invocation means all of its jobs that did not complete. A name means its newest run in this worktree. One
that completed runs again only where its invocation and name are given (3fa9:test). A job that goes on is not
run a second time.
A need among these jobs stays; another one is dropped where its work is done, and one because of which a job
never started is retried with it.
${ADDRESS_NOTE}`,
  examples: [
    ['stint retry npm-test', 'the newest run of the job npm-test'],
    ['stint retry --last --wait', 'what failed of what was submitted last, and wait for it'],
    ['stint retry --failed --dry-run', 'what would run again'],
    ['stint retry 3fa9', 'what did not complete of an invocation'],
  ],
} as const satisfies CommandText;
