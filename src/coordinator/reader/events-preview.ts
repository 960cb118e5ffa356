/** What a pass over recorded sessions and topics would do now: the same decision about the same things, and nothing is written. */
import type {Clock, EventLimits} from '../../base/index.ts';
import {keptEvents} from '../adapters/index.ts';
import {bytesAfter, hasLeapt, type TopicCut, topicPlan} from '../domain/index.ts';
import type {FailedRemoval} from '../ports/index.ts';

export interface EventsPreview {
  readonly limits: EventLimits;
  readonly cuts: readonly TopicCut[];
  readonly freedBytes: number;
  /** What the sessions, and the other topics, will take then. */
  readonly sessionBytes: number;
  readonly topicBytes: number;
  readonly isClockDoubtful: boolean;
  /** What cannot be looked at. */
  readonly failed: readonly FailedRemoval[];
}

/** What is set for sessions and topics. Rejects with `USAGE` where a setting cannot be. */
export function eventLimits(state: string): Promise<EventLimits> {
  return keptEvents(state).limits();
}

/** Rejects likewise. */
export async function previewEvents(state: string, clock: Clock): Promise<EventsPreview> {
  const kept = keptEvents(state);
  const limits = await kept.limits();
  const {topics, failed} = await kept.lookAround();
  const now = clock.now();
  const isClockDoubtful = hasLeapt(kept.lastPass()?.at_ms, now);
  const plan = topicPlan(topics, {...limits, now, isClockDoubtful});
  return {limits, cuts: plan.cuts, ...bytesAfter(plan, plan.cuts), isClockDoubtful, failed};
}
