/** Hands a job over to the coordinator, in the repository that its directory belongs to by now. */
import {type InvocationId, type JobKey, type RepoId, StintError} from '../../base/index.ts';
import type {Client, Queue, WireSubmission} from '../../coordinator/client/index.ts';
import type {JobOptions, RepoPolicy} from '../../coordinator/domain/index.ts';
import {currentUmask, randomHex} from '../../platform/index.ts';
import {checkoutFacts, ensureRepoId, type Repo} from '../../project/index.ts';
import {placeOf} from '../place.ts';
import type {PreparedJob} from './prepare-job.ts';

export interface SentJob {
  readonly key: JobKey;
  /** Its worktree, or where it runs. */
  readonly directory: string;
  /** Where it has to wait for its turn; null where it has not, undefined of a coordinator that does not tell. */
  readonly queue: Queue | null | undefined;
  /** What a person should hear of it: options that an earlier coordinator does not know. */
  readonly notes: readonly string[];
}

/** Resolves when a crash of anything but the machine cannot lose it. */
export async function sendJob(client: Client, job: PreparedJob): Promise<SentJob> {
  const {name, command, tags, options, policy, directory, environment, repo, typed, invocation} = job;
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
    jobs: [{name, command: [...command], tags: [...tags], ...optionsToWire(options)}],
  });
  const {repo: id, invocation: submitted} = submission;
  const key = {repo: id as RepoId, invocation: submitted as InvocationId, name, attempt: 1};
  const notes = await unknownOptions(client.state, key, options);
  return {key, directory: worktree ?? directory, queue, notes};
}

/** What of these is not in its spec, which the coordinator wrote. */
async function unknownOptions(state: string, key: JobKey, {merged, by}: JobOptions): Promise<string[]> {
  if (!merged && by === null) return [];
  const {recordedOptions} = await import('../../coordinator/reader/index.ts');
  const recorded = recordedOptions(state, key);
  return [
    ...(merged && !recorded?.merged ? [KNOWS_NO_MERGE] : []),
    ...(by !== null && (recorded?.by ?? null) === null ? [KNOWS_NO_BY] : []),
  ];
}

const KNOWS_NO_MERGE =
  'the coordinator is of an earlier version and does not know --merge: stdout and stderr are recorded apart';
const KNOWS_NO_BY =
  "the coordinator is of an earlier version and does not record who started the job: it is nobody's";

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
