import {cpSync, existsSync, mkdirSync, renameSync, rmSync, symlinkSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';

import {configuredId} from './configured-id.ts';
import {type GitRepo, locateRepo} from './locate-repo.ts';
import {mintRepoId} from './mint-repo-id.ts';
import {ensureRepoId, findRepoId} from './repo-id.ts';
import {sha256} from './sha256.ts';
import {type TemporaryPlace, temporaryPlace} from './testing/temporary-repo.ts';

let place: TemporaryPlace;
let registered: Map<string, string>;

beforeEach(() => {
  vi.stubEnv('GIT_CONFIG_GLOBAL', '/dev/null');
  place = temporaryPlace();
  registered = new Map();
});

afterEach(() => {
  place.remove();
  vi.unstubAllEnvs();
});

const pathOf = (id: string) => registered.get(id);

function gitRepo(cwd: string): GitRepo {
  const repo = locateRepo(cwd);
  if (repo.kind !== 'git') throw new Error(`${cwd} is in no repository.`);
  return repo;
}

/** As `stint run` does it: makes sure of the id and registers it. */
function register(cwd: string) {
  const repo = gitRepo(cwd);
  const identity = ensureRepoId(repo, pathOf);
  registered.set(identity.id, repo.commonDir);
  return identity;
}

describe('ensureRepoId', () => {
  it('makes an id once and keeps it where git finds it', () => {
    const top = place.makeRepo('repo');
    expect(findRepoId(gitRepo(top), pathOf)).toBeUndefined();
    const first = register(top);
    expect(first).toEqual({id: expect.stringMatching(/^[0-9a-f]{16}$/), created: true, moved: false});
    expect(register(top)).toEqual({id: first.id, created: false, moved: false});
    expect(findRepoId(gitRepo(top))).toBe(first.id);
    expect(place.git('repo', 'config', 'stint.id')).toBe(first.id);
  });

  it('gives all worktrees the same id', () => {
    const top = place.makeRepo('repo');
    place.git('repo', 'worktree', 'add', '--quiet', '../linked');
    const {id} = register(join(place.root, 'linked'));
    expect(findRepoId(gitRepo(top), pathOf)).toBe(id);
  });

  it('keeps the id of a repository that was moved', () => {
    const top = place.makeRepo('repo');
    const {id} = register(top);
    const moved = join(place.root, 'moved');
    renameSync(top, moved);
    expect(findRepoId(gitRepo(moved), pathOf)).toBe(id);
    expect(register(moved)).toEqual({id, created: false, moved: true});
    expect(register(moved)).toEqual({id, created: false, moved: false});
  });

  it('keeps the id of a moved repository when another one took its old place', () => {
    const top = place.makeRepo('repo');
    const {id} = register(top);
    renameSync(top, join(place.root, 'moved'));
    register(place.makeRepo('repo'));
    expect(register(join(place.root, 'moved'))).toEqual({id, created: false, moved: true});
  });

  it('gives a copy an id of its own while the original is there', () => {
    const top = place.makeRepo('repo');
    const {id} = register(top);
    const copy = join(place.root, 'copy');
    cpSync(top, copy, {recursive: true});
    expect(findRepoId(gitRepo(copy), pathOf)).toBeUndefined();
    const own = register(copy);
    expect(own).toEqual({id: expect.not.stringContaining(id), created: true, moved: false});
    expect(place.git('copy', 'config', '--get-all', 'stint.id')).toBe(own.id);
    expect(register(top)).toEqual({id, created: false, moved: false});
    expect(register(copy)).toEqual({id: own.id, created: false, moved: false});
  });

  it('takes another name of the same directory for a move, not for a copy', () => {
    const top = place.makeRepo('repo');
    const {id} = register(top);
    symlinkSync(top, join(place.root, 'other-name'));
    registered.set(id, join(place.root, 'other-name/.git'));
    expect(register(top)).toEqual({id, created: false, moved: true});
  });

  it('uses an id that was registered nowhere', () => {
    const top = place.makeRepo('repo');
    const {id} = register(top);
    registered.clear();
    expect(register(top)).toEqual({id, created: false, moved: false});
  });

  it('takes the id of a process that was faster between reading and writing', () => {
    const repo = gitRepo(place.makeRepo('repo'));
    let faster: string | undefined;
    const identity = ensureRepoId(repo, () => {
      faster = mintRepoId(repo.commonDir, undefined)?.id;
      return undefined;
    });
    expect(identity).toEqual({id: faster, created: false, moved: false});
    expect(place.git('repo', 'config', '--get-all', 'stint.id')).toBe(faster);
  });

  it('passes over a value that is no id', () => {
    const top = place.makeRepo('repo');
    place.git('repo', 'config', 'stint.id', '../elsewhere');
    expect(findRepoId(gitRepo(top))).toBeUndefined();
    const {id} = register(top);
    expect(findRepoId(gitRepo(top))).toBe(id);
  });
});

describe('ensureRepoId where the configuration cannot be written', () => {
  it('derives the id from the path and keeps it even if the configuration can be written later', () => {
    const top = place.makeRepo('repo');
    const lock = join(top, '.git/config.lock');
    mkdirSync(lock);
    const id = sha256(join(top, '.git')).slice(0, 16);
    expect(register(top)).toEqual({id, created: false, moved: false});
    expect(findRepoId(gitRepo(top), pathOf)).toBe(id);
    rmSync(lock, {recursive: true});
    expect(register(top)).toEqual({id, created: false, moved: false});
    expect(configuredId(join(top, '.git'))).toBeUndefined();
  });

  it('gives a copy an id of its own there too', () => {
    const top = place.makeRepo('repo');
    const {id} = register(top);
    const copy = join(place.root, 'copy');
    cpSync(top, copy, {recursive: true});
    mkdirSync(join(copy, '.git/config.lock'));
    const own = register(copy).id;
    expect(own).not.toBe(id);
    expect(findRepoId(gitRepo(copy), pathOf)).toBe(own);
  });

  it('derives the id when git is not installed', () => {
    const top = place.makeRepo('repo');
    vi.stubEnv('PATH', place.root);
    expect(register(top).id).toBe(sha256(join(top, '.git')).slice(0, 16));
    expect(existsSync(join(top, '.git/config.lock'))).toBe(false);
  });
});

describe('mintRepoId', () => {
  it('lets two that saw no id agree on one', () => {
    const commonDir = gitRepo(place.makeRepo('repo')).commonDir;
    const first = mintRepoId(commonDir, undefined);
    const second = mintRepoId(commonDir, undefined);
    expect(first?.created).toBe(true);
    expect(second).toEqual({id: first?.id, created: false});
    expect(place.git('repo', 'config', '--get-all', 'stint.id')).toBe(first?.id);
  });

  it('lets two that saw the id of the original agree on a new one', () => {
    const top = place.makeRepo('repo');
    const {id} = register(top);
    const {commonDir} = gitRepo(top);
    const first = mintRepoId(commonDir, id);
    const second = mintRepoId(commonDir, id);
    expect(first?.created).toBe(true);
    expect(second).toEqual({id: first?.id, created: false});
    expect(place.git('repo', 'config', '--get-all', 'stint.id')).toBe(first?.id);
  });

  it('leaves the rest of the configuration as it is', () => {
    const {commonDir} = gitRepo(place.makeRepo('repo'));
    place.git('repo', 'config', 'stint.other', 'kept');
    mintRepoId(commonDir, undefined);
    expect(place.git('repo', 'config', 'stint.other')).toBe('kept');
    expect(place.git('repo', 'config', 'core.bare')).toBe('false');
  });
});

describe('the id of a directory outside git', () => {
  it('follows from its real path alone', () => {
    const repo = locateRepo(place.root);
    const id = sha256(place.root).slice(0, 16);
    expect(findRepoId(repo)).toBe(id);
    expect(ensureRepoId(repo, pathOf)).toEqual({id, created: false, moved: false});
  });
});
