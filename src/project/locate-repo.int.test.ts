import {mkdirSync, renameSync, rmSync, symlinkSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';

import {locateRepo} from './locate-repo.ts';
import {type TemporaryPlace, temporaryPlace} from './testing/temporary-repo.ts';

let place: TemporaryPlace;

beforeEach(() => {
  vi.stubEnv('GIT_CONFIG_GLOBAL', '/dev/null');
  place = temporaryPlace();
});

afterEach(() => {
  place.remove();
  vi.unstubAllEnvs();
});

function mainRepo(top: string) {
  return {kind: 'git', commonDir: join(top, '.git'), gitDir: join(top, '.git'), worktree: top};
}

describe('locateRepo', () => {
  it('finds the repository from its top and from a directory deep in it', () => {
    const top = place.makeRepo('repo');
    mkdirSync(join(top, 'x/y'), {recursive: true});
    expect(locateRepo(top)).toEqual(mainRepo(top));
    expect(locateRepo(join(top, 'x/y'))).toEqual(mainRepo(top));
  });

  it('finds what linked worktrees share', () => {
    const top = place.makeRepo('repo');
    place.git('repo', 'worktree', 'add', '--quiet', '../linked');
    mkdirSync(join(place.root, 'linked/sub'));
    expect(locateRepo(join(place.root, 'linked/sub'))).toEqual({
      kind: 'git',
      commonDir: join(top, '.git'),
      gitDir: join(top, '.git/worktrees/linked'),
      worktree: join(place.root, 'linked'),
    });
  });

  it('takes a submodule for a repository of its own', () => {
    const top = place.makeRepo('repo');
    place.makeRepo('library');
    place.git('repo', 'submodule', '--quiet', 'add', '../library', 'lib');
    const gitDir = join(top, '.git/modules/lib');
    expect(locateRepo(join(top, 'lib'))).toEqual({
      kind: 'git',
      commonDir: gitDir,
      gitDir,
      worktree: join(top, 'lib'),
    });
  });

  it('finds a bare repository from inside, without a checkout', () => {
    place.makeRepo('repo');
    place.git('.', 'clone', '--quiet', '--bare', 'repo', 'bare');
    const bare = join(place.root, 'bare');
    const expected = {kind: 'git', commonDir: bare, gitDir: bare, worktree: undefined};
    expect(locateRepo(bare)).toEqual(expected);
    expect(locateRepo(join(bare, 'refs/heads'))).toEqual(expected);
  });

  it('sees no checkout beside a .git that is bare, but one in each worktree linked to it', () => {
    place.makeRepo('repo');
    place.git('.', 'clone', '--quiet', '--bare', 'repo', 'hub/.bare');
    place.write('hub/.git', 'gitdir: ./.bare\n');
    place.git('hub', 'worktree', 'add', '--quiet', 'main');
    const hub = join(place.root, 'hub');
    const bare = join(hub, '.bare');
    expect(locateRepo(hub)).toEqual({kind: 'git', commonDir: bare, gitDir: bare, worktree: undefined});
    expect(locateRepo(join(hub, 'main'))).toEqual({
      kind: 'git',
      commonDir: bare,
      gitDir: join(bare, 'worktrees/main'),
      worktree: join(hub, 'main'),
    });
  });

  it('sees no checkout from inside .git', () => {
    const top = place.makeRepo('repo');
    expect(locateRepo(join(top, '.git/refs'))).toEqual({...mainRepo(top), worktree: undefined});
  });

  it('gives real paths for a working directory reached over a symbolic link', () => {
    const top = place.makeRepo('repo');
    mkdirSync(join(top, 'sub'));
    symlinkSync(join(top, 'sub'), join(place.root, 'link'));
    expect(locateRepo(join(place.root, 'link'))).toEqual(mainRepo(top));
  });

  it('follows a .git that is a symbolic link', () => {
    const top = place.makeRepo('repo');
    const moved = join(place.root, 'moved.git');
    renameSync(join(top, '.git'), moved);
    symlinkSync(moved, join(top, '.git'));
    expect(locateRepo(top)).toEqual({kind: 'git', commonDir: moved, gitDir: moved, worktree: top});
  });

  it('is not confused by the environment of a hook', () => {
    const top = place.makeRepo('repo');
    const other = place.makeRepo('other');
    vi.stubEnv('GIT_DIR', join(other, '.git'));
    vi.stubEnv('GIT_WORK_TREE', other);
    expect(locateRepo(top)).toEqual(mainRepo(top));
  });

  it('returns the real directory outside git', () => {
    const directory = join(place.root, 'plain');
    mkdirSync(directory);
    symlinkSync(directory, join(place.root, 'link'));
    expect(locateRepo(join(place.root, 'link'))).toEqual({kind: 'directory', directory});
    expect(locateRepo('/')).toEqual({kind: 'directory', directory: '/'});
  });

  it('passes over a .git directory that holds no repository', () => {
    const top = place.makeRepo('repo');
    mkdirSync(join(top, 'sub/.git'), {recursive: true});
    expect(locateRepo(join(top, 'sub'))).toEqual(mainRepo(top));
  });

  it('takes a worktree whose repository is gone for a plain directory', () => {
    const top = place.makeRepo('repo');
    place.git('repo', 'worktree', 'add', '--quiet', 'inside');
    rmSync(join(top, '.git/worktrees/inside'), {recursive: true});
    const directory = join(top, 'inside');
    expect(locateRepo(directory)).toEqual({kind: 'directory', directory});
  });

  it('refuses a directory that does not exist, naming it', () => {
    const gone = join(place.root, 'gone');
    expect(() => locateRepo(gone)).toThrow(expect.objectContaining({code: 'CWD_NOT_FOUND'}));
    expect(() => locateRepo(gone)).toThrow(gone);
  });
});
