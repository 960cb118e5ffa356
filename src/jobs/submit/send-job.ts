/** Hands a job over to the coordinator, in the repository that its directory belongs to by now. */
import {type InvocationId, type JobKey, type RepoId, StintError} from '../../base/index.ts';
import type {Client, Queue, WireSubmission} from '../../coordinator/client/index.ts';
import type {RepoPolicy} from '../../coordinator/domain/index.ts';
import {currentUmask, randomHex} from '../../platform/index.ts';
import {checkoutFacts, ensureRepoId, type Repo} from '../../project/index.ts';
import {placeOf} from '../place.ts';
import type {PreparedInvocation, PreparedJob} from './prepare-job.ts';

export interface SentJob {
  readonly key: JobKey;
  /** Its worktree, or where it runs. */
  readonly directory: string;
  /** Where it has to wait for its turn; null where it has not, undefined of a coordinator that does not tell. */
  readonly queue: Queue | null | undefined;
  /** Whether it will have one stream; an earlier coordinator does not know that option. */
  readonly isMerged: boolean;
}

export const KNOWS_NO_MERGE =
  'the coordinator is of an earlier version and does not know --merge: stdout and stderr are recorded apart';

/** Resolves when a crash of anything but the machine cannot lose it. */
export async function sendJob(client: Client, job: PreparedInvocation & PreparedJob): Promise<SentJob> {
  const {keys, directory, queue} = await sendJobs(client, job, [job]);
  const [key] = keys as [JobKey];
  return {key, directory, queue, isMerged: job.options.merged && (await isMergedJob(client.state, key))};
}

export interface SentJobs extends Pick<SentJob, 'directory' | 'queue'> {
  /** In the order of the jobs. */
  readonly keys: readonly JobKey[];
}

/** A job of several, which may need others of them by their names. */
export interface JobOfSeveral extends Omit<PreparedJob, 'needs'> {
  readonly needs: readonly (Omit<Need, 'invocation'> & {readonly invocation?: InvocationId | undefined})[];
}

/** The same of several jobs in one invocation: all of them, or none. */
export async function sendJobs(
  client: Client,
  {policy, directory, environment, repo, typed, invocation}: PreparedInvocation,
  jobs: readonly JobOfSeveral[],
): Promise<SentJobs> {
  const {optionsToWire} = await import('../../coordinator/client/index.ts');
  const facts = checkoutFacts(repo); // git works while we connect
  client.connect().catch(() => undefined); // told by the submission
  const {worktree = null, branch = null, commit = null, dirty = null} = await facts;
  const {submission, queue} = await submitFrom(client, repo, {
    invocation: invocation ?? (randomHex(6) as InvocationId),
    trigger_command: typed,
    hook_type: null,
    cwd: directory,
    umask: currentUmask(),
    env: environment.inherited,
    set_env: environment.set,
    checkout: {worktree, branch, commit, dirty},
    ...(Object.keys(policy).length === 0 ? {} : {policy: wirePolicy(policy)}),
    jobs: jobs.map(({name, command, tags, needs, options}) => ({
      name,
      command: [...command],
      tags: [...tags],
      needs: [...needs],
      ...optionsToWire(options),
    })),
  });
  const of = {repo: submission.repo as RepoId, invocation: submission.invocation as InvocationId};
  const keys = jobs.map(({name}) => ({...of, name, attempt: 1}));
  return {keys, directory: worktree ?? directory, queue};
}

/** As its spec has it, which the coordinator wrote. */
async function isMergedJob(state: string, key: JobKey): Promise<boolean> {
  const {isMerged} = await import('../../coordinator/reader/index.ts');
  return isMerged(state, key);
}

function wirePolicy({keepLast, maxTotalBytes}: Partial<RepoPolicy>): NonNullable<WireSubmission['policy']> {
  return {
    ...(keepLast === undefined ? {} : {keep_last: keepLast}),
    ...(maxTotalBytes === undefined ? {} : {max_total_bytes: maxTotalBytes}),
  };
}

/** A repository that is a copy of another one gets an id of its own first. */
async function submitFrom(
  client: Client,
  repo: Repo,
  rest: Omit<WireSubmission, 'repo' | 'place'>,
): Promise<{readonly submission: WireSubmission; readonly queue: SentJob['queue']}> {
  const submission = {...rest, repo: ensureRepoId(repo, () => undefined).id, place: placeOf(repo)};
  try {
    const {queue} = await client.submit(submission);
    return {submission, queue};
  } catch (error) {
    if (!(error instanceof StintError) || error.code !== 'REPO_MOVED') throw error;
    const registered = String(error.details?.place);
    const {id, moved} = ensureRepoId(repo, each => (each === submission.repo ? registered : undefined));
    const again = {...submission, repo: id, moved};
    const {queue} = await client.submit(again);
    return {submission: again, queue};
  }
}
