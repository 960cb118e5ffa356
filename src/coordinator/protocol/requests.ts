/** What can be asked of the coordinator. Each request has a schema for what is asked and one for the answer. */
import * as v from 'valibot';

import {IF_RUNNING} from '../../base/index.ts';
import {NEED_ENDS} from '../domain/index.ts';
import {eventPass, wireLimits} from './event-pass.ts';
import {jobOptions} from './job-options.ts';
import {configuredGroups, QUEUE_REQUESTS, queue} from './queue-requests.ts';
import {
  absolutePath,
  argument,
  count,
  invocationId,
  jobKey,
  jobName,
  mode,
  nothing,
  repoId,
  submitter,
  variable,
} from './values.ts';

const submittedJob = v.object({
  name: jobName,
  command: v.pipe(v.array(argument), v.minLength(1)),
  tags: v.array(v.string()),
  /** Where it runs and its umask, if that is not what the submission says. */
  cwd: v.optional(absolutePath),
  umask: v.optional(mode),
  /** Jobs that have to end before it starts; without an invocation one of the same submission. */
  needs: v.optional(
    v.array(
      v.object({
        invocation: v.optional(invocationId),
        name: v.string(),
        end: v.optional(v.picklist(NEED_ENDS), 'completed'),
      }),
    ),
    [],
  ),
  ...jobOptions,
});

const submission = v.object({
  /** Minted by the client: the same id submitted again is the same submission. */
  invocation: invocationId,
  repo: repoId,
  /** Where the repository is: its git common directory, or the directory outside git. */
  place: v.string(),
  /** The repository was found to have moved here from where it was. */
  moved: v.optional(v.boolean()),
  trigger_command: v.string(),
  hook_type: v.nullable(v.string()),
  cwd: absolutePath,
  umask: mode,
  /** The environment of who submits. */
  env: v.array(variable),
  /** What is set for the jobs on purpose. */
  set_env: v.optional(v.array(variable), []),
  checkout: v.object({
    worktree: v.nullable(v.string()),
    branch: v.nullable(v.string()),
    commit: v.nullable(v.string()),
    dirty: v.nullable(v.boolean()),
  }),
  /** What is set for the whole repository; what is absent stays as it was set before. */
  policy: v.optional(
    v.object({keep_last: v.optional(count), max_total_bytes: v.optional(v.nullable(count))}),
  ),
  /** What becomes of it where a job of the same name goes on in the same worktree; `allow` unless it says. */
  if_running: v.optional(v.picklist(IF_RUNNING)),
  /** Of the groups of these jobs. */
  groups: v.optional(configuredGroups),
  jobs: v.pipe(
    v.array(submittedJob),
    v.minLength(1),
    v.check(jobs => new Set(jobs.map(({name}) => name)).size === jobs.length, 'two have the same name'),
  ),
});

const namedProcess = v.object({pid: count, command: v.string()});

/** How a job ended, or where it stands. */
const outcome = v.object({
  name: v.string(),
  invocation: v.string(),
  attempt: count,
  status: v.string(),
  exit_code: v.nullable(v.number()),
  message: v.nullable(v.string()),
  /** Of a job that was to end, with `until: gone`: what is still there, and what could not be looked at. */
  left: v.optional(v.array(v.object({...namedProcess.entries, reason: v.string()}))),
  unseen: v.optional(v.string()),
});

const trouble = v.object({what: v.string(), message: v.string(), at_ms: count});

const pong = v.object({
  version: v.string(),
  /** What of a submission it does not pass over, of `SUBMISSION_PARTS`. Earlier versions do not tell. */
  knows: v.optional(v.array(v.string())),
  /** Of the database. */
  schema: count,
  pid: count,
  started_at_ms: count,
  /** Where that pid names it, and where its jobs run. Earlier versions do not tell. */
  host: v.optional(v.string()),
  boot_id: v.optional(v.nullable(v.string())),
  pid_ns: v.optional(v.nullable(count)),
});

const health = v.object({
  ...pong.entries,
  parallel: count,
  queued: count,
  running: count,
  open: count,
  /** Jobs that are being ended, or whose leftovers are. */
  ending: v.optional(count),
  connections: count,
  /** Written for peers that do not read it. */
  unread_bytes: count,
  /** What does not work right now, for instance a full disk. */
  troubles: v.array(trouble),
  /** The last errors, newest last. */
  last_errors: v.array(trouble),
});

/** Jobs that were meant as well and cannot be ended from here: `<invocation>:<name>`, and where each runs. */
const elsewhere = v.optional(v.array(v.object({name: v.string(), where: v.string()})));

const cancelled = v.object({
  count: count,
  /** `<invocation>:<name>` of each job that was told to end. */
  names: v.array(v.string()),
  jobs: v.array(jobKey),
  elsewhere,
  /** Of these jobs, what may not be signalled. */
  refused: v.optional(v.array(namedProcess)),
  /** `<invocation>:<name>` of jobs that were left alone because they are not of who asks, and whose they are. */
  others: v.optional(v.array(v.object({name: v.string(), by: v.nullable(v.string())}))),
  /** `<invocation>:<name>` of jobs that were left alone because whether they are meant is not known, and why. */
  unsure: v.optional(v.array(v.object({name: v.string(), reason: v.string()}))),
});
/** What could not be removed: the path, and why. */
const notRemoved = v.object({path: v.string(), reason: v.string()});

/** Not more than some at once. */
const namedJobs = v.pipe(v.array(jobKey), v.minLength(1), v.maxLength(10_000));

/** What a pass did, or would do, in a repository. */
const pass = v.object({
  repo: repoId,
  place: v.nullable(v.string()),
  /** Not all, where there are very many: `jobs_removed` is how many. */
  jobs: v.array(
    v.object({
      invocation: v.string(),
      name: v.string(),
      attempt: count,
      why: v.picklist(['age', 'size']),
      age_ms: v.nullable(count),
      frees_bytes: count,
    }),
  ),
  jobs_removed: count,
  finished: count,
  freed_bytes: count,
  used_bytes: count,
  max_total_bytes: v.nullable(count),
  clock_doubtful: v.boolean(),
  failed: v.array(notRemoved),
  strange: v.array(v.string()),
  problem: v.nullable(v.string()),
});

const graceMs = v.optional(count, 10_000);
/** Who asks: jobs of others are left alone. Earlier coordinators do not know it. */
const askedBy = v.optional(submitter);

const listedJob = v.object({
  ...jobKey.entries,
  status: v.string(),
  worktree: v.nullable(v.string()),
  branch: v.nullable(v.string()),
  hook_type: v.nullable(v.string()),
  tags: v.array(v.string()),
  command: v.string(),
  created_at_ms: count,
  started_at_ms: v.nullable(count),
  finished_at_ms: v.nullable(count),
  exit_code: v.nullable(v.number()),
  message: v.nullable(v.string()),
  pid: v.nullable(count),
  /** What it reported last, while it runs. */
  phase: v.nullable(v.string()),
  rows_processed: v.nullable(v.number()),
  rows_total: v.nullable(v.number()),
  /** An earlier coordinator does not tell it. */
  rows_phase: v.optional(v.nullable(v.string())),
  stalled_at_ms: v.nullable(count),
});

/** One line of a job's log; more keys may follow. */
const logRecord = v.looseObject({seq: count, ts: v.number(), kind: v.string(), data: v.unknown()});

/** Bytes that a job wrote behind the last record of a stream, from `offset` of all that it wrote there: the begin of a line that has no end yet. */
const pendingText = v.object({
  kind: v.literal('pending'),
  stream: v.picklist(['stdout', 'stderr']),
  offset: count,
  data: v.string(),
  /** The bytes are not UTF-8. */
  enc: v.optional(v.literal('base64')),
});

/** Requests that are answered by any number of frames and one end. */
export const STREAMS = {
  /**
   * The records numbered higher than `since_seq` (all without it), then those to come until the log is closed. With
   * `pending`, of a record that takes its time what there is of it already.
   */
  TailLogs: {
    payload: v.object({
      job: jobKey,
      follow: v.optional(v.boolean(), false),
      since_seq: v.optional(v.nullable(v.number())),
      pending: v.optional(v.boolean(), false),
    }),
    frame: v.union([logRecord, pendingText]),
  },
  /** A frame, of the job as it is then, whenever the row of a job of the repository changes. The first is empty: from then on nothing is missed. */
  WatchJobs: {payload: v.object({repo: repoId}), frame: v.partial(listedJob)},
} as const;

/** Every request that has one answer, by name; `kind` is what its answer is called on the wire. */
export const REQUESTS = {
  Ping: {kind: 'Pong', payload: nothing, answer: pong},
  Submit: {
    kind: 'Submitted',
    payload: submission,
    answer: v.object({
      invocation: v.string(),
      version: v.string(),
      /** Where one of the jobs has to wait for its turn; null where none has. Earlier versions do not tell. */
      queue: v.optional(v.nullable(queue)),
      /** With `if_running: skip`: nothing was submitted because of these, the newest first. */
      instead: v.optional(v.array(jobKey)),
    }),
  },
  /** `gone`: also until what it left behind was ended, if somebody wants it to end; or until that cannot be done. */
  Wait: {
    kind: 'Finished',
    payload: v.object({job: jobKey, until: v.optional(v.picklist(['finished', 'gone']))}),
    answer: outcome,
  },
  OpenRepo: {kind: 'Opened', payload: v.object({repo: repoId}), answer: nothing},
  Health: {kind: 'Health', payload: nothing, answer: health},
  ...QUEUE_REQUESTS,
  /** Jobs that are not closed. */
  ListJobs: {
    kind: 'Jobs',
    payload: v.object({repo: v.optional(repoId)}),
    answer: v.object({jobs: v.array(listedJob)}),
  },
  GetJob: {kind: 'Job', payload: v.object({job: jobKey}), answer: listedJob},
  CancelJob: {kind: 'Cancelled', payload: v.object({job: jobKey, grace_ms: graceMs}), answer: cancelled},
  /** Ends what a job left behind that has ended; answers when that is gone, or cannot be ended. */
  EndLeftovers: {
    kind: 'LeftoversEnded',
    payload: v.object({job: jobKey, grace_ms: graceMs}),
    answer: v.object({
      ended: v.array(namedProcess),
      left: outcome.entries.left,
      unseen: outcome.entries.unseen,
    }),
  },
  CancelMatching: {
    kind: 'Cancelled',
    payload: v.object({
      repo: v.optional(repoId),
      hook: v.optional(v.string()),
      worktree: v.optional(v.string()),
      tag: v.optional(v.string()),
      invocation_prefix: v.optional(v.string()),
      older_than_secs: v.optional(v.pipe(v.number(), v.minValue(0))),
      /** Only jobs of worktrees that are gone. */
      gone: v.optional(v.boolean()),
      asked_by: askedBy,
      grace_ms: graceMs,
    }),
    answer: cancelled,
  },
  CancelAll: {
    kind: 'Cancelled',
    payload: v.object({repo: v.optional(repoId), asked_by: askedBy, grace_ms: graceMs}),
    answer: cancelled,
  },
  /**
   * Removes the jobs of a repository, or of all, whose time is over (all that ended longer ago than `older_than_ms`, if that is
   * given) and those for which there is no room.
   */
  Prune: {
    kind: 'Pruned',
    payload: v.object({
      repo: v.optional(repoId),
      older_than_ms: v.optional(count),
      /** In the place of what the coordinator finds set for sessions and topics, which are looked at with all repositories. */
      limits: v.optional(wireLimits),
    }),
    answer: v.object({repos: v.array(pass), events: v.optional(eventPass)}),
  },
  /** Removes jobs that are named. */
  RemoveJobs: {
    kind: 'Removed',
    payload: v.object({jobs: namedJobs}),
    answer: v.object({
      removed: v.array(v.object({...jobKey.entries, frees_bytes: count})),
      refused: v.array(v.object({...jobKey.entries, why: v.picklist(['unknown', 'pinned', 'not closed'])})),
      failed: v.array(notRemoved),
      strange: v.array(v.string()),
    }),
  },
  /** Keeps jobs for good, or not any more. */
  PinJobs: {
    kind: 'Pinned',
    payload: v.object({jobs: namedJobs, pinned: v.boolean()}),
    answer: v.object({count: count}),
  },
  /** Ends a stream of this connection, by the id of its request. */
  EndStream: {kind: 'Ended', payload: v.object({stream: count}), answer: nothing},
  /**
   * The coordinator leaves; `cancel` ends the jobs first, unless one is of another than `asked_by`, otherwise they go on. It goes through with what it began to end,
   * unless the next one does: `hand_over`.
   */
  Shutdown: {
    kind: 'Leaving',
    payload: v.object({
      reason: v.string(),
      cancel: v.optional(v.boolean(), false),
      asked_by: askedBy,
      grace_ms: graceMs,
      hand_over: v.optional(v.boolean()),
    }),
    answer: v.object({left_running: count, cancelled: count, left: outcome.entries.left, elsewhere}),
  },
} as const;

export type RequestName = keyof typeof REQUESTS;
export type Payload<R extends RequestName> = v.InferInput<(typeof REQUESTS)[R]['payload']>;
export type ParsedPayload<R extends RequestName> = v.InferOutput<(typeof REQUESTS)[R]['payload']>;
export type Answer<R extends RequestName> = v.InferOutput<(typeof REQUESTS)[R]['answer']>;

export type StreamName = keyof typeof STREAMS;
export type StreamPayload<S extends StreamName> = v.InferInput<(typeof STREAMS)[S]['payload']>;
export type ParsedStreamPayload<S extends StreamName> = v.InferOutput<(typeof STREAMS)[S]['payload']>;
export type StreamFrame<S extends StreamName> = v.InferOutput<(typeof STREAMS)[S]['frame']>;

export type LogRecord = v.InferOutput<typeof logRecord>;
export type PendingText = v.InferOutput<typeof pendingText>;
/** A job that is not closed, as its coordinator has it. The lower door: readers are shown a `JobView` (src/jobs), made from rows and files. */
export type WireJob = v.InferOutput<typeof listedJob>;
export type WireSubmission = Payload<'Submit'>;
export type Outcome = Answer<'Wait'>;
export type Queue = Answer<'GetQueue'>;
export type Groups = Answer<'GetGroups'>['groups'];
export type RemovalAnswer = Answer<'RemoveJobs'>;
export type WirePass = Answer<'Prune'>['repos'][number];
export type Health = Answer<'Health'>;
