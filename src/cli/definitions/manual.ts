/** What the manual page tells besides the commands: pairs of what it is and what it means. */
import {JOB_OPTIONS, type JobOption, KEEPING_OPTIONS} from '../../base/index.ts';

type Entry = readonly [what: string, meaning: string];
type Entries = readonly Entry[];

export const EXIT_STATUS: Entries = [
  ['0', 'done'],
  [
    '1',
    'failed; of cancel and shutdown: a process could not be ended; of doctor: something needs attention; of events verify: a topic is not whole',
  ],
  ['2', 'wrong usage'],
  ['3', 'nothing matched'],
  [
    '4',
    "refused: permissions too open, another user's, a job of others, not a file of stint, or written by a newer stint",
  ],
  ['124', 'the waiting reached its limit; the job goes on'],
  ['125', 'stint failed, or the job has no code: it never started, or how it ended cannot be known'],
  ['126', 'the command is there and cannot be run'],
  ['127', 'the command cannot be found'],
];

export const EXIT_STATUS_OF_JOBS =
  'wait, run --wait, run --wait-up-to and run --follow exit with the code of the job, 128+n for a signal n. What they have to say themselves has the codes from 124 on.';

export const VARIABLES: Entries = [
  ['STINT_STATE_DIR', 'the state directory'],
  ['XDG_STATE_HOME, HOME', 'where it is otherwise: stint in the first, .local/state/stint in the second'],
  ['STINT_PARALLEL', 'how many jobs run at once; counts before what stint parallel set'],
  ['STINT_IDLE_EXIT_SECS', 'after how many seconds without job and client the coordinator leaves (60)'],
  ...JOB_OPTIONS.flatMap(option => ('variable' in option ? [ofJob(option)] : [])),
  ...KEEPING_OPTIONS.map(({variable, meaning}): Entry => [variable, meaning]),
  [
    'XDG_CACHE_HOME',
    'where Node keeps compiled code of a stint that another Node built; otherwise .cache in HOME',
  ],
  ['XDG_CONFIG_HOME', 'where stint/config.yml is; otherwise .config in HOME'],
  ['CLAUDE_CONFIG_DIR, CODEX_HOME', 'where stint mcp install finds the configuration of that client'],
  ['STINT_EVENT_LOG_BACKEND', 'where the event log is kept: sqlite (the default) or file'],
  ['STINT_EVENT_LOG_SQLITE_PATH, STINT_EVENT_LOG_DIR', 'its database; its directory, with the backend file'],
  ['STINT_PROGRESS_JSONL', 'where a program reports its progress; set for every job'],
  ['STINT_PROGRESS_RUN_ID', 'the run_id of what is reported, where several processes report one run'],
  ['STINT_DEBUG', 'not empty: errors come with their stack trace'],
  ['NO_COLOR, FORCE_COLOR', 'not empty: no colours; colours also in a pipe'],
];

export const FILES: Entries = [
  ['~/.local/state/stint', 'the state directory; all in it is private to its owner'],
  ['repos/<repository>/coordinator.db', 'in it: the jobs of a repository, as SQLite'],
  ['repos/<repository>/jobs/<invocation>/<job>/output.jsonl', 'what a job wrote and what happened to it'],
  ['coordinator.log', 'what went wrong in the coordinator'],
  ['~/.config/stint/config.yml', 'settings for all repositories'],
];

function ofJob({variable, flags}: JobOption): Entry {
  const meaning =
    flags === undefined
      ? 'shell text that tells a person about a job that is stalled'
      : `what run ${flags.split(' ')[0]} says otherwise`;
  return [variable ?? '', meaning];
}
