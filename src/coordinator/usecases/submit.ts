/**
 * Takes jobs in. The invocation's id is minted by whoever submits, so a submission that is repeated because its answer
 * was lost finds itself: nothing runs twice. The answer is given only when the jobs are durable.
 */
import {type InvocationId, type Moment, type RepoId, shellWord} from '../../base/index.ts';
import {redactShellText, secretValues} from '../../redaction/index.ts';
import {
  type ByteString,
  firstAttempt,
  type Invocation,
  type Job,
  type JobOptions,
  type JobSpec,
  jobEnvironment,
  ownVariables,
  queuedAttempt,
  toText,
} from '../domain/index.ts';
import type {JobFiles, JobLedger} from '../ports/index.ts';

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
  readonly jobs: readonly SubmittedJob[];
}

export interface SubmittedJob extends JobOptions, Pick<JobSpec, 'name' | 'command' | 'tags'> {}

export interface SubmitPorts {
  readonly ledger: JobLedger;
  readonly files: Pick<JobFiles, 'create' | 'remove' | 'progressPath'>;
  readonly enqueue: (jobs: readonly Job[]) => void;
  /** Now, by both clocks. */
  readonly moment: () => Moment;
}

/** Makes submissions durable and queues them; each one once, however often and however quickly it is repeated. */
export function submitter({
  ledger,
  files,
  enqueue,
  moment,
}: SubmitPorts): (submission: Submission) => Promise<void> {
  const underWay = new Map<string, Promise<void>>();

  async function takeIn(submission: Submission): Promise<void> {
    const firstNumber = ledger.nextNumber(submission.repo, submission.jobs.length);
    const jobs = jobsOf(submission, moment(), firstNumber);
    const environment = jobEnvironment(submission.environment, submission.setEnvironment);
    try {
      for (const {spec} of jobs)
        files.create(spec, [...ownVariables(spec, files.progressPath(spec)), ...environment]);
      await ledger.add(jobs);
    } catch (error) {
      for (const {spec} of jobs) files.remove(spec);
      throw error;
    }
    enqueue(jobs);
  }

  return submission => {
    const {repo, invocation, jobs} = submission;
    const first = jobs[0];
    if (first !== undefined && ledger.find(firstAttempt({repo, invocation, name: first.name})))
      return Promise.resolve();
    const known = underWay.get(invocation);
    if (known !== undefined) return known;
    const taken = takeIn(submission).finally(() => underWay.delete(invocation));
    underWay.set(invocation, taken);
    return taken;
  };
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
  return submission.jobs.map(({command, tags, by, ...asked}, at) => {
    const {repo, place, cwd, umask} = submission;
    const job = {
      ...asked,
      repo,
      place,
      invocation,
      number: firstNumber + at,
      command,
      commandText: redactShellText(commandText(command), secrets),
      cwd,
      umask,
      tags: tags.map(tag => redactShellText(tag, secrets)),
      by: by === null ? null : redactShellText(by, secrets),
    };
    return queuedAttempt(job);
  });
}

/** The command as one line of shell, as a person would have typed it. A shell text stands for itself. */
function commandText(command: readonly ByteString[]): string {
  const [program, flag, text] = command;
  if (program === '/bin/sh' && flag === '-c' && command.length === 3 && text !== undefined)
    return toText(text);
  return command.map(word => shellWord(toText(word))).join(' ');
}
