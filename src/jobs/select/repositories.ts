/** Which repositories a list is about: the one around a directory, or all of those in which jobs were ever run. */
import {existsSync} from 'node:fs';
import {isAbsolute, resolve} from 'node:path';

import {hasCode, nearNames, pathBytes, type RepoId, StintError, visible} from '../../base/index.ts';
import {JobReader, reposOf} from '../../coordinator/reader/index.ts';
import {findStateDirectory, systemClock} from '../../platform/index.ts';
import {openReadingPlace, openRepository, type ReadingPlace} from '../place.ts';

export interface Repositories {
  /** The state directory; undefined where nothing was ever run. */
  readonly state: string | undefined;
  /** Their readers are the caller's to close. */
  readonly places: readonly RepositoryPlace[];
  /** Of those that cannot be read, why. */
  readonly failures: readonly unknown[];
}

export interface RepositoryPlace extends ReadingPlace {
  /** Where the repository is, or was: the git common directory, or the directory outside git. */
  readonly place: string;
}

export interface Asked {
  /** A directory of the repository that is meant, or where it was. Default: the current directory. */
  readonly repo?: string | undefined;
  /** Every repository of the state directory. */
  readonly allRepos?: boolean | undefined;
  /** The state directory, if not the usual one. */
  readonly state?: string | undefined;
}

/**
 * Opens them, that of the current directory first. Throws `CWD_NOT_FOUND` where there is no current directory and it is asked
 * for, `NO_MATCH` where no job was ever run in `repo`, and what a database that cannot be used throws, but with `allRepos`.
 */
export function openRepositories(cwd: () => string, {repo, allRepos, state}: Asked): Repositories {
  if (allRepos) return everyRepository(cwd, state);
  const found = repo === undefined ? openRepository(cwd, state) : namedRepository(cwd, repo, state);
  return {state: found.state, places: [placed(found, found.here ?? '')], failures: []};
}

/** The path by which people know a repository. */
export function repositoryName(place: string): string {
  return place.replace(/(?<=.)\/\.git$/, '');
}

function everyRepository(cwd: () => string, told: string | undefined): Repositories {
  const state = findStateDirectory(told);
  if (state === undefined) return {state, places: [], failures: []};
  const failures: unknown[] = [];
  const here = attempted(() => openReadingPlace(cwd, told), failures);
  const others = reposOf(state).flatMap(id => {
    if (id === here?.repoId) return [];
    const reader = attempted(() => JobReader.open(state, id, systemClock), failures);
    return reader === undefined ? [] : placed({state, repoId: id, reader, here: undefined}, '');
  });
  const isUsed = here?.reader !== undefined;
  return {state, places: [...(isUsed ? [placed(here, here.here ?? '')] : []), ...others], failures};
}

function attempted<T>(open: () => T, failures: unknown[]): T | undefined {
  try {
    return open();
  } catch (error) {
    failures.push(error);
    return undefined;
  }
}

function placed(found: ReadingPlace, fallback: string): RepositoryPlace {
  return {...found, place: found.reader?.place ?? fallback};
}

/** Around that directory; where it is gone, by the place where it was. */
function namedRepository(cwd: () => string, repo: string, told: string | undefined): ReadingPlace {
  const path = isAbsolute(repo) ? resolve(repo) : resolve(cwd(), repo);
  try {
    const found = openRepository(() => path, told);
    if (found.reader !== undefined) return found;
  } catch (error) {
    if (!hasCode(error, 'CWD_NOT_FOUND')) throw error;
  }
  const state = findStateDirectory(told);
  const known = state === undefined ? [] : reposOf(state).flatMap(id => placeOfRepository(state, id) ?? []);
  const gone = known.find(({place}) => place === path || repositoryName(place) === path);
  if (state !== undefined && gone !== undefined)
    return {state, repoId: gone.id, reader: JobReader.open(state, gone.id, systemClock), here: undefined};
  throw neverUsed(
    path,
    known.map(({place}) => repositoryName(place)),
  );
}

interface KnownPlace {
  readonly id: RepoId;
  readonly place: string;
}

function placeOfRepository(state: string, id: RepoId): KnownPlace | undefined {
  const reader = attempted(() => JobReader.open(state, id, systemClock), []);
  const place = reader?.place;
  reader?.close();
  return place === undefined ? undefined : {id, place};
}

function neverUsed(path: string, known: readonly string[]): StintError {
  const isThere = existsSync(pathBytes(path));
  const near = nearNames(path, known);
  return new StintError(
    'NO_MATCH',
    `No job was ever run in ${visible(path)}${isThere ? '' : ', which does not exist'}.`,
    {
      hint: [
        near.length > 0 ? `Did you mean: ${near.map(visible).join(', ')}?` : '',
        'Run: stint ls --all-repos   (it shows where jobs were run)',
      ]
        .filter(Boolean)
        .join('\n'),
    },
  );
}
