/** Hands a job over to the coordinator, in the repository that its directory belongs to by now. */
import {type InvocationId, type JobKey, type RepoId, StintError} from '../../base/index.ts';
import type {Client, Queue, WireSubmission} from '../../coordinator/client/index.ts';
import type {AskedNeed, JobOptions, RepoPolicy} from '../../coordinator/domain/index.ts';
import {currentUmask, randomHex} from '../../platform/index.ts';
import {checkoutFacts, ensureRepoId, type Repo} from '../../project/index.ts';
import {placeOf} from '../place.ts';
import type {PreparedInvocation, PreparedJob, PreparedWish} from './prepare-job.ts';

export interface SentJob {
  /** Where nothing was submitted: that of the job that goes on, the newest where there are several. */
  readonly key: JobKey;
  /** False where a job of its name goes on and `ifRunning` is `skip`. */
  readonly isSubmitted: boolean;
  /** Its worktree, or where it runs. */
  readonly directory: string;
  /** Where it has to wait for its turn; null where it has not, undefined of a coordinator that does not tell. */
  readonly queue: Queue | null | undefined;
  /** What a person should hear of it: options that an earlier coordinator does not know. */
  readonly notes: readonly string[];
}

/** Resolves when a crash of anything but the machine cannot lose it. */
export async function sendJob(client: Client, job: PreparedJob): Promise<SentJob> {
  const {keys, ...sent} = await sendJobs(client, job, [job]);
  const [key] = keys as [JobKey];
  return {key, ...sent};
}

export interface SentJobs extends Omit<SentJob, 'key'> {
  /** In the order of the jobs; where nothing was submitted those of the jobs that go on. */
  readonly keys: readonly JobKey[];
}

/** A job of several, which may need others of them by their names. */
export interface JobOfSeveral extends Omit<PreparedWish, 'needs'> {
  readonly needs: readonly (Omit<AskedNeed, 'invocation'> & {
    readonly invocation?: InvocationId | undefined;
  })[];
}

/** The same of several jobs in one invocation: all of them, or none. */
export async function sendJobs(
  client: Client,
  {policy, groups, directory, environment, repo, typed, ifRunning, invocation}: PreparedInvocation,
  jobs: readonly JobOfSeveral[],
): Promise<SentJobs> {
  const {optionsToWire} = await import('../../coordinator/client/index.ts');
  const facts = checkoutFacts(repo); // git works while we connect
  client.connect().catch(() => undefined); // told by the submission
  const {worktree = null, branch = null, commit = null, dirty = null} = await facts;
  const {submission, queue, instead} = await submitFrom(client, repo, {
    invocation: invocation ?? (randomHex(6) as InvocationId),
    trigger_command: typed,
    hook_type: null,
    cwd: directory,
    umask: currentUmask(),
    env: environment.inherited,
    set_env: environment.set,
    checkout: {worktree, branch, commit, dirty},
    ...(ifRunning === 'allow' ? {} : {if_running: ifRunning}),
    ...(Object.keys(policy).length === 0 ? {} : {policy: wirePolicy(policy)}),
    ...groupsOfThese(groups, jobs),
    jobs: jobs.map(({name, command, tags, needs, options}) => ({
      name,
      command: [...command],
      tags: [...tags],
      needs: [...needs],
      ...optionsToWire(options),
    })),
  });
  const of = {repo: submission.repo as RepoId, invocation: submission.invocation as InvocationId};
  const sent = {directory: worktree ?? directory, queue};
  if (instead.length > 0) return {...sent, keys: instead, isSubmitted: false, notes: []};
  const keys = jobs.map(({name}) => ({...of, name, attempt: 1}));
  const notes = await Promise.all(
    jobs.map(({options}, at) => passedOver(client.state, keys[at] as JobKey, options)),
  );
  return {...sent, keys, isSubmitted: true, notes: [...new Set(notes.flat())]};
}

/** What the configuration says of their groups. */
function groupsOfThese(
  groups: PreparedInvocation['groups'],
  jobs: readonly JobOfSeveral[],
): Pick<WireSubmission, 'groups'> {
  const own = jobs.flatMap(({options: {group}}) =>
    group !== null && Object.hasOwn(groups, group) ? [group] : [],
  );
  return own.length === 0 ? {} : {groups: Object.fromEntries(own.map(name => [name, groups[name] ?? 1]))};
}

/** Whoever says neither does not wait for what reads it. */
async function passedOver(state: string, key: JobKey, options: JobOptions): Promise<string[]> {
  if (!options.merged && options.by === null) return [];
  return (await import('./passed-over.ts')).passedOver(state, key, options);
}

function wirePolicy({keepLast, maxTotalBytes}: Partial<RepoPolicy>): NonNullable<WireSubmission['policy']> {
  return {
    ...(keepLast === undefined ? {} : {keep_last: keepLast}),
    ...(maxTotalBytes === undefined ? {} : {max_total_bytes: maxTotalBytes}),
  };
}

interface Submitted {
  readonly submission: WireSubmission;
  readonly queue: SentJob['queue'];
  /** Jobs that go on, because of which nothing was submitted. */
  readonly instead: readonly JobKey[];
}

/** A repository that is a copy of another one gets an id of its own first. */
export async function submitFrom(
  client: Client,
  repo: Repo,
  rest: Omit<WireSubmission, 'repo' | 'place'>,
): Promise<Submitted> {
  const submit = async (submission: WireSubmission): Promise<Submitted> => {
    const {queue, instead = []} = await client.submit(submission);
    return {submission, queue, instead};
  };
  const submission = {...rest, repo: ensureRepoId(repo, () => undefined).id, place: placeOf(repo)};
  try {
    return await submit(submission);
  } catch (error) {
    if (!(error instanceof StintError) || error.code !== 'REPO_MOVED') throw error;
    const registered = String(error.details?.place);
    const {id, moved} = ensureRepoId(repo, each => (each === submission.repo ? registered : undefined));
    return submit({...submission, repo: id, moved});
  }
}
