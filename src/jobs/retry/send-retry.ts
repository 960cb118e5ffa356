/** Hands jobs that are run again over to the coordinator, as one invocation. */
import type {InvocationId, JobKey, RepoId} from '../../base/index.ts';
import type {Client, Queue, WireSubmission} from '../../coordinator/client/index.ts';
import {DEFAULT_JOB_OPTIONS, type JobOptions, type JobSpec} from '../../coordinator/domain/index.ts';
import {randomHex} from '../../platform/index.ts';
import {checkoutFacts, locateRepo} from '../../project/index.ts';
import {submitFrom} from '../submit/send-job.ts';
import type {PlannedJob, RetryPlan} from './plan-retry.ts';

export interface SentRetry {
  /** In the order of the plan. */
  readonly keys: readonly JobKey[];
  readonly directory: string;
  /** As of a job that is submitted. */
  readonly queue: Queue | null | undefined;
}

/** Resolves when a crash of anything but the machine cannot lose them. The plan has at least one job. `typed`: what a person typed for it. */
export async function sendRetry(
  client: Client,
  {jobs, environment, by}: RetryPlan,
  typed: string,
): Promise<SentRetry> {
  const [first] = jobs;
  if (first === undefined) return {keys: [], directory: '', queue: null};
  const {cwd, umask} = first.run.spec;
  const {optionsToWire} = await import('../../coordinator/client/index.ts');
  const repo = locateRepo(cwd);
  const facts = checkoutFacts(repo); // git works while we connect
  client.connect().catch(() => undefined); // told by the submission
  const {worktree = null, branch = null, commit = null, dirty = null} = await facts;
  const wireJob = ({run: {spec}, needs}: PlannedJob): WireSubmission['jobs'][number] => ({
    name: spec.name,
    command: [...spec.command],
    tags: [...spec.tags],
    ...(spec.cwd === cwd ? {} : {cwd: spec.cwd}),
    ...(spec.umask === umask ? {} : {umask: spec.umask}),
    needs: [...needs],
    ...optionsToWire({...optionsOf(spec), by}),
  });
  const {submission, queue} = await submitFrom(client, repo, {
    invocation: randomHex(6) as InvocationId,
    trigger_command: typed,
    hook_type: null,
    cwd,
    umask,
    env: environment.inherited,
    set_env: environment.set,
    checkout: {worktree, branch, commit, dirty},
    jobs: jobs.map(wireJob),
  });
  const [id, invocation] = [submission.repo as RepoId, submission.invocation as InvocationId];
  const keys = jobs.map(({run}) => ({repo: id, invocation, name: run.name, attempt: 1}));
  return {keys, directory: worktree ?? cwd, queue};
}

function optionsOf(spec: JobSpec): JobOptions {
  const names = Object.keys(DEFAULT_JOB_OPTIONS) as (keyof JobOptions)[];
  return Object.fromEntries(names.map(name => [name, spec[name]])) as unknown as JobOptions;
}
