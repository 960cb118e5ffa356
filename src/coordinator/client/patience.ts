/** How long, and how often, a client tries. */
import type {RetryPolicy} from './retry.ts';

/** How long a coordinator that was just started may take to be there. */
export const START_MS = 10_000;
/** After so long without one it is asked whether the one that there is can be reached at all. */
export const ELSEWHERE_MS = 500;
export const HEALTH_MS = 5000;

const MOST_RESTARTS = 20;
/** Coordinators that die of something: after some of them there is room for others in between. */
export const FOR_EVER: RetryPolicy = {atOnce: MOST_RESTARTS - 1, restMs: 200};
export const FOR_LONG: RetryPolicy = {...FOR_EVER, most: MOST_RESTARTS};
/** Another one holds the lock and is about to listen, or about to leave. */
export const STARTING: RetryPolicy = {restMs: 5, longestRestMs: 200, withinMs: START_MS};
/** More want to connect at once than may wait in line. */
export const CROWD: RetryPolicy = {restMs: 20, withinMs: START_MS};
