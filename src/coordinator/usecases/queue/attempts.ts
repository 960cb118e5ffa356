/**
 * Makes the next attempt of a job that failed. Order of writes: its directory and its row, and only then the end of the one
 * before is recorded. So nobody sees a job that ended with no attempt to come where one is, and a coordinator that is killed
 * anywhere in between finds either no row, and makes the attempt anew, or a row, and then it is taken over like any queued job.
 */
import {
  type EndedState,
  furtherAttempt,
  type Job,
  keyOf,
  nextAttempt,
  ownVariables,
  withoutOwnVariables,
} from '../../domain/index.ts';
import type {JobFiles, JobLedger} from '../../ports/index.ts';

export interface AttemptsOptions {
  readonly ledger: Pick<JobLedger, 'add' | 'find' | 'nextNumber'>;
  readonly files: Pick<JobFiles, 'create' | 'environment' | 'progressPath'>;
  readonly now: () => number;
  /** Between 0 and 1. */
  readonly random: () => number;
}

export class Attempts {
  readonly #options: AttemptsOptions;
  /** Those that were made here, by the jobs that failed, until somebody asks for them. */
  readonly #made = new Map<string, Job>();

  constructor(options: AttemptsOptions) {
    this.#options = options;
  }

  /** Resolves when the attempt behind this one, if there is to be one, is durable. Rejects when it cannot be made. */
  async prepare({spec}: Job, end: EndedState): Promise<void> {
    const {ledger, files, now, random} = this.#options;
    const next = nextAttempt(spec, end, random());
    if (next === undefined || ledger.find({...keyOf(spec), attempt: next.attempt}) !== undefined) return;
    const job = furtherAttempt(spec, ledger.nextNumber(spec.repo, 1), now() + next.afterMs);
    const environment = withoutOwnVariables(files.environment(spec));
    files.create(job.spec, [...ownVariables(job.spec, files.progressPath(job.spec)), ...environment]);
    await ledger.add([job]);
    this.#made.set(textOf(job, spec.attempt), job);
  }

  /** Those that nobody has asked for yet. */
  get made(): readonly Job[] {
    return [...this.#made.values()];
  }

  /** The attempt that was made behind this one, once. */
  take(job: Job): Job | undefined {
    const text = textOf(job, job.spec.attempt);
    const made = this.#made.get(text);
    this.#made.delete(text);
    return made;
  }
}

function textOf({spec: {repo, invocation, name}}: Job, attempt: number): string {
  return `${repo}/${invocation.id}/${name}@${attempt}`;
}
