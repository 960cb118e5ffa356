/** Whether the coordinator removes what is old by itself, and what its log says of it. */
import {messageOf} from '../../base/index.ts';
import {environment} from '../../platform/index.ts';
import {eventTroubles} from '../usecases/index.ts';
import type {DailyPass} from './parts/daily-prune.ts';

/** Whether who started this coordinator wants it to remove old jobs by itself. */
export function wantsDailyPrune(): boolean {
  return !isSet(environment().CI) && !isSet(environment().STINT_NO_AUTO_PRUNE);
}

/** What the coordinator's log says of the passes over all repositories, and over sessions and topics. */
export function passFields({passes, events}: DailyPass): Record<string, number> {
  const freed = passes.reduce((sum, {freedBytes}) => sum + freedBytes, 0);
  const jobs = passes.reduce((sum, {evictions}) => sum + evictions.length, 0);
  return {
    repositories: passes.length,
    jobs,
    freed_bytes: freed,
    cut_topics: events.cuts.length,
    cut_bytes: events.freedBytes,
  };
}

/** What did not go as it should, as one error; undefined where all did. */
export function passTrouble({passes, events}: DailyPass): Error | undefined {
  const reasons = passes.flatMap(({repo, problem, failed}) => [
    ...(problem === undefined ? [] : [`${repo}: ${messageOf(problem)}`]),
    ...failed.map(({path, reason}) => `${path}: ${reason}`),
  ]);
  const [first, ...others] = [...reasons, ...eventTroubles(events)];
  if (first === undefined) return undefined;
  return new Error(others.length === 0 ? first : `${first} (and ${others.length} more)`);
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false'].includes(value.toLowerCase());
}
