/** What is done about a job that is stalled, beside saying so. */
export const ON_STALL = ['notify', 'cancel', 'none'] as const;
export type OnStall = (typeof ON_STALL)[number];

/** Of what a person is told: every end, an end that is a failure, a stall. */
export const NOTIFY_ON = ['end', 'failure', 'stall'] as const;
export type NotifyOn = (typeof NOTIFY_ON)[number];

/** What becomes of a submission where a job of the same name goes on in the same worktree: it runs beside that, not at all, behind it, or in its place. */
export const IF_RUNNING = ['allow', 'skip', 'queue', 'replace'] as const;
export type IfRunning = (typeof IF_RUNNING)[number];

/** More attempts than this are nobody's wish, nor is a longer pause between two of them: a week. */
export const MOST_RETRIES = 100;
export const LONGEST_BACKOFF_MS = 7 * 24 * 60 * 60 * 1000;

/**
 * What can be asked for when a job is submitted: each option with its flag, the variable and the key of the configuration
 * that stand in for the flag, and how their texts are read. What it means is in the `JobOptions` of the coordinator's domain.
 */
export const JOB_OPTIONS = [
  {
    name: 'now',
    flags: '--now',
    description: 'start at once, also where as many jobs run as may',
    is: 'switch',
  },
  {
    name: 'priority',
    flags: '--priority <N>',
    description: 'of those that wait, the one with the highest number starts first (default 0)',
    variable: 'STINT_PRIORITY',
    key: 'priority',
    is: 'whole number',
  },
  {
    name: 'group',
    flags: '--group <name>',
    description: 'count it among the jobs of this group, which has a limit of its own',
    variable: 'STINT_GROUP',
    key: 'group',
    is: 'text',
  },
  {
    name: 'service',
    flags: '--service',
    description: 'a server: it takes no place, and its end is unexpected',
    is: 'switch',
  },
  {
    name: 'by',
    flags: '--by <name>',
    description: 'whose job it is: jobs of others are not ended by mistake (default: the agent here)',
    variable: 'STINT_BY',
    is: 'text',
  },
  {
    name: 'sampleEvery',
    flags: '--sample <N>',
    description: 'record only every Nth line of output',
    is: 'count',
  },
  {
    name: 'merged',
    flags: '--merge',
    description: 'one stream: its stderr goes where its stdout goes, in the exact order',
    is: 'switch',
  },
  {
    name: 'lingerMs',
    flags: '--linger <duration>',
    description: 'how long processes left behind may still write after the end (default 10s)',
    variable: 'STINT_LINGER',
    key: 'linger',
    is: 'duration',
  },
  {
    name: 'stallAfterMs',
    flags: '--stall-after <duration>',
    description: 'call it stalled after so much silence, if it reports progress (default 2m, 0 never)',
    variable: 'STINT_STALL_AFTER',
    key: 'stall_after',
    is: 'duration or 0',
  },
  {
    name: 'onStall',
    flags: '--on-stall <action>',
    description: 'then: notify (the default), cancel or none',
    variable: 'STINT_ON_STALL',
    key: 'on_stall',
    is: ON_STALL,
  },
  {
    name: 'timeoutMs',
    flags: '--timeout <duration>',
    description: 'end it, as timed out, when it has run for so long (default none: never)',
    variable: 'STINT_TIMEOUT',
    key: 'timeout',
    is: 'time or none',
  },
  {
    name: 'maxMemoryBytes',
    flags: '--max-memory <size>',
    description: 'end it when all its processes take more, roughly (default none: never)',
    variable: 'STINT_MAX_MEMORY',
    key: 'max_memory',
    is: 'size or none',
  },
  {
    name: 'retries',
    flags: '--retries <N>',
    description: 'try it again so many times if it fails (default 0)',
    variable: 'STINT_RETRIES',
    key: 'retries',
    is: {atMost: MOST_RETRIES},
  },
  {
    name: 'backoffMs',
    flags: '--backoff <duration>',
    description: 'the pause before the first of these, twice as long before each next one (default 5s)',
    variable: 'STINT_BACKOFF',
    key: 'backoff',
    is: {atMostMs: LONGEST_BACKOFF_MS, said: 'a week'},
  },
  {
    name: 'retryOn',
    flags: '--retry-on <codes>',
    description: 'only after one of these exit codes, several with commas (124: it timed out)',
    variable: 'STINT_RETRY_ON',
    key: 'retry_on',
    is: 'exit codes',
  },
  {
    name: 'onCompleteMs',
    flags: '--on-complete <duration>',
    description: 'end it so long after it reported that its work is complete (default none: never)',
    variable: 'STINT_ON_COMPLETE',
    key: 'on_complete',
    is: 'duration or none',
  },
  {
    name: 'notify',
    flags: '--notify <command>',
    description: 'run this shell text to tell a person of it, or desktop: a notification there',
    variable: 'STINT_NOTIFY',
    key: 'notify',
    is: 'text',
  },
  {
    name: 'notifyOn',
    flags: '--notify-on <when>',
    description: 'of what: end, failure, stall, several with commas, or none (default end,stall)',
    variable: 'STINT_NOTIFY_ON',
    key: 'notify_on',
    is: {several: NOTIFY_ON},
  },
  {
    name: 'maxLogBytes',
    flags: '--max-log-size <size>',
    description: 'cut the middle out of its log beyond this, while it runs (default 100MB, 0 never)',
    variable: 'STINT_MAX_LOG_SIZE',
    key: 'max_log_size',
    is: 'size or 0',
  },
  {
    name: 'retentionMs',
    flags: '--retention <duration>',
    description: 'keep it so long after its end (default 7d, none: for good)',
    variable: 'STINT_RETENTION',
    key: 'retention',
    is: 'age or none',
  },
  {
    name: 'retentionFailedMs',
    flags: '--retention-failed <duration>',
    description: 'the same if it failed (default 30d, or --retention if that is longer)',
    variable: 'STINT_RETENTION_FAILED',
    key: 'retention_failed',
    is: 'age or none',
  },
] as const satisfies readonly JobOption[];

/**
 * What can be set for the whole repository when a job is submitted there, and holds until it is set otherwise. What it means is
 * in the `RepoPolicy` of the coordinator's domain.
 */
export const REPO_OPTIONS = [
  {
    name: 'keepLast',
    flags: '--keep-last <N>',
    description: 'from now on the last N invocations of each worktree stay (default 3)',
    variable: 'STINT_KEEP_LAST',
    key: 'keep_last',
    is: 'number',
  },
  {
    name: 'maxTotalBytes',
    flags: '--max-total-size <size>',
    description: 'from now on all jobs of the repository take no more (default 2GB, or none)',
    variable: 'STINT_MAX_TOTAL_SIZE',
    key: 'max_total_size',
    is: 'size or none',
  },
] as const satisfies readonly JobOption[];

export interface JobOption {
  readonly name: string;
  /** As `OptionDefinition` has it; of one that only a variable or the configuration gives there is none. */
  readonly flags?: string;
  readonly description?: string;
  readonly variable?: string;
  /** In the configuration. */
  readonly key?: string;
  /** What it is: one of these words, several of these or `none`, a text that may be blank for none, … */
  readonly is:
    | 'switch'
    | 'count'
    | 'duration'
    | 'duration or 0'
    | 'duration or none'
    | 'time or none'
    | 'age or none'
    | 'number'
    | 'whole number'
    | 'exit codes'
    | {readonly atMost: number}
    | {readonly atMostMs: number; readonly said: string}
    | 'size or none'
    | 'size or 0'
    | 'text'
    | readonly string[]
    | {readonly several: readonly string[]};
}

type WithFlag = Extract<(typeof JOB_OPTIONS)[number], {readonly flags: string}>;
type WithKey = Extract<(typeof JOB_OPTIONS)[number] | (typeof REPO_OPTIONS)[number], {readonly key: string}>;

/** Those with a flag, in the order in which they are told. */
export const JOB_FLAGS: readonly WithFlag[] = JOB_OPTIONS.filter(each => 'flags' in each);

/** The keys of all these in the configuration. */
export const JOB_KEYS: readonly WithKey['key'][] = [...JOB_OPTIONS, ...REPO_OPTIONS].flatMap(each =>
  'key' in each ? each.key : [],
);
