/** Removes the oldest events of recorded sessions and of other topics: those whose time is over or for which there is no room. */
import {type EventLimits, reasonOf} from '../../../base/index.ts';
import {bytesAfter, hasLeapt, type TopicCut, topicPlan} from '../../domain/index.ts';
import type {FailedRemoval, KeptEvents} from '../../ports/index.ts';

export interface EventPrunerOptions {
  readonly kept: KeptEvents;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** What a pass did. */
export interface EventPass {
  readonly cuts: readonly TopicCut[];
  readonly freedBytes: number;
  /** What the sessions, and the other topics, take that are left. */
  readonly sessionBytes: number;
  readonly topicBytes: number;
  /** What held; undefined where that is not known. */
  readonly limits?: EventLimits | undefined;
  readonly isClockDoubtful: boolean;
  /** What was left alone or is still there, and why. */
  readonly failed: readonly FailedRemoval[];
  /** Why nothing could be looked at at all. */
  readonly problem?: unknown;
}

export const NO_EVENT_PASS: EventPass = {
  cuts: [],
  freedBytes: 0,
  sessionBytes: 0,
  topicBytes: 0,
  isClockDoubtful: false,
  failed: [],
};

export class EventPruner {
  readonly #options: EventPrunerOptions;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: EventPrunerOptions) {
    this.#options = options;
  }

  /** One pass after the other. Never rejects. `limits` in the place of what is set. */
  prune(limits?: EventLimits): Promise<EventPass> {
    const pass = this.#last.then(async () => {
      try {
        return await this.#prune(limits);
      } catch (problem) {
        return {...NO_EVENT_PASS, problem};
      }
    });
    this.#last = pass;
    return pass;
  }

  async #prune(given: EventLimits | undefined): Promise<EventPass> {
    const {kept, now} = this.#options;
    const limits = given ?? (await kept.limits());
    const {topics, failed: unseen} = await kept.lookAround();
    const at = now();
    const isClockDoubtful = hasLeapt(kept.lastPass()?.at_ms, at);
    const plan = topicPlan(topics, {...limits, now: at, isClockDoubtful});
    const {done, failed: uncut} = await kept.cut(plan.cuts);
    const failed = [...unseen, ...uncut];
    const ofSessions = done.filter(({isSession}) => isSession);
    const bytes = bytesAfter(plan, done);
    try {
      kept.record({
        at_ms: at,
        sessions: topicCount(ofSessions),
        topics: topicCount(done) - topicCount(ofSessions),
        freed_bytes: bytes.freedBytes,
        failed: failed.length,
      });
    } catch (error) {
      failed.push({path: 'the note of this pass', reason: reasonOf(error)}); // what it did is told all the same
    }
    return {cuts: done, ...bytes, limits, isClockDoubtful, failed};
  }
}

/** What did not go as it should, in words. */
export function eventTroubles({failed, problem}: EventPass): string[] {
  const reasons = failed.map(({path, reason}) => `${path}: ${reason}`);
  return problem === undefined ? reasons : [reasonOf(problem), ...reasons];
}

/** A topic may be cut twice, for each reason once. */
function topicCount(cuts: readonly TopicCut[]): number {
  return new Set(cuts.map(({place, topic}) => `${place} ${topic}`)).size;
}
