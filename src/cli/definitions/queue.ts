/** The commands about how many jobs run at once, and which start first. */
import type {CommandText} from '../command.ts';
import {ADDRESS_OPTIONS, FORMAT_OPTION, JSON_OPTION, OTHERS_OPTION} from './shared.ts';

export const PARALLEL = {
  name: 'parallel',
  summary: 'show or set how many jobs run at once',
  operands: '[N]',
  operandValues: ['count'],
  options: [
    {
      flags: '--group <name>',
      description: 'of this group, which is made by that; none takes it away',
      value: 'group',
    },
    JSON_OPTION,
  ],
  notes: `The default is eight times the number of cores, at least 16. It counts the jobs of all directories. The rest
wait as queued, those with the highest --priority first, then in the order of their submission; stint run --now
starts one at once. A group has a limit of its own besides that one: stint run --group. What is set here goes
before what groups in the configuration says. Of a group that is taken away the jobs that there are have no
limit.`,
  examples: [
    ['stint parallel', 'show it'],
    ['stint parallel 2', 'at most two at once, from now on'],
    ['stint parallel 1 --group heavy', 'of the group heavy one at a time'],
    ['stint parallel none --group heavy', 'there is no such group any more'],
  ],
} as const satisfies CommandText;

export const GROUPS = {
  name: 'groups',
  summary: 'list the groups of jobs: how many may run, do run, and wait',
  options: [
    {flags: '-q, --quiet', description: 'only the names, one per line'},
    JSON_OPTION,
    FORMAT_OPTION,
    {
      flags: '--fields <fields>',
      description: 'these fields only, in this order: name,parallel,running',
      value: 'text',
    },
    {flags: '--no-headers', description: 'no line with the names of the columns'},
  ],
  notes: `Groups are of all repositories. A group is made with stint parallel N --group, or in the configuration:
groups: {heavy: {parallel: 1}}`,
  examples: [
    ['stint groups', 'all of them'],
    ['stint groups --json', 'for a script'],
  ],
} as const satisfies CommandText;

export const MOVE = {
  name: 'move',
  summary: 'let queued jobs start before or behind all others that wait',
  operands: '[address...]',
  operandValues: ['open-address'],
  options: [
    {flags: '--first', description: 'they start next, in the order given, whatever the priorities'},
    {flags: '--last', description: 'they start when nothing else waits'},
    OTHERS_OPTION,
    JSON_OPTION,
    ...ADDRESS_OPTIONS,
  ],
  notes: `What passes the queue (stint run --now, --service) starts before them all the same. A job that waits for other
jobs to end, or for its next attempt, is not moved.`,
  examples: [
    ['stint move npm-test --first', 'it is the next to start'],
    ['stint move 3fa9 --last', 'all jobs of an invocation behind the others'],
  ],
} as const satisfies CommandText;
