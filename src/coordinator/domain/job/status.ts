/**
 * Every status of a job. This is the only list: whatever goes by a status is typed by it, so that one that is added here
 * does not compile until each of these places has an answer.
 */
export const STATUSES = {
  queued: 'open',
  running: 'open',
  cancelling: 'open',
  completed: 'ended',
  failed: 'ended',
  cancelled: 'ended',
  crashed: 'ended',
  paused: 'reserved',
  skipped: 'reserved',
  timed_out: 'reserved',
} as const;

type StatusIn<Stage> = {
  [S in keyof typeof STATUSES]: (typeof STATUSES)[S] extends Stage ? S : never;
}[keyof typeof STATUSES];

/** Of a job whose command may run yet, or runs. */
export type OpenStatus = StatusIn<'open'>;

/** Of a job whose command will not run any more. */
export type EndedStatus = StatusIn<'ended'>;

export type JobStatus = OpenStatus | EndedStatus;

/** Whether it tells of an end that is no success and that nobody wished; also of a status that a later version wrote. */
export function isFailure(status: string): boolean {
  return !isStatusWord(status) || Object.hasOwn(FAILURES, status);
}

const FAILURES = {failed: true, crashed: true, timed_out: true} satisfies Partial<
  Record<keyof typeof STATUSES, true>
>;

export function isEndedStatus(status: JobStatus): status is EndedStatus {
  return STATUSES[status] === 'ended';
}

/** The status that a text names; undefined where this version does not know it, or leaves it to later ones. */
export function parseStatus(text: string): JobStatus | undefined {
  return isStatusWord(text) && STATUSES[text] !== 'reserved' ? (text as JobStatus) : undefined;
}

/** Whether it is a status in this version or a later one. */
export function isStatusWord(text: string): text is keyof typeof STATUSES {
  return Object.hasOwn(STATUSES, text);
}
