/** Ends the jobs that somebody means, and tells which; those of other places are told, and left alone. */
import type {JobKey, Moment} from '../../../base/index.ts';
import {
  type CancelFilter,
  cancelMatch,
  type Job,
  type JobSummary,
  keyOf,
  mayActOn,
  type NamedProcess,
} from '../../domain/index.ts';
import type {JobLedger, Worktrees} from '../../ports/index.ts';
import {attemptBehind} from '../last-attempt.ts';
import type {Supervisor} from '../supervisor.ts';
import type {LeftJob} from '../taking-over/left-jobs.ts';

export interface CancelJobsParts {
  readonly ledger: Pick<JobLedger, 'find' | 'flush'>;
  readonly supervisor: Pick<Supervisor, 'cancel' | 'find' | 'jobs' | 'leftJobs' | 'isOpen'>;
  readonly worktrees: Worktrees;
}

/** A job that was left alone, because whether the wish means it is not known, and why. */
export interface UnsureJob {
  readonly job: Job;
  readonly reason: string;
}

export interface CancelWish {
  readonly graceMs: number;
  /** Whose jobs are meant alone; null for those of all. */
  readonly asker: string | null;
}

export interface CancelledFitting extends CancelledJobs {
  readonly elsewhere: readonly LeftJob[];
  /** Left alone, because they are not of who asks. */
  readonly others: readonly Job[];
  readonly unsure: readonly UnsureJob[];
}

export interface CancelledJobs {
  /** Of which there was anything to end. */
  readonly keys: readonly JobKey[];
  /** Processes of theirs that may not be signalled. */
  readonly refused: readonly NamedProcess[];
}

/** Resolves once they were signalled and that is stored; see `Supervisor.cancel`. */
export async function cancelJobs(
  {ledger, supervisor}: Omit<CancelJobsParts, 'worktrees'>,
  jobs: readonly JobSummary[],
  graceMs: number,
): Promise<CancelledJobs> {
  const openAttempt = (key: JobKey): JobKey => {
    const behind = attemptBehind(key);
    return supervisor.isOpen(key) || ledger.find(behind) === undefined ? key : openAttempt(behind);
  };
  // Whoever means a job means the attempt that goes on, also where the one that was named has ended meanwhile.
  const meant = jobs.map(({spec}) => openAttempt(keyOf(spec)));
  const hit = await Promise.all(meant.map(key => supervisor.cancel(key, graceMs)));
  const keys = meant.filter((_, at) => hit[at]);
  await ledger.flush();
  return {keys, refused: keys.flatMap(key => supervisor.find(key)?.refused ?? [])};
}

/** The same for all that fit, with those of other places that the wish means as well, those of others, and those of which that is not known. */
export async function cancelFitting(
  parts: CancelJobsParts,
  filter: CancelFilter,
  {graceMs, asker}: CancelWish,
  now: () => Moment,
): Promise<CancelledFitting> {
  const {supervisor, worktrees} = parts;
  const fitting = cancelMatch(filter, supervisor.jobs, now()).map(job => {
    return {job, standing: filter.gone ? worktrees.standing(job) : 'gone'};
  });
  const sure = fitting.flatMap(({job, standing}) => (standing === 'gone' ? [job] : []));
  const others = sure.filter(({spec}) => !mayActOn(asker, spec.by));
  const meant = sure.filter(({spec}) => mayActOn(asker, spec.by));
  const unsure = fitting.flatMap(({job, standing}) =>
    typeof standing === 'string' ? [] : [{job, reason: standing.unsure}],
  );
  const cancelled = await cancelJobs(parts, meant, graceMs);
  const elsewhere = fittingElsewhere(supervisor.leftJobs, filter, now());
  return {
    ...cancelled,
    elsewhere: filter.gone ? elsewhere.filter(({job}) => worktrees.standing(job) !== 'there') : elsewhere,
    others,
    unsure,
  };
}

/** Those of other places that a wish to cancel means as well. */
export function fittingElsewhere(
  left: readonly LeftJob[],
  filter: CancelFilter,
  now: Moment,
): readonly LeftJob[] {
  return left.filter(({job}) => cancelMatch(filter, [job], now).length > 0);
}
