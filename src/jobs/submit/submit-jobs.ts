/** The same door for several commands that need each other: a graph, of which each starts as soon as its own needs are met. */
import {cutText, StintError, visible} from '../../base/index.ts';
import {graphProblem, type NeedEnd} from '../../coordinator/domain/index.ts';
import {checkCommand, checkOptions} from './given-by-program.ts';
import {type PreparedInvocation, prepareInvocation} from './prepare-job.ts';
import {type JobOfSeveral, sendJobs} from './send-job.ts';
import {commandOf, invocationOf, type JobToSubmit, type SubmissionOptions, typedText} from './submit.ts';
import {type SubmittedJob, submittedJob, withClient} from './submitted-job.ts';

/** One of several jobs. */
export interface JobInGraph extends JobToSubmit {
  /** Others of the same call by their names, which have to end first: well, if nothing else is said. */
  readonly needs?: readonly (string | NeededJob)[] | undefined;
}

export interface NeededJob {
  readonly name: string;
  /** `completed`: it did its work (default). `ended`: however that was. `failed`: it did not, and nobody wanted that. */
  readonly end?: NeedEnd | undefined;
}

export interface SubmitJobsOptions extends SubmissionOptions {
  readonly jobs: readonly JobInGraph[];
}

/**
 * Submits several commands as one invocation: all of them, or none. Each starts when what it needs has ended, and where a place
 * is free; one whose need can never be met is skipped. Resolves with the jobs in their order, and rejects as `submit` does, with
 * `BAD_NEEDS` where they need each other in a circle, or one that is not among them.
 */
export async function submitJobs(options: SubmitJobsOptions): Promise<readonly SubmittedJob[]> {
  const {jobs, tell} = options;
  checkJobs(jobs);
  const typed = jobs.map(({command}) => typedText(command)).join('; ');
  const invocation = await prepareInvocation(invocationOf(options, cutText(typed, LONGEST_TYPED)));
  const prepared: JobOfSeveral[] = [];
  for (const job of jobs) prepared.push(await prepareOne(invocation, job));
  refuseBadGraph(prepared);
  return withClient(options, async client => {
    const {keys, notes} = await sendJobs(client, invocation, prepared);
    for (const note of notes) tell?.(note);
    return keys.map(key => submittedJob(client.state, key, options));
  });
}

/** Of many commands a list tells how they begin. */
const LONGEST_TYPED = 500;

function checkJobs(jobs: unknown): asserts jobs is readonly JobInGraph[] {
  if (!Array.isArray(jobs) || jobs.length === 0)
    throw new StintError('USAGE', 'No jobs were given.', {
      hint: "For example: jobs: [{command: ['npm', 'test']}]",
    });
  for (const {command, name: _name, tags: _tags, needs, ...asked} of jobs as readonly JobInGraph[]) {
    checkCommand(command);
    checkOptions(asked);
    if (needs !== undefined && !(Array.isArray(needs) && needs.every(isNeed)))
      throw new StintError('USAGE', 'What a job needs is not a list of names.', {
        hint: "For example: needs: ['build']",
      });
  }
}

function isNeed(need: unknown): boolean {
  return typeof (typeof need === 'object' && need !== null && 'name' in need ? need.name : need) === 'string';
}

async function prepareOne(
  invocation: PreparedInvocation,
  {command, needs = [], ...asked}: JobInGraph,
): Promise<JobOfSeveral> {
  const job = await invocation.prepare({...asked, command: commandOf(command)});
  const inside = needs.map(need => {
    const {name, end = 'completed'} = typeof need === 'string' ? {name: need} : need;
    return {name, end};
  });
  return {...job, needs: [...inside, ...job.needs]};
}

/** Before a coordinator is asked, which looks again. */
function refuseBadGraph(jobs: readonly JobOfSeveral[]): void {
  const names = new Set<string>();
  for (const {name} of jobs) {
    if (names.has(name))
      throw new StintError('USAGE', `Two of the jobs are named ${visible(name)}.`, {
        hint: 'Give each a name of its own.',
      });
    names.add(name);
  }
  const problem = graphProblem(
    jobs.map(({name, needs}) => ({
      name,
      needs: needs.flatMap(need => (need.invocation === undefined ? [need.name] : [])),
    })),
  );
  if (problem !== undefined)
    throw new StintError('BAD_NEEDS', `These jobs cannot be submitted: ${visible(problem)}.`);
}
