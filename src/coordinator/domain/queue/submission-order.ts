/**
 * In which order jobs were submitted. Within a repository their numbers tell: the clock may have been put back since.
 * Pure.
 */
import type {JobSummary} from '../job/job.ts';
import type {JobSpec, SpecSummary} from '../job/job-spec.ts';

/** Compares specs of one repository, oldest first. Those without a number come first: an earlier version wrote them. */
export function bySubmission(a: SpecSummary, b: SpecSummary): number {
  return (
    a.number - b.number ||
    a.invocation.createdAt - b.invocation.createdAt ||
    byText(a.invocation.id, b.invocation.id) ||
    byText(a.name, b.name) ||
    a.attempt - b.attempt
  );
}

/**
 * `specs`, in the order of their submission, where those without a number have the numbers right below the others: the
 * same that the migration gave their rows.
 */
export function withNumbers(specs: readonly JobSpec[]): JobSpec[] {
  const without = specs.filter(({number}) => number === 0).length;
  const first = (specs[without]?.number ?? without + 1) - without;
  return specs.map((spec, at) => (at < without ? {...spec, number: first + at} : spec));
}

/**
 * Jobs of several repositories, each one's in the order of submission, as one queue. There is no number across
 * repositories, so the time of submission decides there. A job counts as no later than those behind it in its own
 * repository: when the clock was put back between them, it was the clock that was late.
 */
export function queueOrder<J extends JobSummary>(jobs: readonly J[]): J[] {
  const earliest = new Map<string, number>();
  const timed = jobs.toReversed().map(job => {
    const {repo, invocation} = job.spec;
    const at = Math.min(invocation.createdAt, earliest.get(repo) ?? Number.POSITIVE_INFINITY);
    earliest.set(repo, at);
    return {job, at};
  });
  return timed
    .reverse()
    .sort((a, b) => a.at - b.at)
    .map(({job}) => job);
}

function byText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
