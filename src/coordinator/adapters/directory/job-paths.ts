/** Where the files of a repository and of its jobs are. */
import type {JobKey, RepoId} from '../../../base/index.ts';
import {jobDirectoryName} from '../../domain/index.ts';

/** Names of the files in a job's directory. */
export const JOB_FILES = {
  spec: 'spec.json',
  environment: 'env',
  handover: 'handover',
  out: 'out',
  err: 'err',
  alive: 'alive',
  pid: 'pid',
  exit: 'exit',
  journal: 'output.jsonl',
  status: 'status.jsonl',
  held: 'held.json',
  progress: 'progress.jsonl',
  checkpoint: 'progress.checkpoint',
  notified: 'notified',
  readers: 'readers',
  pinned: 'pinned',
} as const;

/** Paths below the state directory, relative to it. */
export function repoPath(repo: RepoId, ...more: string[]): string {
  return ['repos', repo, ...more].join('/');
}

export function databasePath(repo: RepoId): string {
  return repoPath(repo, 'coordinator.db');
}

/** The directory of all jobs of a repository; in it one for each invocation. */
export function jobsPath(repo: RepoId, ...more: string[]): string {
  return repoPath(repo, 'jobs', ...more);
}

/** Exists while a job of the repository is not closed: a coordinator that starts opens only these repositories. */
export function unfinishedMarkPath(repo: RepoId): string {
  return repoPath(repo, 'unfinished');
}

export function jobPath({repo, invocation, name, attempt}: JobKey): string {
  return jobsPath(repo, invocation, jobDirectoryName(name, attempt));
}
