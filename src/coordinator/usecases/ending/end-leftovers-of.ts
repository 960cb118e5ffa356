import {type JobKey, keyText, type ProcessSpace, StintError, whereIs} from '../../../base/index.ts';
import {isEnded, type JobSummary, keyOf, runsElsewhere} from '../../domain/index.ts';
import {type FindJob, knownJob} from '../known-job.ts';
import type {Supervisor} from '../supervisor.ts';
import type {EndedLeftovers, EndLeftovers} from './end-leftovers.ts';

export interface EndLeftoversOfParts {
  readonly find: FindJob;
  readonly supervisor: Pick<Supervisor, 'findLeft' | 'isGone' | 'endings' | 'run'>;
  readonly leftovers: Pick<EndLeftovers, 'end'>;
  /** Where a job was started, also one that is closed; undefined where it never was, or an earlier version recorded it. */
  readonly startedIn: (key: JobKey) => ProcessSpace | undefined;
}

/**
 * Ends what a job left behind, once what a cancel ends of it is gone; `here` is where this coordinator runs. Rejects with
 * `JOB_NOT_FOUND`, with `BAD_REQUEST` for one that has not ended, and with `RUNS_ELSEWHERE`.
 */
export async function endLeftoversOf(
  {find, supervisor, leftovers, startedIn}: EndLeftoversOfParts,
  key: JobKey,
  graceMs: number,
  here: ProcessSpace,
): Promise<EndedLeftovers> {
  const job = knownJob(find, key);
  const known = supervisor.findLeft(keyOf(job.spec));
  if (known !== undefined) throw runsElsewhere(job.spec.name, known);
  refuseUnlessEnded(job);
  refuseOfOtherPlace(job, startedIn(keyOf(job.spec)), here);
  if (!supervisor.isGone(key))
    await new Promise<void>(resolve => void supervisor.endings.gone.add(keyText(key), () => resolve()));
  return leftovers.end(job, supervisor.run(key), graceMs);
}

/** Of one that has not ended nothing is left behind. */
function refuseUnlessEnded({spec: {name}, state}: JobSummary): void {
  if (isEnded(state)) return;
  throw new StintError('BAD_REQUEST', `${name} has not ended: CancelJob ends all of it.`);
}

/** Of one of another place the pids mean nothing here. */
function refuseOfOtherPlace(
  {spec: {name}}: JobSummary,
  space: ProcessSpace | undefined,
  here: ProcessSpace,
): void {
  const whereabouts = space && whereIs(space, here);
  if (space !== undefined && (whereabouts === 'beside' || whereabouts === 'elsewhere'))
    throw runsElsewhere(name, {space, whereabouts});
}
