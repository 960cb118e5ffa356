/** Groups of jobs, as settings, configurations and command lines name them. */

/** More at once is nobody's wish. */
export const MOST_PARALLEL = 10_000;

/** Whether a text can name a group: it stands in settings, in lists and on command lines. */
export function isGroupName(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text);
}

/** Whether so many jobs can be allowed to run at once. */
export function isLimit(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MOST_PARALLEL;
}

/** In words, what a name of a group has to be. */
export const GROUP_NAME_RULE =
  'letters, digits, dots, dashes and underscores, at most 64, a letter or digit first';
