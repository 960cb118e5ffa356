/**
 * How people name jobs: `[worktree:][invocation[.attempt]:]job[@attempt]`, or an invocation's prefix alone.
 * Parsing tells what a text may mean; matching decides against the jobs that exist. Both are pure.
 */
export interface Address {
  /** As it was given, for messages. */
  readonly text: string;
  readonly worktree?: string;
  /** A prefix of an invocation id. */
  readonly invocation?: string;
  readonly job?: string;
  readonly attempt?: number;
  /** The text is one word that could be a prefix of an invocation id as well as a job's name. */
  readonly eitherWay?: true;
}

/** What a match needs to know of a job, newest invocation first where it stands in a list. */
export interface Addressable {
  readonly invocation: string;
  readonly name: string;
  readonly attempt: number;
  readonly worktree: string | null;
  readonly branch: string | null;
}

export type Match<T> =
  | {
      readonly kind: 'jobs';
      readonly jobs: readonly T[];
      /** No such job is in the current worktree: this one is of another. */
      readonly isElsewhere?: true;
      /** They have ended, and these of other worktrees have not. */
      readonly others?: readonly T[];
    }
  | {readonly kind: 'none'}
  /** With `isElsewhere` not for their number, but because all are of other worktrees. */
  | {readonly kind: 'ambiguous'; readonly candidates: readonly T[]; readonly isElsewhere?: true};

const HEX = /^[0-9a-f]{2,12}$/;

export function parseAddress(text: string): Address {
  const parts = text.split(':');
  const last = parts.pop() ?? '';
  if (parts.length === 0) {
    const [prefix, attempt] = splitAttempt(last, '.');
    if (HEX.test(prefix)) return {text, invocation: prefix, job: last, eitherWay: true, ...attempt};
    return {text, ...jobPart(last)};
  }
  const [prefix, attempt] = splitAttempt(parts.at(-1) ?? '', '.');
  if (HEX.test(prefix)) {
    const worktree = parts.slice(0, -1).join(':');
    return {text, ...(worktree === '' ? {} : {worktree}), invocation: prefix, ...attempt, ...jobPart(last)};
  }
  const worktree = parts.join(':');
  if (HEX.test(last)) return {text, worktree, invocation: last};
  return {text, worktree, ...jobPart(last)};
}

/**
 * The jobs that an address means to a command that reads. `jobs` are all that exist, newest invocation first. A job's name
 * without invocation means its newest run, in `here` (the current worktree) if it ever ran there. Of several attempts
 * the last one counts.
 */
export function matchAddress<T extends Addressable>(
  address: Address,
  jobs: readonly T[],
  here?: string,
): Match<T> {
  if (address.eitherWay) {
    const [byId, byName] = readings(address).map(reading => matchAddress(reading, jobs, here));
    return eitherOf(byId, byName);
  }
  const fitting = jobs.filter(job => fits(address, job));
  const latest = address.attempt === undefined ? latestAttempts(fitting) : fitting;
  if (latest.length === 0) return {kind: 'none'};
  if (address.invocation !== undefined) {
    return invocationsOf(latest) === 1
      ? {kind: 'jobs', jobs: latest}
      : {kind: 'ambiguous', candidates: latest};
  }
  if (address.job === undefined) return {kind: 'ambiguous', candidates: latest};
  const [newest] = latest;
  if (newest === undefined) return {kind: 'none'};
  if (here === undefined || address.worktree !== undefined) return {kind: 'jobs', jobs: [newest]};
  const newestHere = latest.find(job => job.worktree === here);
  if (newestHere === undefined) return {kind: 'jobs', jobs: [newest], isElsewhere: true};
  return {kind: 'jobs', jobs: [newestHere]};
}

/** The two addresses that one with `eitherWay` may be: an invocation's, a name. */
export function readings({text, invocation, job, attempt}: Address): [Address, Address] {
  const byId = {text, ...(invocation === undefined ? {} : {invocation}), ...withAttempt(attempt)};
  return [byId, {text, ...jobPart(job ?? text)}];
}

/** What is meant where only one of two readings means something, or both the same job. */
export function eitherOf<T>(byId: Match<T> = NONE, byName: Match<T> = NONE): Match<T> {
  if (byName.kind === 'none') return byId;
  if (byId.kind === 'none') return byName;
  const candidates = [...new Set([...meantBy(byId), ...meantBy(byName)])];
  return candidates.length === 1 ? byName : {kind: 'ambiguous', candidates};
}

const NONE = {kind: 'none'} as const;

function meantBy<T>(match: Match<T>): readonly T[] {
  return match.kind === 'jobs' ? match.jobs : match.kind === 'ambiguous' ? match.candidates : [];
}

/** Whether the job has all that the address names. */
export function fits(address: Address, job: Addressable): boolean {
  return (
    (address.worktree === undefined || isWorktree(job, address.worktree)) &&
    (address.invocation === undefined || job.invocation.startsWith(address.invocation)) &&
    (address.job === undefined || job.name === address.job) &&
    (address.attempt === undefined || job.attempt === address.attempt)
  );
}

function jobPart(text: string): {job: string; attempt?: number} {
  const [job, attempt] = splitAttempt(text, '@');
  return {job, ...attempt};
}

function splitAttempt(text: string, mark: string): [string, {attempt?: number}] {
  const at = text.lastIndexOf(mark);
  const digits = text.slice(at + 1);
  if (at <= 0 || !/^[1-9]\d{0,5}$/.test(digits)) return [text, {}];
  return [text.slice(0, at), {attempt: Number(digits)}];
}

function withAttempt(attempt: number | undefined): {attempt?: number} {
  return attempt === undefined ? {} : {attempt};
}

/** A worktree is named by its path, the end of its path, or the branch it was on. */
export function isWorktree(job: Pick<Addressable, 'worktree' | 'branch'>, wanted: string): boolean {
  if (job.branch === wanted) return true;
  const path = wanted.replace(/\/+$/, ''); // shells complete the name of a directory with a slash
  if (path === '' || job.worktree === null) return false;
  return job.worktree === path || (!path.startsWith('/') && job.worktree.endsWith(`/${path}`));
}

/** Of several attempts of a job the last. */
export function latestAttempts<T extends Addressable>(jobs: readonly T[]): T[] {
  const latest = new Map<string, T>();
  for (const job of jobs) {
    const key = `${job.invocation}/${job.name}`;
    const known = latest.get(key);
    if (known === undefined || known.attempt < job.attempt) latest.set(key, job);
  }
  return [...latest.values()];
}

function invocationsOf(jobs: readonly Addressable[]): number {
  return new Set(jobs.map(job => job.invocation)).size;
}
