/** What is run again, and how: all that is known of it before a coordinator is asked. Refused here is what could not be run. */
import {hasCode, type InvocationId, pathText, plural, StintError, visible} from '../../base/index.ts';
import {
  type ByteString,
  type LeftWhy,
  type RetriedNeed,
  type RetrySet,
  retrySet,
  toBytes,
} from '../../coordinator/domain/index.ts';
import {checkExecutable, directoryProblem} from '../../platform/index.ts';
import {droppedVariables, readConfiguration} from '../../project/index.ts';
import {exactAddress} from '../address/address-text.ts';
import {elsewhereText} from '../elsewhere.ts';
import {environmentOf, type GivenEnvironment, searchPath} from '../submit/job-environment.ts';
import {jobSettings} from '../submit/job-settings.ts';
import type {WantedJob} from './choose-jobs.ts';
import {type EarlierRun, EarlierRuns} from './retried-runs.ts';

export interface PlannedJob {
  readonly run: EarlierRun;
  /** Of each: the job that is retried as well, or one that goes on. */
  readonly needs: readonly RetriedNeed[];
}

export interface RetryPlan {
  /** In the order of their submission; none where there is nothing to do. */
  readonly jobs: readonly PlannedJob[];
  /** Those that are not run again, and why, in words. */
  readonly left: readonly string[];
  readonly environment: GivenEnvironment;
  /** Who has them run again. */
  readonly by: string | null;
}

export interface RetryRequest {
  /** `NAME=value` by names, besides this process's environment. */
  readonly variables: ReadonlyMap<string, ByteString>;
  /** Who has them run again. Default: as for a job that is submitted. */
  readonly by?: string | null | undefined;
}

/**
 * Rejects with `BUSY` where one of the jobs goes on, `NO_MATCH`
 * where it is not known what was run, `USAGE` where jobs cannot be in one invocation, and `CWD_NOT_FOUND`,
 * `COMMAND_NOT_FOUND` and `COMMAND_NOT_EXECUTABLE`.
 */
export async function planRetry(
  state: string | undefined,
  wanted: readonly WantedJob[],
  {variables, by}: RetryRequest,
): Promise<RetryPlan> {
  const configuration = readConfiguration();
  const dropped = droppedVariables(await configuration);
  const plan = plannedBy(state, wanted, directory => environmentOf(variables, directory, dropped));
  return {...plan, by: (await jobSettings({by}, configuration)).by};
}

type Plan = Omit<RetryPlan, 'by'>;
type EnvironmentIn = (directory: string | undefined) => GivenEnvironment;

function plannedBy(
  state: string | undefined,
  wanted: readonly WantedJob[],
  environmentIn: EnvironmentIn,
): Plan {
  const [first] = wanted;
  if (state === undefined || first === undefined)
    return {jobs: [], left: [], environment: environmentIn(undefined)};
  refuseSeveralPlaces(wanted);
  const runs = new EarlierRuns(state, first.listed.repo);
  try {
    const chosen = wanted.flatMap(({listed, isNamed}) => {
      const job = runs.find(listed);
      return job === undefined ? [] : {job, isNamed};
    });
    return planOf(
      retrySet(chosen, need => foundNeed(runs, need)),
      environmentIn,
    );
  } finally {
    runs.close();
  }
}

/** Of one that is only needed it does not matter what was run. */
function foundNeed(
  runs: EarlierRuns,
  need: {invocation: InvocationId; name: string},
): EarlierRun | undefined {
  try {
    return runs.find(need);
  } catch (error) {
    if (hasCode(error, 'NO_MATCH')) return undefined;
    throw error;
  }
}

function planOf(set: RetrySet<EarlierRun>, environmentIn: EnvironmentIn): Plan {
  if (set.kind === 'going on') throw goesOn(set.jobs);
  if (set.kind === 'same name') throw sameName(set.jobs);
  const jobs = set.jobs
    .map(({job, needs}) => ({run: job, needs}))
    .sort((a, b) => a.run.spec.number - b.run.spec.number);
  const environment = environmentIn(jobs[0]?.run.spec.cwd);
  for (const {run} of jobs) refuseImpossible(run, environment);
  const left = set.left.map(({job, why}) => `${visible(exactAddress(job.listed))} ${LEFT[why]}`);
  return {jobs, left, environment};
}

const LEFT: Readonly<Record<LeftWhy, string>> = {
  completed: 'completed',
  'no failure': 'was skipped because what it waited for did not fail',
  'need removed': 'never started, and what it needs was removed',
};

function refuseImpossible({spec}: EarlierRun, environment: GivenEnvironment): void {
  const {cwd, command, name} = spec;
  const problem = directoryProblem(cwd);
  if (problem !== undefined)
    throw new StintError('CWD_NOT_FOUND', `The directory of ${visible(name)} ${problem}: ${visible(cwd)}.`, {
      hint: 'Nothing was retried. Name the other jobs, or run its command elsewhere: stint run --cwd',
    });
  checkExecutable(pathText(toBytes(command[0] ?? '')), cwd, searchPath(environment));
}

function refuseSeveralPlaces(wanted: readonly WantedJob[]): void {
  const places = new Set(wanted.map(({listed: {repo, worktree}}) => `${repo} ${worktree ?? ''}`));
  if (places.size > 1)
    throw new StintError(
      'USAGE',
      'These jobs are of several worktrees or repositories: nothing was retried.',
      {
        hint: 'Retry those of each apart.',
      },
    );
}

function goesOn(runs: readonly EarlierRun[]): StintError {
  const named = runs.map(({listed}) => {
    const where = elsewhereText(listed);
    const {status} = listed.state;
    return `${visible(exactAddress(listed))} (${where === undefined ? status : `${status} ${where}`})`;
  });
  const addresses = runs.map(({listed}) => exactAddress(listed)).join(' ');
  return new StintError(
    'BUSY',
    `${named.join(', ')} ${plural(runs.length, 'has', 'have')} not ended: nothing was retried.`,
    {hint: `First: stint wait ${addresses}   or: stint cancel ${addresses}`},
  );
}

function sameName(runs: readonly EarlierRun[]): StintError {
  const named = runs.map(({listed}) => visible(exactAddress(listed))).join(', ');
  return new StintError('USAGE', `Several runs of one name (${named}): nothing was retried.`, {
    hint: 'Retry one of them, or each apart.',
  });
}
