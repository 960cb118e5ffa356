/**
 * Takes jobs in. The invocation's id is minted by whoever submits, so a submission that is repeated because its answer
 * was lost finds itself: nothing runs twice. The answer is given only when the jobs are durable.
 */
import {
  deferred,
  type IfRunning,
  type InvocationId,
  type JobKey,
  type Moment,
  type RepoId,
  StintError,
  shellWord,
} from '../../base/index.ts';
import {redactShellText, secretValues} from '../../redaction/index.ts';
import {
  type ByteString,
  directoryVariable,
  type Elsewhere,
  firstAttempt,
  graphProblem,
  type Invocation,
  ifRunning,
  type Job,
  type JobOptions,
  type JobSpec,
  type JobSummary,
  jobEnvironment,
  keyOf,
  MOST_NEEDS,
  mayActOn,
  type Need,
  namesakesOf,
  needText,
  ownVariables,
  queuedAttempt,
  runsElsewhere,
  toText,
  unknownGroup,
} from '../domain/index.ts';
import type {JobFiles, JobLedger} from '../ports/index.ts';
import {knownJob} from './known-job.ts';
import {lastAttempt} from './last-attempt.ts';

export interface Submission {
  readonly repo: RepoId;
  readonly place: string;
  readonly invocation: InvocationId;
  readonly triggerCommand: string;
  readonly hookType: string | null;
  readonly cwd: string;
  readonly umask: number;
  readonly environment: readonly ByteString[];
  /** `NAME=value` of what was set for the jobs on purpose. */
  readonly setEnvironment: readonly ByteString[];
  readonly checkout: Pick<Invocation, 'worktree' | 'branch' | 'commit' | 'dirty'>;
  /** What becomes of it where a job of the same name goes on in the same worktree. */
  readonly ifRunning: IfRunning;
  readonly jobs: readonly SubmittedJob[];
}

export interface SubmittedJob extends JobOptions, Pick<JobSpec, 'name' | 'command' | 'tags'> {
  /** Without an invocation it is a job of the same submission. */
  readonly needs: readonly SubmittedNeed[];
  /** If not those of the submission. */
  readonly cwd?: string | undefined;
  readonly umask?: number | undefined;
}

export type SubmittedNeed = Omit<Need, 'invocation'> & {readonly invocation: InvocationId | undefined};

export interface SubmitPorts {
  readonly ledger: JobLedger;
  readonly files: Pick<JobFiles, 'create' | 'remove' | 'progressPath'>;
  readonly enqueue: (jobs: readonly Job[]) => void;
  /** Jobs that have not ended, here and elsewhere. */
  readonly open: () => readonly Job[];
  /** Of one that runs elsewhere: where that is. */
  readonly elsewhere: (key: JobKey) => Elsewhere | undefined;
  /** The groups that there are now. */
  readonly groups: {readonly names: readonly string[]};
  /** Now, by both clocks. */
  readonly moment: () => Moment;
}

/** Resolves with the jobs because of which nothing was submitted; mostly none. */
export type Submit = (submission: Submission) => Promise<readonly JobKey[]>;

/** Makes submissions durable and queues them; each one once, however often and however quickly it is repeated. */
export function submitter(ports: SubmitPorts): Submit {
  const {ledger} = ports;
  const underWay = new Map<string, Promise<readonly JobKey[]>>();
  const storing = new Set<Storing>();

  async function takeIn(submission: Submission): Promise<readonly JobKey[]> {
    const asked = {
      repo: submission.repo,
      worktree: submission.checkout.worktree,
      names: submission.jobs.map(({name}) => name),
    };
    // From the last look to the storing nothing else has its turn: of two at once one sees the other.
    while (submission.ifRunning !== 'allow') {
      const other = [...storing].find(({jobs}) => namesakesOf(asked, jobs).length > 0);
      if (other === undefined) break;
      await other.end;
    }
    const namesakes = submission.ifRunning === 'allow' ? [] : namesakesOf(asked, ports.open());
    const decision = ifRunning(submission.ifRunning, namesakes);
    if (decision.kind === 'skip') return decision.instead;
    const {needs} = decision;
    if (needs.length > 0) refuseElsewhere(namesakes, ports.elsewhere);
    if (submission.ifRunning === 'replace') refuseOthers(submission, namesakes);
    await stored(withNeeds(submission, needs), ports, storing);
    return [];
  }

  return submission => {
    const {repo, invocation, jobs} = submission;
    const first = jobs[0];
    if (first !== undefined && ledger.find(firstAttempt({repo, invocation, name: first.name})))
      return Promise.resolve([]);
    const known = underWay.get(invocation);
    if (known !== undefined) return known;
    const taken = takeIn(submission).finally(() => underWay.delete(invocation));
    underWay.set(invocation, taken);
    return taken;
  };
}

/** Jobs that are about to be durable, and when they are, or are not to be. */
interface Storing {
  readonly jobs: readonly Job[];
  readonly end: Promise<unknown>;
}

async function stored(
  submission: Submission,
  {ledger, files, enqueue, groups, moment}: SubmitPorts,
  storing: Set<Storing>,
): Promise<void> {
  refuseImpossible(submission, ledger);
  refuseUnknownGroups(submission, groups.names);
  const firstNumber = ledger.nextNumber(submission.repo, submission.jobs.length);
  const jobs = jobsOf(submission, moment(), firstNumber);
  const environmentOf = environments(submission);
  const end = deferred();
  const each = {jobs, end: end.promise};
  storing.add(each);
  try {
    for (const {spec} of jobs)
      files.create(spec, [...ownVariables(spec, files.progressPath(spec)), ...environmentOf(spec.cwd)]);
    await ledger.add(jobs);
    enqueue(jobs);
  } catch (error) {
    for (const {spec} of jobs) files.remove(spec);
    throw error;
  } finally {
    storing.delete(each);
    end.resolve();
  }
}

/** Where the jobs of a submission run in several directories, PWD follows each. */
function environments({cwd, environment, setEnvironment}: Submission): (cwd: string) => ByteString[] {
  const there = jobEnvironment(environment, setEnvironment);
  return directory => (directory === cwd ? there : jobEnvironment(there, [directoryVariable(directory)]));
}

function withNeeds(submission: Submission, needs: readonly Need[]): Submission {
  if (needs.length === 0) return submission;
  const jobs = submission.jobs.map(job => ({
    ...job,
    needs: [...job.needs, ...needs.filter(({name}) => name === job.name)],
  }));
  return {...submission, jobs};
}

/** Whoever has a name takes the place of own jobs only. Throws `JOB_OF_OTHERS`. */
function refuseOthers({jobs}: Submission, namesakes: readonly JobSummary[]): void {
  for (const {by, name} of jobs) {
    const other = namesakes.find(({spec}) => spec.name === name && !mayActOn(by, spec.by));
    if (other === undefined || by === null) continue;
    const named = needText({invocation: other.spec.invocation.id, name});
    throw new StintError(
      'JOB_OF_OTHERS',
      `You are ${by}, and did not start ${named}: nothing was submitted.`,
      {
        hint: 'With --if-running queue it starts when that has ended, with skip not at all.',
      },
    );
  }
}

function refuseElsewhere(jobs: readonly JobSummary[], elsewhere: SubmitPorts['elsewhere']): void {
  for (const {spec} of jobs) {
    const where = elsewhere(keyOf(spec));
    if (where !== undefined) throw runsElsewhere(spec.name, where);
  }
}

function jobsOf(submission: Submission, {at: createdAt, uptime}: Moment, firstNumber: number): Job[] {
  const given = [...submission.environment, ...submission.setEnvironment];
  const secrets = secretValues(given.map(toText));
  const invocation: Invocation = {
    id: submission.invocation,
    createdAt,
    ...(uptime === undefined ? {} : {uptime}),
    triggerCommand: redactShellText(submission.triggerCommand, secrets),
    hookType: submission.hookType,
    cwd: submission.cwd,
    ...submission.checkout,
  };
  return submission.jobs.map(({command, tags, by, needs, cwd, umask, ...asked}, at) => {
    const {repo, place} = submission;
    const job = {
      ...asked,
      repo,
      place,
      invocation,
      number: firstNumber + at,
      command,
      commandText: redactShellText(commandText(command), secrets),
      cwd: cwd ?? submission.cwd,
      umask: umask ?? submission.umask,
      needs: needs.map(need => ({...need, invocation: need.invocation ?? invocation.id})),
      tags: tags.map(tag => redactShellText(tag, secrets)),
      by: by === null ? null : redactShellText(by, secrets),
    };
    return queuedAttempt(job);
  });
}

/** Throws `BAD_NEEDS` where a job could never start, and `JOB_NOT_FOUND` where it needs one that is not there. */
function refuseImpossible({repo, jobs}: Submission, ledger: Pick<JobLedger, 'find'>): void {
  const problem = graphProblem(
    jobs.map(({name, needs}) => ({
      name,
      needs: needs.flatMap(({invocation, name}) => (invocation === undefined ? [name] : [])),
    })),
  );
  if (problem !== undefined) throw badNeeds(problem);
  for (const {name, needs} of jobs) {
    if (needs.length > MOST_NEEDS)
      throw badNeeds(`${name} needs ${needs.length} jobs, and ${MOST_NEEDS} are possible`);
    for (const {invocation, name} of needs)
      if (invocation !== undefined)
        knownJob(key => lastAttempt(ledger.find.bind(ledger), key), {repo, invocation, name, attempt: 1});
  }
}

function refuseUnknownGroups({jobs}: Submission, known: readonly string[]): void {
  for (const {group} of jobs) if (group !== null && !known.includes(group)) throw unknownGroup(group, known);
}

function badNeeds(problem: string): StintError {
  return new StintError('BAD_NEEDS', `These jobs cannot be submitted: ${problem}.`);
}

/** The command as one line of shell, as a person would have typed it. A shell text stands for itself. */
function commandText(command: readonly ByteString[]): string {
  const [program, flag, text] = command;
  if (program === '/bin/sh' && flag === '-c' && command.length === 3 && text !== undefined)
    return toText(text);
  return command.map(word => shellWord(toText(word))).join(' ');
}
