/** What a state directory holds, as far as it can be restored; the same of a backup. */
import {readdirSync} from 'node:fs';
import {join} from 'node:path';

import {codeOf, pathBytes, pathText, type RepoId} from '../base/index.ts';
import {databasePath, repoPath} from '../coordinator/adapters/index.ts';
import {jobDirectoryName} from '../coordinator/domain/index.ts';
import {invocationsOnDisk, reposOf} from '../coordinator/reader/index.ts';
import {insideState} from '../platform/index.ts';
import {EVENTS_SCHEMA, JOBS_SCHEMA, jobKeys, openAsItIs, topicNames} from '../store/index.ts';
import {EVENTS_DATABASE, mannerOf, sessionOf} from './saved-names.ts';

export interface Inventory {
  /** `<repository>/<invocation>/<directory of the job>`. */
  readonly jobs: readonly string[];
  /** Of the event log in the state directory. */
  readonly topics: readonly string[];
  /** `sessions/<session>`, `events/topics/<topic>`, and what else lies at the top. */
  readonly others: readonly string[];
}

/** Of directories whose contents are taken one by one. */
const ONE_BY_ONE: ReadonlySet<string> = new Set(['sessions', 'events', 'events/topics']);

/** Jobs that have a directory or a row. A database that cannot be read tells of none. */
export function inventoryOf(state: string): Inventory {
  return {
    jobs: reposOf(state).flatMap(repo => jobsIn(state, repo)),
    topics: topicsIn(state),
    others: [...new Set(othersIn(state, ''))],
  };
}

export interface Entry {
  readonly name: string;
  readonly kind: 'file' | 'directory' | 'other';
}

/** What lies in a directory, by name; nothing where there is none. Names are `pathText`. */
export function entriesIn(path: string): Entry[] {
  try {
    const entries = readdirSync(pathBytes(path), {withFileTypes: true, encoding: 'buffer'});
    return entries
      .map((entry): Entry => {
        const kind = entry.isFile() ? 'file' : entry.isDirectory() ? 'directory' : 'other';
        return {name: pathText(entry.name), kind};
      })
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return [];
    throw error;
  }
}

/** In the order of their names. */
export function jobsIn(state: string, repo: RepoId): string[] {
  const onDisk = invocationsOnDisk(state, repo)
    .filter(invocation => mannerOf(['repos', repo, 'jobs', invocation, 'x', 'x']) !== undefined)
    .flatMap(invocation =>
      entriesIn(join(state, repoPath(repo, 'jobs', invocation))).flatMap(({name, kind}) =>
        kind === 'directory' ? `${repo}/${invocation}/${name}` : [],
      ),
    );
  return [...new Set([...onDisk, ...rowsIn(state, repo).map(({job}) => job)])].sort();
}

export interface KnownRow {
  readonly job: string;
  readonly isClosed: boolean;
}

/** The rows of a repository, whatever version wrote them; none where its database is missing or cannot be read. */
export function rowsIn(state: string, repo: RepoId): KnownRow[] {
  try {
    const db = openAsItIs(insideState(state, databasePath(repo)), JOBS_SCHEMA);
    try {
      return db === undefined
        ? []
        : jobKeys(db).map(row => ({job: jobIdOf(repo, row), isClosed: row.closed_at !== null}));
    } finally {
      db?.close();
    }
  } catch {
    return []; // whoever opens it to do something is told why
  }
}

function jobIdOf(repo: RepoId, row: {invocation_id: string; name: string; attempt: number}): string {
  return `${repo}/${row.invocation_id}/${jobDirectoryName(row.name, row.attempt)}`;
}

function topicsIn(state: string): string[] {
  const path = join(state, EVENTS_DATABASE);
  try {
    const db = openAsItIs(path, EVENTS_SCHEMA);
    try {
      return db === undefined ? [] : topicNames(db);
    } finally {
      db?.close();
    }
  } catch {
    return []; // as above
  }
}

function othersIn(state: string, directory: string): string[] {
  return entriesIn(join(state, directory)).flatMap(({name, kind}) => {
    const path = directory === '' ? name : `${directory}/${name}`;
    if (
      path === 'repos' ||
      kind === 'other' ||
      mannerOf([...path.split('/'), ...(kind === 'directory' ? ['x'] : [])]) !== 'file'
    )
      return [];
    if (kind === 'directory' && ONE_BY_ONE.has(path)) return othersIn(state, path);
    return directory === 'sessions' ? `sessions/${sessionOf(name)}` : path;
  });
}
