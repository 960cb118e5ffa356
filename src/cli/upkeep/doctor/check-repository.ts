/** Looks at one repository: its database, whether that knows every job that has a directory, and what is unfinished. */
import {existsSync, readdirSync, statSync} from 'node:fs';
import {join} from 'node:path';

import {counted, pathBytes, plural, type RepoId} from '../../../base/index.ts';
import {databasePath, JOB_FILES, repoPath} from '../../../coordinator/adapters/index.ts';
import {
  invocationsOnDisk,
  isUnfinished,
  JobReader,
  type LeftoversOf,
  type ListedJob,
} from '../../../coordinator/reader/index.ts';
import {systemClock} from '../../../platform/index.ts';
import {JOBS_SCHEMA} from '../../../store/index.ts';
import {checkJournals} from './check-journals.ts';
import {checkLeftovers} from './check-leftovers.ts';
import {type Finding, problem} from './finding.ts';
import {jobFindings} from './job-findings.ts';

export interface CheckedRepository {
  readonly findings: readonly Finding[];
  /** Jobs that are not closed and need a coordinator here. */
  readonly unfinished: number;
  /** Those of other places. */
  readonly elsewhere: number;
}

export function checkRepository(state: string, id: RepoId, leftoversOf: LeftoversOf): CheckedRepository {
  const about = 'repository';
  let reader: JobReader | undefined;
  try {
    const onDisk = invocationsOnDisk(state, id);
    reader = JobReader.open(state, id, systemClock);
    const path = join(state, databasePath(id));
    if (reader === undefined) return {findings: withoutDatabase(path, onDisk.length), ...NONE_OPEN};
    const jobs = reader.list('all');
    const open = jobs.filter(({row}) => row.closed_at === null);
    const unfinished = open.filter(isUnfinished).length;
    const counted = {unfinished, elsewhere: open.length - unfinished};
    if (!reader.isSound())
      return {
        findings: [{level: 'problem', about, message: `The database ${path} is damaged.`, hint: REPAIR}],
        ...counted,
      };
    const place = reader.place ?? id;
    const gone = existsSync(pathBytes(place)) ? '' : ' (not there any more)';
    const message = `${place}${gone}: database private, schema ${JOBS_SCHEMA.version}`;
    const findings: Finding[] = [
      {level: 'ok', about, message},
      ...withoutRow(state, id, onDisk, jobs),
      ...jobFindings(open),
      ...checkJournals(jobs),
      ...checkLeftovers(jobs, leftoversOf),
    ];
    return {findings, ...counted};
  } catch (error) {
    return {findings: [problem(about, error)], ...NONE_OPEN};
  } finally {
    reader?.close();
  }
}

const NONE_OPEN = {unfinished: 0, elsewhere: 0};

const REPAIR = 'Run: stint doctor --repair   (it rebuilds the rows from the job directories)';

function withoutDatabase(path: string, invocations: number): Finding[] {
  if (invocations === 0) return [];
  const message = `${path} is gone or empty, although ${counted(invocations, 'invocation')} ${plural(invocations, 'has a directory', 'have directories')}.`;
  return [{level: 'problem', about: 'repository', message, hint: REPAIR}];
}

/**
 * A directory is made before its row, so only one that has been there for a while tells of a lost row; and only one with the spec
 * of a job, as what somebody else put into a directory outlives the job.
 */
function withoutRow(
  state: string,
  id: RepoId,
  onDisk: readonly string[],
  jobs: readonly ListedJob[],
): Finding[] {
  const known = new Set(jobs.map(({invocation}) => invocation));
  const settled = systemClock.now() - SUBMISSION_MS;
  const lost = onDisk.filter(name => {
    const made = statSync(join(state, repoPath(id, 'jobs', name)), {throwIfNoEntry: false})?.mtimeMs;
    return (
      !known.has(name) &&
      made !== undefined &&
      made < settled &&
      hasSpec(join(state, repoPath(id, 'jobs', name)))
    );
  });
  if (lost.length === 0) return [];
  const named = `${lost.slice(0, 5).join(', ')}${lost.length > 5 ? ', …' : ''}`;
  const message = `${counted(lost.length, 'invocation')} ${plural(lost.length, 'has a directory but no row', 'have directories but no rows')}: ${named}`;
  return [{level: 'problem', about: 'rows', message, hint: REPAIR}];
}

function hasSpec(invocation: string): boolean {
  try {
    return readdirSync(invocation).some(name => existsSync(join(invocation, name, JOB_FILES.spec)));
  } catch {
    return true; // it may not be looked into
  }
}

/** Longer than a submission takes. */
const SUBMISSION_MS = 10_000;
