/** Looks at one repository: its database, whether that knows every job that has a directory, and what is unfinished. */
import {existsSync, statSync} from 'node:fs';
import {join} from 'node:path';

import {pathBytes, type RepoId} from '../../base/index.ts';
import {
  databasePath,
  invocationsOnDisk,
  JobReader,
  type ListedJob,
  repoPath,
} from '../../coordinator/adapters/index.ts';
import {isEnded} from '../../coordinator/domain/index.ts';
import {systemClock} from '../../platform/index.ts';
import {SCHEMA_VERSION} from '../../store/index.ts';
import {type Finding, problem} from './finding.ts';

export interface CheckedRepository {
  readonly findings: readonly Finding[];
  /** Jobs that are not closed. */
  readonly unfinished: number;
}

export function checkRepository(state: string, id: RepoId): CheckedRepository {
  const about = 'repository';
  const onDisk = invocationsOnDisk(state, id);
  let reader: JobReader | undefined;
  try {
    reader = JobReader.open(state, id, systemClock);
    const path = join(state, databasePath(id));
    if (reader === undefined) return {findings: withoutDatabase(path, onDisk.length), unfinished: 0};
    const jobs = reader.list('all');
    const open = jobs.filter(({row}) => row.closed_at === null);
    if (!reader.isSound())
      return {
        findings: [{level: 'problem', about, message: `The database ${path} is damaged.`, hint: REPAIR}],
        unfinished: open.length,
      };
    const place = reader.place ?? id;
    const gone = existsSync(pathBytes(place)) ? '' : ' (not there any more)';
    const message = `${place}${gone}: database private, schema ${SCHEMA_VERSION}`;
    const findings: Finding[] = [
      {level: 'ok', about, message},
      ...withoutRow(state, id, onDisk, jobs),
      ...open.map(describeJob),
    ];
    return {findings, unfinished: open.length};
  } catch (error) {
    return {findings: [problem(about, error)], unfinished: 0};
  } finally {
    reader?.close();
  }
}

const REPAIR = 'Run: stint doctor --repair   (it rebuilds the rows from the job directories)';

function withoutDatabase(path: string, invocations: number): Finding[] {
  if (invocations === 0) return [];
  const message = `${path} is gone or empty, although ${invocations} invocations have directories.`;
  return [{level: 'problem', about: 'repository', message, hint: REPAIR}];
}

/** A directory is made before its row, so only one that has been there for a while tells of a lost row. */
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
    return !known.has(name) && made !== undefined && made < settled;
  });
  if (lost.length === 0) return [];
  const named = `${lost.slice(0, 5).join(', ')}${lost.length > 5 ? ', …' : ''}`;
  const message = `${lost.length} invocations have directories but no rows: ${named}`;
  return [{level: 'problem', about: 'rows', message, hint: REPAIR}];
}

/** Longer than a submission takes. */
const SUBMISSION_MS = 10_000;

function describeJob({row, state, directory}: ListedJob): Finding {
  const name = `${row.invocation_id}:${row.name}`;
  if (!existsSync(directory)) {
    const hint = 'Its output is lost. The command goes on; how it ends cannot be known any more.';
    return {level: 'problem', about: 'job', message: `${name} has no directory any more`, hint};
  }
  const status =
    isEnded(state) && row.finished_at === null ? `${state.status}, not recorded yet` : state.status;
  return {level: 'ok', about: 'job', message: `${name} ${status}`};
}
