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
  skipped: 'ended',
  timed_out: 'ended',
} as const;

type StatusIn<Stage> = {
  [S in keyof typeof STATUSES]: (typeof STATUSES)[S] extends Stage ? S : never;
}[keyof typeof STATUSES];

/** Of a job whose command may run yet, or runs. */
export type OpenStatus = StatusIn<'open'>;

/** Of a job whose command will not run any more. */
export type EndedStatus = StatusIn<'ended'>;

export type JobStatus = OpenStatus | EndedStatus;

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

/** Of jobs that have not ended, in this version or a later one. */
export const GOING_ON: readonly StatusWord[] = [...wordsOf('open'), 'paused'];

/** Ends that are no success and that nobody wished, in this version or a later one. */
export const FAILED: readonly StatusWord[] = ['failed', 'crashed', 'timed_out'];

/** Whether it is one of these, or one that a later version than this wrote, of which it may be the same. */
export function isFailure(status: string): boolean {
  return !isStatusWord(status) || FAILED.includes(status);
}

type StatusWord = keyof typeof STATUSES;

function wordsOf(stage: (typeof STATUSES)[StatusWord]): StatusWord[] {
  return (Object.keys(STATUSES) as StatusWord[]).filter(word => STATUSES[word] === stage);
}

/** How a job ends that nobody and nothing has ended. */
export const ENDED_BY_ITSELF: readonly string[] = ['completed', 'failed', 'crashed'];
