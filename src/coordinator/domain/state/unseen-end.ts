/** The end of a job that nobody saw and its wrapper did not write: what is known of it all the same. Pure. */

/** Two moments, the earlier one first, Unix milliseconds. */
export type Bounds = readonly [number, number];

/** It lies between two moments; or it was seen to go on, without its wrapper; or nothing is known. */
export type UnseenEnd = Bounds | 'still-runs' | 'unknown';

/** Why nobody knows how a job ended. */
export type LostBy = 'wrapper' | 'reboot' | 'machine' | 'directory';

/** The same in words. `isGone`: nothing of it is there any more. */
export function lostText(by: LostBy, isGone: boolean): string {
  if (by !== 'wrapper') return LOST[by];
  return isGone ? `${LOST_WRAPPER}: how the command ended cannot be known` : `${LOST_WRAPPER}: ${MAY_RUN}`;
}

const LOST: Readonly<Record<Exclude<LostBy, 'wrapper'>, string>> = {
  reboot: 'the machine was restarted while it ran; how it ended cannot be known',
  machine: 'the machine that it ran on was given up; how it ended cannot be known',
  directory: 'its directory is gone, so whether and how it ended cannot be known',
};
/** Of its command nobody knows: it had the wrapper for a parent and does not need it. */
const LOST_WRAPPER = 'its wrapper was killed before it could write the exit code';
const MAY_RUN = 'how the command ends cannot be known, and it may still run';

/** What a restart of the machine ended, ended before that: until when it can have, where that is not now. */
export function latestEnd(by: LostBy, aliveAt: number | undefined, bootedAt: number): number | undefined {
  return by === 'reboot' && aliveAt !== undefined && aliveAt <= bootedAt ? bootedAt : undefined;
}

/** What is known of an end between these moments, as far as they are any. */
export function endBetween(from: number | undefined, to: number): UnseenEnd {
  return from === undefined || from > to ? 'unknown' : [from, to];
}

/** Undefined for what are no bounds. */
export function parseBounds(value: unknown): Bounds | undefined {
  if (!Array.isArray(value) || value.length !== 2) return undefined;
  const [from, to] = value as readonly unknown[];
  return isTime(from) && isTime(to) && from <= to ? [from, to] : undefined;
}

function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
