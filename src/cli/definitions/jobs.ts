/** The commands about jobs. */
import {IF_RUNNING, JOB_FLAGS, type JobOption, REPO_OPTIONS} from '../../base/index.ts';
import type {CommandText, ValueKind} from '../command.ts';
import {
  ADDRESS_NOTE,
  ADDRESS_OPTIONS,
  BELL_OPTION,
  FORMAT_OPTION,
  JSON_OPTION,
  OTHERS_OPTION,
  SELECTION_OPTIONS,
  STATUS_OPTION,
  TIME_OPTIONS,
  WORKTREE_OPTION,
} from './shared.ts';

export const RUN = {
  name: 'run',
  summary: 'run a command in the background',
  operands: '[command...]',
  operandValues: ['command'],
  passThrough: true,
  options: [
    {
      flags: '-c <text>',
      description: 'run this shell text (with /bin/sh) instead of a command',
      value: 'text',
      bytes: true,
    },
    {
      flags: '--name <name>',
      description: "the job's name (default: that of what is run, as in npm-test)",
      value: 'job-name',
    },
    {flags: '--tag <tag>', description: 'a tag; may be given several times', repeatable: true, value: 'tag'},
    {
      flags: '--cwd <directory>',
      description: 'run it there instead of here',
      bytes: true,
      value: 'directory',
    },
    {
      flags: '--env <NAME=value>',
      description: 'set a variable for the job; may be given several times',
      value: 'variable',
      repeatable: true,
      bytes: true,
    },
    {
      flags: '--after <address>',
      description: 'start when that job has ended well; if it does not, this one is skipped',
      repeatable: true,
      value: 'address',
    },
    {
      flags: '--after-any <address>',
      description: 'start when that job has ended, however it did',
      repeatable: true,
      value: 'address',
    },
    {
      flags: '--after-failed <address>',
      description: 'start when that job has failed; if it does not, this one is skipped',
      repeatable: true,
      value: 'address',
    },
    {
      flags: '--if-running <what>',
      description: 'where a job of this name goes on in this worktree: allow, skip, queue or replace',
      value: IF_RUNNING,
    },
    ...JOB_FLAGS.map(flag => ({...flag, ...kindOf(flag)})),
    ...REPO_OPTIONS.map(option => ({...option, ...kindOf(option)})),
    {
      flags: '-f, --follow',
      description: 'print what it writes until its log is closed; Ctrl-C leaves it running',
    },
    {flags: '--wait', description: 'wait for its end and exit with its code; Ctrl-C leaves it running'},
    {
      flags: '--wait-up-to <duration>',
      description: 'the same, for so long at most: then exit with 124',
      value: 'duration',
    },
    BELL_OPTION,
    {flags: '-q, --quiet', description: 'print nothing but the address, and with -f the output'},
    JSON_OPTION,
  ],
  notes: `The job gets this environment without what drop_env in config.yml names, this directory and this umask, and
/dev/null as its input. Its address goes to stdout, or to stderr where it is followed or waited for.
It goes on whatever happens to this terminal or to stint. With --wait, --wait-up-to or -f the exit code is the job's
own (128+n for a signal); 124 when it goes on after the time given, 126 or 127 when the command cannot be run or found,
125 where there is no code or stint failed. All that the job prints is kept: there is no need for | tee, behind which
its exit code would be that of tee.
--if-running: where a job of this name has not ended in this worktree, this one runs beside it (allow, the default), is
not submitted (skip: the address is that of the other, which is what --wait and -f are about then), starts when that has
ended (queue), or when that was cancelled and is gone (replace).`,
  examples: [
    ['stint run -- npm test', 'run it; prints the address, for example 3fa9c1d2e4b5:npm-test'],
    ["stint run --name nightly -c 'make all && make check'", 'shell text under a name of its own'],
    [
      'stint run --if-running replace --name web -- npm start',
      'a server anew, in the place of that which runs',
    ],
    ['stint run --wait -- ./slow-check', 'wait and exit with its exit code'],
    ['stint run --wait-up-to 5m -- ./slow-check', 'wait for five minutes at most; it goes on'],
  ],
} as const satisfies CommandText;

export const LS = {
  name: 'ls',
  summary: 'list jobs: what is unfinished and the last ten invocations of this repository',
  operands: '[pattern]',
  operandValues: ['pattern'],
  options: [
    {flags: '-a, --all', description: 'every job, not only of the last invocations'},
    {flags: '-n, --last <N>', description: 'the last N invocations (default 10)', value: 'count'},
    STATUS_OPTION,
    ...SELECTION_OPTIONS,
    {flags: '--stalled', description: 'jobs that report progress and are stuck'},
    WORKTREE_OPTION,
    ...TIME_OPTIONS,
    {flags: '--repo <path>', description: 'of the repository there instead of this one', value: 'directory'},
    {flags: '--all-repos', description: 'of every repository: what runs on this machine'},
    {flags: '-q, --quiet', description: 'only the addresses, one per line'},
    {flags: '--watch', description: 'draw the list anew whenever a job changes, until q or Ctrl-C'},
    JSON_OPTION,
    FORMAT_OPTION,
    {
      flags: '--fields <fields>',
      description: 'these fields only, in this order: name,status,exit_code',
      value: 'text',
    },
    {flags: '--no-headers', description: 'no line with the names of the columns'},
  ],
  notes: `All that is given has to fit, and of several values of one option one; --failed and --running are such values too.
A pattern is a regular expression, found in the name or the command; without a capital letter case does not count.
What goes on is always listed, besides the last invocations with a job that fits.`,
  examples: [
    ['stint ls', 'what runs and what ran here lately'],
    ['stint ls --failed --since yesterday', 'what failed since then'],
    ['stint ls --running --all-repos', 'what runs on this machine'],
    ['stint ls --fields name,status --no-headers', 'columns for a script'],
    ['stint ls --json | jq \'.[] | select(.status == "failed").name\'', 'names of the jobs that failed'],
  ],
} as const satisfies CommandText;

export const LOGS = {
  name: 'logs',
  summary: 'print what jobs wrote',
  operands: '[address...]',
  operandValues: ['address'],
  options: [
    {flags: '-f, --follow', description: 'go on as more comes, until the log is closed'},
    {flags: '--stdout', description: 'only what it wrote to stdout'},
    {flags: '--stderr', description: 'only what it wrote to stderr'},
    {flags: '--status', description: 'only what happened to it: started, finished, …'},
    {flags: '--progress', description: 'what it reported of its progress instead of its output'},
    {flags: '--seq <A..B>', description: 'records numbered A to B, both included', value: 'text'},
    {flags: '--since-seq <N>', description: 'records numbered higher than N', value: 'count'},
    {
      flags: '--since <time>',
      description: 'records from then on: 10m, 14:05, yesterday, 2026-11-29, …',
      value: 'time',
    },
    {flags: '--until <time>', description: 'records of before', value: 'time'},
    {
      flags: '-n, --tail <N>',
      description: 'the last N of these lines; with --json, of these records',
      value: 'count',
    },
    {
      flags: '--grep <regex>',
      description: 'lines that match; exits with 3 where none does',
      value: 'pattern',
    },
    {flags: '-i, --ignore-case', description: 'with --grep: letters match in both cases'},
    {
      flags: '-C, --context <N>',
      description: 'with --grep: and N lines before and behind each',
      value: 'count',
    },
    {flags: '--since-last', description: 'only what this reader has not seen yet, in whole lines'},
    {flags: '--reader <name>', description: 'with --since-last: who reads (default: default)', value: 'text'},
    {flags: '--max-bytes <size>', description: 'at most so much, the end of it: 64KB, 1MiB', value: 'text'},
    {
      flags: '-t, --timestamps',
      description: 'the local time before each line; ~ where it is that of a later reading',
    },
    {flags: '--utc', description: 'the same in UTC'},
    {flags: '--relative', description: 'the same since the start of the job, or of the first of the jobs'},
    {flags: '--plain', description: 'without escapes and colours, and of a progress bar its last state'},
    {flags: '--raw', description: 'the bytes as they were, also those that are no text'},
    {flags: '--json', description: 'the records as they are in the file, one per line'},
    ...SELECTION_OPTIONS,
    {
      flags: '--last <N>',
      description: 'of the jobs chosen, those of the last N invocations (default 10)',
      value: 'count',
    },
    ...ADDRESS_OPTIONS,
  ],
  notes: `Without an address: the newest job of this worktree, or else of this repository.
Of several jobs the lines come in the order of their times, each behind the name of its job; with --json each record has
the address of its job at its end, as job.
${ADDRESS_NOTE}`,
  examples: [
    ['stint logs', 'what the newest job here wrote'],
    ['stint logs npm-test', 'the newest run of the job npm-test'],
    ["stint logs --failed --grep 'error|panic' -C 3", 'of the jobs that failed, the lines that say why'],
    ['stint logs npm-test --since-last --max-bytes 64KB', 'what is new since the last time, for an agent'],
    ['stint logs -f 3fa9', 'follow the invocation whose id begins with 3fa9'],
    ['stint logs -f --progress npm-test', 'the phases of a job that reports them, as they come'],
    ['stint logs npm-test --json | jq -r \'select(.kind == "stderr").data\'', 'records are JSON lines'],
  ],
} as const satisfies CommandText;

export const STATUS = {
  name: 'status',
  summary: 'tell all that is known about jobs',
  operands: '[address...]',
  operandValues: ['address'],
  options: [JSON_OPTION, ...ADDRESS_OPTIONS],
  notes: ADDRESS_NOTE,
  examples: [
    ['stint status npm-test', 'status, exit code, times, command, directory, branch, earlier runs, …'],
    ['stint status npm-test 3fa9 --json', 'an array, where it is not one job'],
  ],
} as const satisfies CommandText;

export const PRUNE = {
  name: 'prune',
  summary: 'remove jobs whose time is over, and the oldest where they take too much room',
  options: [
    {flags: '--dry-run', description: 'only tell which these are'},
    {
      flags: '--older-than <duration>',
      description: 'those that ended so long ago, whatever retention they have',
      value: 'duration',
    },
    {
      flags: '--repo <repo>',
      description: 'of another repository: its path, the end of its path, or its id',
      value: 'directory',
    },
    {
      flags: '--all-repos',
      description: 'of all repositories; and old events of recorded sessions and topics',
    },
    OTHERS_OPTION,
    JSON_OPTION,
  ],
  notes: `The coordinator does the same by itself once a day, of all repositories, unless CI or STINT_NO_AUTO_PRUNE is set where
it was started. How long a job is kept after its end is settled when it is submitted (stint run --retention). The last
three invocations of each worktree that still exists stay (--keep-last), and so does what is pinned or not over.
Statistics remember what is removed. Recorded sessions are kept for 90 days and up to 2 GB, other topics of the
event log for good, unless session_retention, session_max_size, topic_retention or topic_max_size in config.yml
(or STINT_SESSION_RETENTION, …) say otherwise. Exits with 1 when something could not be removed or looked at.`,
  examples: [
    ['stint prune --dry-run', 'what would be removed, why, and how much that frees'],
    ['stint prune --older-than 1d', 'all that ended more than a day ago'],
    ['stint prune --all-repos', 'of repositories that are gone, too'],
  ],
} as const satisfies CommandText;

export const RM = {
  name: 'rm',
  summary: 'remove jobs now, with their logs',
  operands: '[address...]',
  operandValues: ['address'],
  options: [OTHERS_OPTION, JSON_OPTION, ...ADDRESS_OPTIONS],
  notes: 'A job that is not over is not removed, and neither is one that is pinned.',
  examples: [
    ['stint rm 3fa9', 'all jobs of an invocation'],
    ['stint rm npm-test', 'the newest run of the job npm-test'],
  ],
} as const satisfies CommandText;

export const PIN = {
  name: 'pin',
  summary: 'keep jobs for good',
  operands: '[address...]',
  operandValues: ['address'],
  options: [JSON_OPTION, ...ADDRESS_OPTIONS],
  notes: 'They are never removed until: stint unpin',
  examples: [['stint pin 3fa9:test', 'keep that run, whatever its age']],
} as const satisfies CommandText;

export const UNPIN = {
  name: 'unpin',
  summary: 'keep jobs no longer than others',
  operands: '[address...]',
  operandValues: ['address'],
  options: [OTHERS_OPTION, JSON_OPTION, ...ADDRESS_OPTIONS],
  examples: [['stint unpin 3fa9:test', 'it is removed when its time is over']],
} as const satisfies CommandText;

export const STATS = {
  name: 'stats',
  summary: 'tell how long a job usually takes, how it ends and where its time goes',
  operands: '[name]',
  operandValues: ['job-name'],
  options: [
    {flags: '-n, --last <N>', description: 'of its last N runs (default 100)', value: 'count'},
    JSON_OPTION,
  ],
  notes: `Of the runs in this repository. A job is flaky when the same command both completed and failed on the same commit.
Where the time goes is known of jobs that report their progress.`,
  examples: [
    ['stint stats npm-test', 'duration, outcomes, phases, and how a run that goes on compares'],
    ['stint stats npm-test --last 10 --json | jq .duration_secs.p95', 'of the last ten runs'],
  ],
} as const satisfies CommandText;

export const CANCEL = {
  name: 'cancel',
  summary: 'end jobs: TERM, then KILL after a while',
  operands: '[address...]',
  operandValues: ['open-address'],
  options: [
    {flags: '--all', description: 'every job of this repository'},
    {flags: '--hook <name>', description: 'jobs of invocations by this hook', value: 'hook'},
    {flags: '--tag <tag>', description: 'jobs with this tag', value: 'tag'},
    {flags: '--older-than <duration>', description: 'jobs submitted at least so long ago', value: 'duration'},
    {flags: '--gone', description: 'jobs of worktrees that are not there any more'},
    {flags: '--grace <duration>', description: 'time between TERM and KILL (default 10s)', value: 'duration'},
    {flags: '--leftovers', description: 'what jobs left behind that have ended, and no job that goes on'},
    {
      flags: '--detach',
      description: 'return when the signal is sent, not when they are gone',
    },
    OTHERS_OPTION,
    {flags: '-q, --quiet', description: 'do not say how they ended'},
    JSON_OPTION,
    ...ADDRESS_OPTIONS,
  ],
  notes: `Give addresses, or --all, or filters of which all must fit (--hook, --tag, --older-than, --gone, --inv,
--worktree).
A job's name alone means the one in this worktree that has not ended. Where there are several, or such only in other
worktrees, nothing is done and their addresses are told.
A queued job never starts. A job that ends well in the meantime is completed, not cancelled.
Each process of a job gets TERM once, wherever it has gone, and what is left KILL after the grace time.
An agent, and whoever sets STINT_BY, ends only what it started itself, unless it gives --others: named jobs of others
are refused, and --all and filters leave them alone.
Exits with 1 when a process could not be ended, and says which.`,
  examples: [
    ['stint cancel npm-test', 'the job npm-test of this worktree'],
    ['stint cancel topic:npm-test', 'that of the worktree on the branch topic'],
    ['stint cancel --tag build --older-than 1h', 'builds that were submitted an hour ago or earlier'],
    ['stint cancel --gone', 'what still runs for worktrees that were removed'],
    ['stint cancel --leftovers server', 'processes that the job server started and left behind'],
    ['stint cancel 3fa9 --grace 1s', 'all jobs of an invocation, KILL after a second'],
  ],
} as const satisfies CommandText;

function kindOfObject(is: Exclude<JobOption['is'], string>): {
  readonly value: ValueKind;
  readonly list?: true;
} {
  if ('several' in is) return {value: [...is.several, 'none'], list: true};
  if ('atMost' in is) return {value: 'count'};
  return {value: 'atMostMs' in is ? 'duration' : is};
}

function kindOf({name, is}: JobOption): {readonly value: ValueKind; readonly list?: true} {
  if (name === 'by') return {value: 'submitter'};
  if (name === 'group') return {value: 'group'};
  if (typeof is !== 'string') return kindOfObject(is);
  if (is === 'count' || is === 'number' || is === 'whole number') return {value: 'count'};
  return {value: /^(duration|age|time)/.test(is) ? 'duration' : 'text'};
}
