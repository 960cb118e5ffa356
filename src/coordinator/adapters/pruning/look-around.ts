/**
 * All jobs of a repository as who decides about their removal wants them: from their rows, with what they take on the disk; and
 * what an earlier removal left half done. Changes nothing.
 */
import {type Dirent, existsSync, lstatSync, readdirSync, statSync} from 'node:fs';
import {join} from 'node:path';

import {codeOf, parseInvocationId, pathBytes, type RepoId} from '../../../base/index.ts';
import {
  type Connection,
  listPrunable,
  type PrunableRow,
  REPO_PLACE,
  readPolicy,
} from '../../../store/index.ts';
import {isFailure, jobDirectoryName, type PrunableInvocation, type PrunableJob} from '../../domain/index.ts';
import type {HalfDone, Surroundings} from '../../ports/index.ts';
import {JOB_FILES, jobsPath} from '../directory/job-paths.ts';
import {Breather} from './breather.ts';
import {bytesIn, bytesOn, contentsOf, type JobContents} from './job-contents.ts';
import {parseRemovalName} from './removal-name.ts';

/** `db` is asked at once; the disk is looked at a little at a time. */
export async function lookAround(state: string, repo: RepoId, db: Connection): Promise<Surroundings> {
  const rows = groupedByInvocation(listPrunable(db));
  const place = readPolicy(db, REPO_PLACE) ?? '';
  const jobs = join(state, jobsPath(repo));
  const names = entriesOf(jobs).flatMap(entry => (entry.isDirectory() ? entry.name : []));
  const halfDone = [...halfRemoved(jobs, names, rows), ...leftEmpty(jobs, names, rows)];
  const breather = new Breather();
  const isThere = remembered(isDirectory);
  const sizes = new Sizes();
  const invocations: PrunableInvocation[] = [];
  for (const [id, own] of rows) {
    await breather.breathe();
    const whole = own.filter(row => !halfDone.some(({invocation, job}) => invocation === id && job === row));
    if (whole.length === 0) continue;
    const directory = join(jobs, id);
    const worktree = own[0]?.worktree ?? place;
    invocations.push({
      id,
      worktree,
      isWorktreeThere: isThere(worktree),
      bytes: sizes.ofDirectory(directory),
      jobs: whole.map(row => prunable(row, join(directory, jobDirectoryName(row.name, row.attempt)), sizes)),
    });
  }
  return {invocations, halfDone};
}

/** Removals that were begun. Those of whole invocations lose their rows here. */
function halfRemoved(jobs: string, names: readonly string[], rows: Map<string, PrunableRow[]>): HalfDone[] {
  return names.flatMap(name => {
    const found = parseRemovalName(name);
    if (found === undefined) return [];
    const {invocation, number} = found;
    const directory = join(jobs, name);
    if (number !== undefined)
      return {directory, invocation, job: halfRemovedJob(jobs, found, rows) ?? NO_JOB};
    rows.delete(invocation);
    return {directory, invocation};
  });
}

/** A job of which half is removed has no spec at its place any more. */
function halfRemovedJob(
  jobs: string,
  {invocation, number}: {readonly invocation: string; readonly number: number | undefined},
  rows: ReadonlyMap<string, readonly PrunableRow[]>,
): PrunableRow | undefined {
  const row = rows.get(invocation)?.find(each => each.number === number);
  if (row === undefined) return undefined;
  const spec = join(jobs, invocation, jobDirectoryName(row.name, row.attempt), JOB_FILES.spec);
  return lstatSync(spec, {throwIfNoEntry: false}) === undefined ? row : undefined;
}

/** No job is called so. */
const NO_JOB = {name: '', attempt: 0};

/** What a removal left that was killed before its last step. */
function leftEmpty(
  jobs: string,
  names: readonly string[],
  rows: ReadonlyMap<string, readonly PrunableRow[]>,
): HalfDone[] {
  return names.flatMap(invocation => {
    if (parseInvocationId(invocation) === undefined || rows.has(invocation)) return [];
    const directory = join(jobs, invocation);
    return isEmpty(directory) ? {directory, invocation} : [];
  });
}

/** False as well for what cannot be looked into. */
function isEmpty(directory: string): boolean {
  try {
    return readdirSync(directory).length === 0;
  } catch {
    return false;
  }
}

function groupedByInvocation(rows: readonly PrunableRow[]): Map<string, PrunableRow[]> {
  const groups = new Map<string, PrunableRow[]>();
  for (const row of rows) {
    const group = groups.get(row.invocation_id);
    if (group === undefined) groups.set(row.invocation_id, [row]);
    else group.push(row);
  }
  return groups;
}

function prunable(row: PrunableRow, directory: string, sizes: Sizes): PrunableJob {
  return {
    name: row.name,
    attempt: row.attempt,
    isClosed: row.closed_at !== null,
    isPinned: row.pinned_at !== null,
    submittedAt: row.queued_at,
    endedAt: row.finished_at ?? row.closed_at ?? Number.POSITIVE_INFINITY,
    keptFrom: row.kept_from,
    retentionMs: isFailure(row.status) ? row.retention_failed_ms : row.retention_ms,
    bytes: sizes.ofJob(row, directory),
  };
}

/**
 * What jobs take on the disk. Nearly all of them are alike: of one that is closed, printed little and reported nothing its row
 * tells that, and directories of a few names are as large as each other. The others are looked into.
 */
class Sizes {
  #directory: number | undefined;

  ofDirectory(path: string): number {
    this.#directory ||= bytesOn(path);
    return this.#directory;
  }

  ofJob({closed_at, size_bytes, reported, command_length}: PrunableRow, directory: string): number {
    const isUsual = closed_at !== null && reported === 0 && command_length < SHORT_COMMAND;
    if (
      isUsual &&
      size_bytes !== null &&
      size_bytes < COPIED_BYTES &&
      !existsSync(join(directory, JOB_FILES.readers))
    )
      return this.ofDirectory(directory) + UNIT_BYTES + Math.ceil(size_bytes / UNIT_BYTES) * UNIT_BYTES;
    return bytesIn(directory, tolerantContents(directory));
  }
}

/** In which most file systems give out room. */
const UNIT_BYTES = 4096;
/** With such a command a spec fits into one unit. */
const SHORT_COMMAND = 500;
/** From here on a journal has a second file beside it. */
const COPIED_BYTES = 2 * 1024 * 1024;

/** Whoever removes it says why it cannot be looked into. */
function tolerantContents(directory: string): JobContents {
  try {
    return contentsOf(directory) ?? NOTHING;
  } catch {
    return NOTHING;
  }
}

const NOTHING: JobContents = {own: [], strange: []};

function entriesOf(directory: string): Dirent[] {
  try {
    return readdirSync(directory, {withFileTypes: true});
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Where that cannot be seen, it is there: then more is kept. */
function isDirectory(path: string): boolean {
  try {
    return statSync(pathBytes(path), {throwIfNoEntry: false})?.isDirectory() ?? false;
  } catch (error) {
    return codeOf(error) !== 'ENOTDIR';
  }
}

function remembered<T>(ask: (key: string) => T): (key: string) => T {
  const answers = new Map<string, T>();
  return key => {
    const known = answers.get(key);
    if (known !== undefined) return known;
    const answer = ask(key);
    answers.set(key, answer);
    return answer;
  };
}
