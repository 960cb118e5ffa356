/** What the jobs of a repository take on the disk, and what of them does. */
import {readdirSync} from 'node:fs';
import {join} from 'node:path';

import type {RepoId} from '../../base/index.ts';
import {bytesOn, contentsOf, databasePath, JOB_FILES, repoPath} from '../adapters/index.ts';
import {invocationsOnDisk} from './repos-on-disk.ts';

/** In bytes. */
export interface DiskUse {
  readonly jobs: number;
  readonly logs: number;
  readonly progress: number;
  /** Directories and what describes a job. */
  readonly rest: number;
  /** What the smallest job takes with its invocation; 0 where there is none. */
  readonly least: number;
  readonly database: number;
}

/** What cannot be looked into does not count. */
export function diskUse(state: string, repo: RepoId): DiskUse {
  const use = {jobs: 0, logs: 0, progress: 0, rest: 0, least: 0};
  for (const invocation of invocationsOnDisk(state, repo)) {
    const above = join(state, repoPath(repo, 'jobs', invocation));
    const own = bytesOn(above);
    use.rest += own;
    for (const name of namesIn(above)) {
      const bytes = addJob(use, join(above, name));
      if (bytes === 0) continue;
      use.jobs += 1;
      use.least = use.least === 0 ? bytes + own : Math.min(use.least, bytes + own);
    }
  }
  const database = join(state, databasePath(repo));
  return {
    ...use,
    database: ['', '-wal', '-shm'].reduce((sum, suffix) => sum + bytesOn(database + suffix), 0),
  };
}

/** What it takes; 0 where it is none. */
function addJob(use: {logs: number; progress: number; rest: number}, directory: string): number {
  const own = namesOf(directory);
  if (own.length === 0) return 0;
  let all = bytesOn(directory);
  use.rest += all;
  for (const name of own) {
    const bytes = bytesOn(join(directory, name));
    all += bytes;
    use[kindOf(name)] += bytes;
  }
  return all;
}

function kindOf(name: string): 'logs' | 'progress' | 'rest' {
  if (name.startsWith('progress.')) return 'progress';
  const isLog = /^(?:output|status)\b/.test(name) || name === JOB_FILES.out || name === JOB_FILES.err;
  return isLog ? 'logs' : 'rest';
}

function namesOf(directory: string): readonly string[] {
  try {
    return contentsOf(directory)?.own ?? [];
  } catch {
    return []; // a file, or what may not be looked into
  }
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return []; // gone meanwhile, or what may not be looked into
  }
}
