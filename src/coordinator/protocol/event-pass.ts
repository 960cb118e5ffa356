/** What a pass over recorded sessions and topics did, and what held for it. */
import * as v from 'valibot';

import {type EventLimits, messageOf} from '../../base/index.ts';
import type {TopicCut} from '../domain/index.ts';
import {count} from './values.ts';

/** How long they are kept, and what all of them may take; null for good and for no limit. */
const kept = {retention_ms: v.nullable(count), max_bytes: v.nullable(count)};
export const wireLimits = v.object({sessions: v.object(kept), topics: v.object(kept)});

export const eventPass = v.object({
  /** Not all, where there are very many: `cut_count` is how many. */
  cut: v.array(
    v.object({
      /** `events.db`, `events` or `sessions` in the state directory. */
      place: v.string(),
      /** Or the name of a session's first file. */
      topic: v.string(),
      is_session: v.boolean(),
      /** Id of the newest event that goes; null for all of a session in files. */
      up_to: v.nullable(count),
      why: v.picklist(['age', 'size']),
      age_ms: count,
      frees_bytes: count,
    }),
  ),
  cut_count: count,
  freed_bytes: count,
  sessions: v.object({...kept, used_bytes: count}),
  topics: v.object({...kept, used_bytes: count}),
  clock_doubtful: v.boolean(),
  failed: v.array(v.object({path: v.string(), reason: v.string()})),
  problem: v.nullable(v.string()),
});
export type WireEventPass = v.InferOutput<typeof eventPass>;
export type WireLimits = v.InferOutput<typeof wireLimits>;

export function limitsToWire({sessions, topics}: EventLimits): WireLimits {
  const toWire = ({retentionMs, maxBytes}: EventLimits['topics']) => ({
    retention_ms: retentionMs,
    max_bytes: maxBytes,
  });
  return {sessions: toWire(sessions), topics: toWire(topics)};
}

export function limitsFromWire({sessions, topics}: WireLimits): EventLimits {
  const fromWire = ({retention_ms, max_bytes}: WireLimits['topics']) => ({
    retentionMs: retention_ms,
    maxBytes: max_bytes,
  });
  return {sessions: fromWire(sessions), topics: fromWire(topics)};
}

/** Of more cuts or reasons only so many are told: what is told has to go into one answer. */
const MOST_TOLD = 1000;
const NO_LIMITS: EventLimits = {
  sessions: {retentionMs: null, maxBytes: null},
  topics: {retentionMs: null, maxBytes: null},
};

/** A pass that was made, or that would be. */
export interface ToldEventPass {
  readonly cuts: readonly TopicCut[];
  readonly freedBytes: number;
  readonly sessionBytes: number;
  readonly topicBytes: number;
  readonly limits?: EventLimits | undefined;
  readonly isClockDoubtful: boolean;
  readonly failed: readonly {readonly path: string; readonly reason: string}[];
  readonly problem?: unknown;
}

export function eventPassToWire(pass: ToldEventPass): WireEventPass {
  const {cuts, failed, problem} = pass;
  const limits = limitsToWire(pass.limits ?? NO_LIMITS);
  return {
    cut: cuts.slice(0, MOST_TOLD).map(({place, topic, isSession, upTo, why, ageMs, freesBytes}) => ({
      place,
      topic,
      is_session: isSession,
      up_to: place === 'sessions' ? null : upTo,
      why,
      age_ms: ageMs,
      frees_bytes: freesBytes,
    })),
    cut_count: cuts.length,
    freed_bytes: pass.freedBytes,
    sessions: {...limits.sessions, used_bytes: pass.sessionBytes},
    topics: {...limits.topics, used_bytes: pass.topicBytes},
    clock_doubtful: pass.isClockDoubtful,
    failed: failed.slice(0, MOST_TOLD).map(({path, reason}) => ({path, reason})),
    problem: problem === undefined ? null : messageOf(problem),
  };
}
