import {chmodSync, mkdirSync, readFileSync, utimesSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';

import {checkoutFacts} from './checkout-facts.ts';
import {type GitRepo, locateRepo} from './locate-repo.ts';
import {readHead} from './read-head.ts';
import {type TemporaryPlace, temporaryPlace} from './testing/temporary-repo.ts';

let place: TemporaryPlace;
let top: string;
let commit: string;

beforeEach(() => {
  vi.stubEnv('GIT_CONFIG_GLOBAL', '/dev/null');
  place = temporaryPlace();
  top = place.makeRepo('repo');
  commit = place.git('repo', 'rev-parse', 'HEAD');
});

afterEach(() => {
  place.remove();
  vi.unstubAllEnvs();
});

const factsIn = (cwd: string) => checkoutFacts(locateRepo(cwd));

function headIn(cwd: string) {
  const repo = locateRepo(cwd);
  return readHead(repo as GitRepo);
}

describe('readHead', () => {
  it('reads branch and commit, also of a branch with slashes', () => {
    expect(headIn(top)).toEqual({branch: 'main', commit});
    place.git('repo', 'switch', '--quiet', '--create', 'feature/x');
    expect(headIn(top)).toEqual({branch: 'feature/x', commit});
  });

  it('reads packed branches, and a loose one before a packed one', () => {
    place.git('repo', 'branch', 'other-main');
    place.git('repo', 'tag', '--annotate', '--message=t', 'main');
    place.git('repo', 'pack-refs', '--all');
    expect(headIn(top)).toEqual({branch: 'main', commit});
    place.git('repo', 'commit', '--quiet', '--allow-empty', '--message=second');
    expect(headIn(top)).toEqual({branch: 'main', commit: place.git('repo', 'rev-parse', 'HEAD')});
  });

  it('reads a packed branch where a directory has its name', () => {
    place.git('repo', 'pack-refs', '--all');
    mkdirSync(join(top, '.git/refs/heads/main'));
    expect(headIn(top)).toEqual({branch: 'main', commit});
  });

  it('has a commit and no branch when HEAD is detached', () => {
    place.git('repo', 'switch', '--quiet', '--detach');
    expect(headIn(top)).toEqual({branch: undefined, commit});
  });

  it('has a branch and no commit before the first commit', () => {
    place.git('.', 'init', '--quiet', '--initial-branch=start', 'fresh');
    expect(headIn(join(place.root, 'fresh'))).toEqual({branch: 'start', commit: undefined});
  });

  it('reads the branch of the worktree that it is asked about', () => {
    place.git('repo', 'worktree', 'add', '--quiet', '-b', 'side', '../linked');
    expect(headIn(join(place.root, 'linked'))).toEqual({branch: 'side', commit});
    expect(headIn(top)).toEqual({branch: 'main', commit});
  });

  it('reads ids of 64 digits', () => {
    place.git('.', 'init', '--quiet', '--initial-branch=main', '--object-format=sha256', 'long');
    place.git('long', 'commit', '--quiet', '--allow-empty', '--message=first');
    const expected = {branch: 'main', commit: place.git('long', 'rev-parse', 'HEAD')};
    expect(headIn(join(place.root, 'long'))).toEqual(expected);
    place.git('long', 'pack-refs', '--all');
    expect(headIn(join(place.root, 'long'))).toEqual(expected);
  });
});

describe('checkoutFacts', () => {
  it('tells a clean checkout', async () => {
    expect(await factsIn(top)).toEqual({worktree: top, branch: 'main', commit, dirty: false});
  });

  it('calls a changed, an added and an untracked file dirty, wherever in the checkout', async () => {
    mkdirSync(join(top, 'sub'));
    place.write('repo/b', 'b\n');
    expect(await factsIn(join(top, 'sub'))).toMatchObject({dirty: true});
    place.git('repo', 'add', 'b');
    expect(await factsIn(top)).toMatchObject({dirty: true});
    place.git('repo', 'commit', '--quiet', '--message=second');
    place.write('repo/a', 'changed\n');
    expect(await factsIn(top)).toMatchObject({dirty: true});
  });

  it('counts untracked files even where git is configured not to show them', async () => {
    place.git('repo', 'config', 'status.showUntrackedFiles', 'no');
    place.write('repo/b', 'b\n');
    expect(await factsIn(top)).toMatchObject({dirty: true});
  });

  it('does not call ignored files dirty', async () => {
    place.write('repo/.git/info/exclude', 'b\n');
    place.write('repo/b', 'b\n');
    expect(await factsIn(top)).toMatchObject({dirty: false});
  });

  it('is about the working directory, not about the repository a hook runs for', async () => {
    const other = place.makeRepo('other');
    place.write('other/b', 'b\n');
    vi.stubEnv('GIT_DIR', join(other, '.git'));
    vi.stubEnv('GIT_WORK_TREE', other);
    vi.stubEnv('GIT_INDEX_FILE', join(other, '.git/index'));
    expect(await factsIn(top)).toEqual({worktree: top, branch: 'main', commit, dirty: false});
  });

  it('has no checkout in a bare repository', async () => {
    place.git('.', 'clone', '--quiet', '--bare', 'repo', 'bare');
    const facts = await factsIn(join(place.root, 'bare'));
    expect(facts).toEqual({worktree: undefined, branch: 'main', commit, dirty: undefined});
  });

  it('knows nothing outside git', async () => {
    const facts = await factsIn(place.root);
    expect(facts).toEqual({worktree: undefined, branch: undefined, commit: undefined, dirty: undefined});
  });

  it('asks git where a branch is an alias for another', async () => {
    place.git('repo', 'symbolic-ref', 'refs/heads/alias', 'refs/heads/main');
    place.write('repo/.git/HEAD', 'ref: refs/heads/alias\n');
    expect(headIn(top)).toBeUndefined();
    expect(await factsIn(top)).toEqual({worktree: top, branch: 'main', commit, dirty: false});
  });

  it('leaves out what only a newer git could tell', async () => {
    place.write('repo/.git/HEAD', 'ref: refs/heads/.invalid\n');
    const facts = await factsIn(top);
    expect(facts).toMatchObject({worktree: top, branch: undefined, commit: undefined});
  });

  it('reads branch and commit, and leaves dirty open, when git is not installed', async () => {
    vi.stubEnv('PATH', place.root);
    expect(await factsIn(top)).toEqual({worktree: top, branch: 'main', commit, dirty: undefined});
  });

  it('leaves dirty open when git does not answer within the limit', async () => {
    const slow = place.write('bin/git', '#!/bin/sh\nexec sleep 1000\n');
    chmodSync(slow, 0o755);
    vi.stubEnv('PATH', `${join(place.root, 'bin')}:/usr/bin:/bin`);
    const facts = await checkoutFacts(locateRepo(top), {limitMs: 20});
    expect(facts).toEqual({worktree: top, branch: 'main', commit, dirty: undefined});
  });

  it('writes nothing, not even what git learns about files that were only touched', async () => {
    const index = join(top, '.git/index');
    const before = readFileSync(index);
    utimesSync(join(top, 'a'), 1, 1);
    expect(await factsIn(top)).toMatchObject({dirty: false});
    expect(readFileSync(index).equals(before)).toBe(true);
  });
});
