/** What can be asked about how many jobs run at once, which wait, and for what. */
import * as v from 'valibot';

import {MOST_PARALLEL} from '../../base/index.ts';
import {QUEUE_ENDS} from '../domain/index.ts';
import {count, groupName, jobKey, nothing, repoId} from './values.ts';

/** Why a job waits: `limit`, `group`, `held`, `need`, `attempt` or `backoff`. Earlier versions do not tell, later ones may have more. */
const waitingReason = v.object({
  why: v.string(),
  group: v.optional(v.string()),
  limit: v.optional(count),
  /** Jobs that have to end first, not more than some, and how many there are. */
  needs: v.optional(v.array(v.object({invocation: v.string(), name: v.string(), end: v.string()}))),
  needs_count: v.optional(count),
  until_ms: v.optional(count),
});

/** The queue of all repositories, as far as somebody asks about it. */
export const queue = v.object({
  parallel: count,
  /** How many have a place, and how many wait. */
  running: count,
  queued: count,
  /** Why nothing can be started for now; null where places are all that is lacking. */
  held: v.nullable(v.string()),
  /** Jobs that have a place, in the order in which they got it; not more than some. */
  running_jobs: v.array(v.object({...jobKey.entries, directory: v.string()})),
  /** Of the jobs that are asked about those that wait; not more than some. The position counts from 1. */
  waiting: v.array(v.object({...jobKey.entries, position: count, reason: v.optional(waitingReason)})),
});

/** A group: how many of its jobs may run at once, how many do, and how many wait for whatever it is. */
const group = v.object({
  name: v.string(),
  /** Null of one that has no limit any more, and jobs that have not ended. */
  parallel: v.nullable(count),
  /** Who says so: `set` by `SetGroup`, or `configuration` of whoever submitted last; null where nobody does. */
  source: v.nullable(v.string()),
  running: count,
  waiting: count,
});

/** How many jobs may run at once. */
const limit = v.pipe(count, v.minValue(1), v.maxValue(MOST_PARALLEL));

/** What the configuration of whoever asks says of groups; the last one counts. */
export const configuredGroups = v.record(groupName, limit);

/** The requests, by their names, as `REQUESTS` has them. */
export const QUEUE_REQUESTS = {
  /** How many jobs may run at once, how many do, and how many wait; earlier versions tell only the first. */
  GetParallel: {
    kind: 'Parallel',
    payload: nothing,
    answer: v.object({parallel: count, running: v.optional(count), queued: v.optional(count)}),
  },
  SetParallel: {
    kind: 'Parallel',
    payload: v.object({parallel: v.pipe(count, v.minValue(1))}),
    answer: v.object({parallel: count}),
  },
  /** Which jobs wait for their turn, of a repository or of all, and for what. */
  GetQueue: {kind: 'Queue', payload: v.object({repo: v.optional(repoId)}), answer: queue},
  /** Every group that has a limit, or a job that has not ended, by name. */
  GetGroups: {
    kind: 'Groups',
    payload: v.object({configured: v.optional(configuredGroups)}),
    answer: v.object({groups: v.array(group)}),
  },
  /**
   * How many jobs of a group may run at once, from now on and for every coordinator to come; null takes the group away. An
   * earlier version does not know it, and would take a limit that is asked for of `SetParallel` for that of all jobs.
   */
  SetGroup: {
    kind: 'Groups',
    payload: v.object({group: groupName, parallel: v.nullable(limit)}),
    answer: v.object({groups: v.array(group)}),
  },
  /** A queued job starts before or behind all others that wait, whatever their priorities. Tells where it stands then, from 1. */
  MoveJob: {
    kind: 'Moved',
    payload: v.object({job: jobKey, to: v.picklist(QUEUE_ENDS)}),
    answer: v.object({position: count}),
  },
} as const;
