/** What completion knows of the jobs that are there, and what it offers of them. */

import {fits, isWorktree, parseAddress} from '../../coordinator/domain/index.ts';
import {addressText} from '../../jobs/index.ts';
import type {Candidate} from './candidate.ts';

export interface KnownJob {
  readonly invocation: string;
  readonly name: string;
  readonly attempt: number;
  readonly worktree: string | null;
  readonly branch: string | null;
  readonly hook: string | null;
  readonly by: string | null;
  readonly tags: readonly string[];
  /** It may not have ended. */
  readonly isOpen: boolean;
  /** Its status and age, for people. */
  readonly about: () => string;
}

/** Jobs, newest first, as addresses that begin with what is typed or may. `here`: the worktree; names mean its jobs first. */
export function addresses(typed: string, jobs: readonly KnownJob[], here: string | undefined): Candidate[] {
  const colon = typed.lastIndexOf(':');
  if (colon >= 0) return addressesBehind(typed.slice(0, colon), jobs);
  return [
    ...names(hereFirst(jobs, here).filter(isNamed)),
    ...jobs.map(byInvocation),
    ...worktreesOf(jobs, ':'),
  ];
}

/** The same of jobs that a command is to end: a name alone must mean one in this worktree, and only one. */
export function openAddresses(
  typed: string,
  jobs: readonly KnownJob[],
  here: string | undefined,
): Candidate[] {
  const open = jobs.filter(({isOpen}) => isOpen);
  if (typed.includes(':')) return addresses(typed, open, here);
  const those = open.filter(job => job.worktree === here);
  const alone = those.filter(({name}) => those.filter(each => each.name === name).length === 1);
  return [...names(alone.filter(isNamed)), ...open.map(byInvocation), ...worktreesOf(open, ':')];
}

export function names(jobs: readonly KnownJob[]): Candidate[] {
  return jobs.map(({name, about}) => ({value: name, about}));
}

export function invocations(jobs: readonly KnownJob[]): Candidate[] {
  return jobs.map(({invocation, name, about}) => ({value: invocation, about: () => `${name}, ${about()}`}));
}

export function tags(jobs: readonly KnownJob[]): Candidate[] {
  return jobs.flatMap(({tags: all, name, about}) =>
    all.map(value => ({value, about: () => `${name}, ${about()}`})),
  );
}

export function hooks(jobs: readonly KnownJob[]): Candidate[] {
  return jobs.flatMap(({hook, name, about}) =>
    hook === null ? [] : [{value: hook, about: () => `${name}, ${about()}`}],
  );
}

export function submitters(jobs: readonly KnownJob[]): Candidate[] {
  return jobs.flatMap(({by, name, about}) =>
    by === null ? [] : [{value: by, about: () => `${name}, ${about()}`}],
  );
}

/** Branches, then paths. */
export function worktrees(jobs: readonly KnownJob[]): Candidate[] {
  const paths = jobs.flatMap(({worktree, branch}) =>
    worktree === null ? [] : [{value: worktree, about: () => branch ?? ''}],
  );
  return [...worktreesOf(jobs, ''), ...paths];
}

export function hereFirst(jobs: readonly KnownJob[], here: string | undefined): KnownJob[] {
  return [
    ...jobs.filter(({worktree}) => worktree === here),
    ...jobs.filter(({worktree}) => worktree !== here),
  ];
}

function worktreesOf(jobs: readonly KnownJob[], end: '' | ':'): Candidate[] {
  return jobs.flatMap(({branch, worktree}) => {
    if (branch === null) return [];
    const about = () => worktree ?? '';
    return [end === '' ? {value: branch, about} : {value: `${branch}:`, about, isOpen: true as const}];
  });
}

/** `head`: a worktree, an invocation, or both. */
function addressesBehind(head: string, jobs: readonly KnownJob[]): Candidate[] {
  const inHead = jobs.filter(job => isPlain(job) && fits(parseAddress(`${head}:${job.name}`), job));
  const ofWorktree = jobs.filter(job => isWorktree(job, head));
  return [
    ...inHead.map(({name, about}) => ({value: `${head}:${name}`, about})),
    ...ofWorktree.map(job => ({...byInvocation(job), value: `${head}:${byInvocation(job).value}`})),
  ];
}

function byInvocation(job: KnownJob): Candidate {
  const {invocation, name, attempt, about} = job;
  if (!isPlain(job)) return {value: invocation, about: () => `${name}, ${about()}`};
  return {value: `${addressText(invocation, name)}${attempt === 1 ? '' : `@${attempt}`}`, about};
}

function isPlain({invocation, name}: KnownJob): boolean {
  return addressText(invocation, name) !== invocation;
}

/** Whether its name alone is an address. */
function isNamed(job: KnownJob): boolean {
  return isPlain(job) && !job.name.startsWith('-') && parseAddress(job.name).eitherWay === undefined;
}
