/**
 * Brings what was unpacked to its place, under the coordinator's lock. Order of writes:
 *
 * 1. What is there already is taken out of what was unpacked, so that all of the rest comes in.
 * 2. The directory gets the name `restore.ready`: from here on the restore is brought to its end, by whoever comes next.
 * 3. Repositories that are not there come whole, in one step; of the others first the directories of jobs, then their rows in one
 *    transaction. Then topics, in one transaction, and the rest. Each of these may be done again.
 *
 * Whoever is killed before the second step leaves everything as it was, and a directory to be removed.
 */
import {existsSync, linkSync, renameSync, rmdirSync, rmSync, statSync} from 'node:fs';
import {dirname, join} from 'node:path';

import {codeOf, pathBytes, type RepoId} from '../../base/index.ts';
import {databasePath, repoPath} from '../../coordinator/adapters/index.ts';
import {jobDirectoryName} from '../../coordinator/domain/index.ts';
import {reposOf} from '../../coordinator/reader/index.ts';
import {insideState, makePrivateDirectory} from '../../platform/index.ts';
import {
  type Connection,
  dropRowsOf,
  EVENTS_SCHEMA,
  JOBS_SCHEMA,
  jobKeys,
  openAsItIs,
  openForWriting,
  takeRowsOf,
  takeTopicsOf,
} from '../../store/index.ts';
import {entriesIn, type Inventory, inventoryOf} from '../inventory.ts';
import {EVENTS_DATABASE, READY, STAGING, sessionOf} from '../saved-names.ts';
import {planRestore} from './restore-plan.ts';

/** Tells what comes in and what was there already. Only for who has the coordinator's lock. */
export function decide(state: string): {readonly take: Inventory; readonly keep: Inventory} {
  const staging = join(state, STAGING);
  const plan = planRestore({...inventoryOf(staging), unfinished: []}, inventoryOf(state));
  for (const repo of reposOf(staging)) dropJobs(staging, repo, plan.keep.jobs);
  for (const other of plan.keep.others) removeOther(staging, other);
  renameSync(staging, join(state, READY));
  return plan;
}

function dropJobs(staging: string, repo: RepoId, kept: readonly string[]): void {
  const ids = new Set(kept.filter(job => job.startsWith(`${repo}/`)));
  if (ids.size === 0) return;
  for (const id of ids) {
    const [, invocation = '', name = ''] = id.split('/');
    rmSync(join(staging, repoPath(repo, 'jobs', invocation, name)), {recursive: true, force: true});
  }
  const path = join(staging, databasePath(repo));
  const rows = using(openAsItIs(path, JOBS_SCHEMA), db => jobKeys(db)) ?? [];
  dropRowsOf(
    path,
    rows.filter(row => ids.has(`${repo}/${row.invocation_id}/${jobDirectoryName(row.name, row.attempt)}`)),
  );
}

function removeOther(staging: string, other: string): void {
  const [top = '', name = ''] = other.split('/');
  const files = entriesIn(join(staging, top)).map(entry => entry.name);
  const paths =
    top === 'sessions'
      ? files.filter(file => sessionOf(file) === name).map(file => `${top}/${file}`)
      : [other];
  for (const path of paths) rmSync(pathBytes(join(staging, path)), {recursive: true, force: true});
}

/** Brings in all that is decided. Only for who has the coordinator's lock. Throws what a full disk has it throw: it may be repeated. */
export function takeIn(state: string): void {
  const ready = join(state, READY);
  for (const repo of reposOf(ready)) takeRepository(ready, state, repo);
  takeEvents(ready, state);
  for (const {name} of entriesIn(ready)) if (name !== 'repos') takeRest(join(ready, name), join(state, name));
  rmSync(ready, {recursive: true, force: true});
}

function takeRepository(ready: string, state: string, repo: RepoId): void {
  const [from, to] = [join(ready, repoPath(repo)), insideState(state, repoPath(repo))];
  makePrivateDirectory(dirname(to));
  if (existsSync(to)) mergeRepository(ready, state, repo);
  else renameSync(from, to);
}

function mergeRepository(ready: string, state: string, repo: RepoId): void {
  const [from, to] = [join(ready, repoPath(repo)), insideState(state, repoPath(repo))];
  for (const {name: invocation} of entriesIn(join(from, 'jobs'))) {
    makePrivateDirectory(join(to, 'jobs', invocation));
    for (const {name} of entriesIn(join(from, 'jobs', invocation)))
      takeRest(join(from, 'jobs', invocation, name), join(to, 'jobs', invocation, name));
  }
  const rows = join(ready, databasePath(repo));
  if (existsSync(rows)) {
    using(openForWriting(rows, JOBS_SCHEMA), () => undefined); // brings it up to date, where a restore of another version began
    using(openForWriting(join(state, databasePath(repo)), JOBS_SCHEMA), db => takeRowsOf(db, rows));
    rmSync(rows);
  }
  rmSync(join(from, 'jobs'), {recursive: true, force: true});
  for (const {name} of entriesIn(from)) takeRest(join(from, name), join(to, name));
}

function takeEvents(ready: string, state: string): void {
  const from = join(ready, EVENTS_DATABASE);
  if (!existsSync(from)) return;
  const to = insideState(state, EVENTS_DATABASE);
  if (!isSame(from, to) && !isLinked(from, to)) {
    using(openForWriting(from, EVENTS_SCHEMA), () => undefined);
    using(openForWriting(to, EVENTS_SCHEMA), db => takeTopicsOf(db, from));
  }
  rmSync(from);
}

/** Whoever linked it was killed right then. */
function isSame(a: string, b: string): boolean {
  const [from, to] = [a, b].map(path => statSync(path, {throwIfNoEntry: false}));
  return from !== undefined && from.ino === to?.ino && from.dev === to.dev;
}

/** False where something is there, be it since a moment, or where files cannot have two names. */
function isLinked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch {
    return false;
  }
}

/** Moves what is not there yet: a directory that is there takes what it lacks, a file stays. */
function takeRest(from: string, to: string): void {
  if (!existsSync(pathBytes(to))) {
    renameSync(pathBytes(from), pathBytes(to));
    return;
  }
  for (const {name} of entriesIn(from)) takeRest(join(from, name), join(to, name));
  try {
    rmdirSync(pathBytes(from));
  } catch (error) {
    if (codeOf(error) !== 'ENOTEMPTY' && codeOf(error) !== 'ENOTDIR' && codeOf(error) !== 'ENOENT')
      throw error;
  }
}

function using<T>(db: Connection | undefined, use: (db: Connection) => T): T | undefined {
  try {
    return db && use(db);
  } finally {
    db?.close();
  }
}
