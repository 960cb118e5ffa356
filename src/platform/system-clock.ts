import type {Clock} from '../base/index.ts';

/** The wall clock of this machine. The only place that reads it. */
export const systemClock: Clock = {now: () => Date.now()};
