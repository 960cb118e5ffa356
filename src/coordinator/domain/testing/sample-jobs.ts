/** Jobs with everything filled in, for tests. */
import type {InvocationId, RepoId} from '../../../base/index.ts';
import type {Job} from '../job/job.ts';
import {DEFAULT_JOB_OPTIONS} from '../job/job-options.ts';
import type {Invocation, JobSpec} from '../job/job-spec.ts';
import type {EndedStatus} from '../job/status.ts';

export const REPO = '0123456789abcdef' as RepoId;
export const SUBMITTED_AT = 1767225600000;

export function invocationOf(changes: Partial<Invocation> = {}): Invocation {
  return {
    id: '3fa9c1d2e4b5' as InvocationId,
    createdAt: SUBMITTED_AT,
    triggerCommand: 'stint run -- npm test',
    hookType: null,
    cwd: '/',
    worktree: '/work/app',
    branch: 'main',
    commit: '0123456789abcdef0123456789abcdef01234567',
    dirty: false,
    ...changes,
  };
}

export function specOf(changes: Partial<JobSpec> = {}): JobSpec {
  return {
    format: 1,
    repo: REPO,
    place: '/work/app/.git',
    invocation: invocationOf(),
    number: 1,
    name: 'npm',
    attempt: 1,
    command: ['npm', 'test'],
    commandText: 'npm test',
    cwd: '/',
    umask: 0o22,
    tags: ['build'],
    needs: [],
    notBefore: null,
    background: true,
    ...DEFAULT_JOB_OPTIONS,
    ...changes,
  };
}

export function queuedJob(changes: Partial<JobSpec> = {}): Job {
  return {spec: specOf(changes), state: {status: 'queued'}};
}

export const ENDED_STATUSES: readonly EndedStatus[] = [
  'completed',
  'failed',
  'crashed',
  'timed_out',
  'cancelled',
  'skipped',
];
