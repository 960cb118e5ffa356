/** Earlier runs as `retrySet` sees them: their specs and how their last attempts ended. */
import {join} from 'node:path';

import {reasonOf, StintError} from '../../base/index.ts';
import {JOB_FILES, readSpec} from '../../coordinator/adapters/index.ts';
import {
  isEnded,
  isOver,
  type JobSpec,
  latestAttempts,
  type RetryJob,
} from '../../coordinator/domain/index.ts';
import {JobReader, type ListedJob} from '../../coordinator/reader/index.ts';
import {systemClock} from '../../platform/index.ts';
import {exactAddress} from '../address/address-text.ts';

export interface EarlierRun extends RetryJob {
  readonly listed: ListedJob;
  readonly spec: JobSpec;
}

/** Of one repository, until it is closed. */
export class EarlierRuns {
  readonly #reader: JobReader | undefined;
  readonly #known = new Map<string, EarlierRun | undefined>();

  constructor(state: string, repo: ListedJob['repo']) {
    this.#reader = JobReader.open(state, repo, systemClock);
  }

  /** By its last attempt; undefined where it was removed. Throws `NO_MATCH` where what was run cannot be told any more. */
  find({invocation, name}: {readonly invocation: string; readonly name: string}): EarlierRun | undefined {
    const key = `${invocation}/${name}`;
    if (!this.#known.has(key)) this.#known.set(key, this.#lookedUp(invocation, name));
    return this.#known.get(key);
  }

  close(): void {
    this.#reader?.close();
  }

  #lookedUp(invocation: string, name: string): EarlierRun | undefined {
    const rows = this.#reader?.of([invocation]).filter(row => row.name === name) ?? [];
    const [listed] = latestAttempts(rows.flatMap(row => this.#reader?.look(row) ?? []));
    return listed && runOf(listed);
  }
}

function runOf(listed: ListedJob): EarlierRun {
  const {state} = listed;
  const spec = specOf(listed);
  // An end that no coordinator has recorded yet may have another attempt behind it.
  const isCertain = isOver(listed) && (listed.row.finished_at !== null || spec.retries < spec.attempt);
  return {
    listed,
    spec,
    invocation: spec.invocation.id,
    name: listed.name,
    needs: spec.needs,
    ended: isEnded(state) && isCertain ? state.status : undefined,
    hasStarted: state.status !== 'queued' && state.startedAt !== undefined,
  };
}

function specOf(listed: ListedJob): JobSpec {
  const {unreadable, directory} = listed;
  if (unreadable !== undefined)
    throw untold(listed, `its directory cannot be looked at: ${reasonOf(unreadable)}`);
  const path = join(directory, JOB_FILES.spec);
  let spec: JobSpec | undefined;
  try {
    spec = readSpec(path);
  } catch (error) {
    throw untold(listed, `${path} cannot be read: ${reasonOf(error)}`);
  }
  if (spec === undefined) throw untold(listed, `${path} is gone, damaged, or of a later version`);
  return spec;
}

function untold(listed: ListedJob, why: string): StintError {
  return new StintError('NO_MATCH', `${exactAddress(listed)} cannot be run again: ${why}.`, {
    hint: 'Nothing was retried. Name the others, or run its command anew: stint run',
  });
}
