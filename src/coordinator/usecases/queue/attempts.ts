/**
 * Makes the next attempt of a job that failed. Order of writes: its directory and its row, and only then the end of the one
 * before is recorded. So nobody sees a job that ended with no attempt to come where one is, and a coordinator that is killed
 * anywhere in between finds either no row, and makes the attempt anew, or a row, and then it is taken over like any queued job.
 */
import {codeOf} from '../../../base/index.ts';
import {
  type ByteString,
  type EndedState,
  furtherAttempt,
  type Job,
  type JobSpec,
  keyOf,
  nextAttempt,
  ownVariables,
  withoutOwnVariables,
} from '../../domain/index.ts';
import type {JobFiles, JobLedger} from '../../ports/index.ts';

export interface AttemptsOptions {
  readonly ledger: Pick<JobLedger, 'add' | 'find' | 'nextNumber'>;
  readonly files: Pick<JobFiles, 'create' | 'environment' | 'progressPath' | 'remove'>;
  readonly now: () => number;
  /** Between 0 and 1. */
  readonly random: () => number;
  readonly report: (what: string, error: unknown) => void;
}

export class Attempts {
  readonly #options: AttemptsOptions;
  /** Those that were made here, by the jobs that failed, until somebody asks for them. */
  readonly #made = new Map<string, Job>();

  constructor(options: AttemptsOptions) {
    this.#options = options;
  }

  /**
   * Resolves when the attempt behind this one, if there is to be one, is durable. Rejects when it cannot be made, as on a full
   * disk; then the end is not recorded either, and both are tried again.
   */
  async prepare({spec}: Job, end: EndedState): Promise<void> {
    const {ledger, files, now, random} = this.#options;
    const next = nextAttempt(spec, end, random());
    if (next === undefined || ledger.find({...keyOf(spec), attempt: next.attempt}) !== undefined) return;
    const environment = this.#environment(spec);
    if (environment === undefined) return;
    const job = furtherAttempt(spec, ledger.nextNumber(spec.repo, 1), now() + next.afterMs);
    try {
      files.create(job.spec, [...ownVariables(job.spec, files.progressPath(job.spec)), ...environment]);
      await ledger.add([job]);
    } catch (error) {
      files.remove(job.spec);
      throw error;
    }
    this.#made.set(textOf(job, spec.attempt), job);
  }

  /** Those that nobody has asked for yet. */
  get made(): readonly Job[] {
    return [...this.#made.values()];
  }

  /** Undefined where somebody took it away: without it the work would be another one, so it is not tried again. */
  #environment(spec: JobSpec): readonly ByteString[] | undefined {
    try {
      return withoutOwnVariables(this.#options.files.environment(spec));
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
      this.#options.report(`trying ${spec.name} again, which has lost its environment`, error);
      return undefined;
    }
  }

  /** The attempt that was made behind this one, if one was, once. */
  take(job: Job): readonly Job[] {
    const text = textOf(job, job.spec.attempt);
    const made = this.#made.get(text);
    this.#made.delete(text);
    return made === undefined ? [] : [made];
  }
}

function textOf({spec: {repo, invocation, name}}: Job, attempt: number): string {
  return `${repo}/${invocation.id}/${name}@${attempt}`;
}
