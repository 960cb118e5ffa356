/** Jobs through the library client, without a process for each: to submit many, quickly, and to know their files. */
import {randomBytes} from 'node:crypto';
import {mkdirSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

import type {InvocationId, RepoId} from '../../src/base/index.ts';
import {jobPath} from '../../src/coordinator/adapters/index.ts';
import {Client, type WireSubmission} from '../../src/coordinator/client/index.ts';
import {listSegments, readLastLines, segmentPath} from '../../src/journal/index.ts';
import {ensureRepoId, locateRepo} from '../../src/project/index.ts';
import type {JobRecord, Sandbox} from './sandbox.ts';

export interface JobFacts {
  readonly name?: string;
  readonly command: readonly string[];
  readonly lingerMs?: number;
  readonly sampleEvery?: number;
}

/** A library client; the coordinators that it starts carry the sandbox's mark, as those do that stint starts. */
export function clientOf(sandbox: Sandbox): Client {
  const {STINT_TEST_SANDBOX, STINT_IDLE_EXIT_SECS, STINT_NO_AUTO_PRUNE} = sandbox.environment();
  Object.assign(process.env, {STINT_TEST_SANDBOX, STINT_IDLE_EXIT_SECS, STINT_NO_AUTO_PRUNE});
  return new Client({state: sandbox.state});
}

/** A submission of one job that runs in the sandbox's working directory. */
export function submissionOf(sandbox: Sandbox, job: JobFacts): WireSubmission {
  const {name = 'job', command, lingerMs = 10_000, sampleEvery = 1} = job;
  const repo = locateRepo(sandbox.work);
  return {
    invocation: randomBytes(6).toString('hex'),
    repo: ensureRepoId(repo, () => undefined).id,
    place: sandbox.work,
    trigger_command: 'a test',
    hook_type: null,
    cwd: sandbox.work,
    umask: 0o22,
    env: Object.entries(sandbox.environment()).map(([key, value]) => `${key}=${value}`),
    checkout: {worktree: null, branch: null, commit: null, dirty: null},
    jobs: [{name, command: [...command], tags: [], sample_every: sampleEvery, linger_ms: lingerMs}],
  };
}

/** Runs a short job of each of these names, one after the other, to its end. */
export async function runShortly(sandbox: Sandbox, names: readonly string[]): Promise<void> {
  const client = clientOf(sandbox);
  try {
    for (const name of names) {
      const submission = submissionOf(sandbox, {name, command: ['true'], lingerMs: 0});
      await client.submit(submission);
      await client.wait(keyOf(submission));
    }
  } finally {
    client.close();
  }
}

/** The key of a submission's only job. */
export function keyOf({repo, invocation, jobs}: WireSubmission) {
  const name = jobs[0]?.name ?? '';
  return {repo: repo as RepoId, invocation: invocation as InvocationId, name, attempt: 1};
}

/** Where the files of a submission's only job are. */
export function directoryOf(sandbox: Sandbox, submission: WireSubmission): string {
  return join(sandbox.state, jobPath(keyOf(submission)));
}

/** The directory of the sandbox's only job with this name, or of its only job. */
export function onlyJobDirectory(sandbox: Sandbox, name?: string): string {
  const found = jobDirectories(sandbox).filter(path => name === undefined || path.endsWith(`/${name}`));
  const [only] = found;
  if (only === undefined || found.length > 1) throw new Error(`${found.length} jobs instead of one`);
  return only;
}

/** Every job's directory. */
export function jobDirectories(sandbox: Sandbox): string[] {
  const below = (path: string) => readdirSync(path).map(name => join(path, name));
  const repos = join(sandbox.state, 'repos');
  mkdirSync(repos, {recursive: true});
  return below(repos)
    .flatMap(repo => (readdirSync(repo).includes('jobs') ? below(join(repo, 'jobs')) : []))
    .flatMap(below);
}

/** The complete records in a job's files, read without stint. */
export function recordsIn(directory: string): JobRecord[] {
  const path = join(directory, 'output.jsonl');
  const records: JobRecord[] = [];
  for (const segment of listSegments(path)) {
    const text = readFileSync(segmentPath(path, segment), 'utf8');
    for (const line of text.slice(0, text.lastIndexOf('\n') + 1).split('\n'))
      if (line !== '') records.push(JSON.parse(line) as JobRecord);
  }
  return records;
}

/** Whether a job's log has its last record. */
export function isClosed(directory: string): boolean {
  const [last] = readLastLines(join(directory, 'output.jsonl'), 1);
  return last !== undefined && eventsOf([JSON.parse(last) as JobRecord])[0]?.event === 'closed';
}

export interface StatusData {
  readonly event: string;
  readonly pid?: number;
  readonly exit_code?: number;
  readonly maybe_signal?: number;
  readonly message?: string;
  readonly signal?: string;
  readonly pids?: readonly number[];
  readonly left_open?: boolean;
}

/** What the status records tell, in order. */
export function eventsOf(records: readonly JobRecord[]): StatusData[] {
  return records.flatMap(({kind, data}) => (kind === 'status' ? [data as StatusData] : []));
}

/** What a stream's records hold, as the job wrote it (but for `\r\n`). */
export function bytesOf(records: readonly JobRecord[], stream: 'stdout' | 'stderr'): Buffer {
  const pieces: Buffer[] = [];
  for (const {kind, data, enc, partial} of records) {
    if (kind !== stream) continue;
    pieces.push(Buffer.from(String(data), enc === 'base64' ? 'base64' : 'utf8'));
    if (!partial) pieces.push(NEWLINE);
  }
  return Buffer.concat(pieces);
}

const NEWLINE = Buffer.from('\n');
