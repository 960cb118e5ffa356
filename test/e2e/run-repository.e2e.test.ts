import {cpSync, renameSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {type TemporaryPlace, temporaryPlace} from '../../src/project/testing/temporary-repo.ts';
import {type Listed, Sandbox} from '../support/sandbox.ts';

let sandbox: Sandbox;
let place: TemporaryPlace;
beforeEach(() => {
  sandbox = new Sandbox();
  place = temporaryPlace();
});
afterEach(async () => {
  await sandbox.dispose();
  place.remove();
});

describe('where a job was submitted', () => {
  it('is recorded with worktree, branch, commit and changes', async () => {
    const repo = place.makeRepo('repo');
    const first = place.git('repo', 'rev-parse', 'HEAD');
    expect(await factsOfRun(repo)).toEqual({worktree: repo, branch: 'main', commit: first, dirty: false});
    place.write('repo/deep/er/new', '');
    expect(await factsOfRun(join(repo, 'deep', 'er'))).toEqual({
      worktree: repo,
      branch: 'main',
      commit: first,
      dirty: true,
    });
    place.git('repo', 'add', '.');
    place.git('repo', 'commit', '--quiet', '--message=second');
    const second = place.git('repo', 'rev-parse', 'HEAD');
    place.git('repo', 'switch', '--quiet', '--create', 'topic/a-b');
    place.write('repo/a', 'changed\n');
    expect(await factsOfRun(repo)).toEqual({
      worktree: repo,
      branch: 'topic/a-b',
      commit: second,
      dirty: true,
    });
  });

  it('is that of a linked worktree, a detached head, an unborn branch, a bare repository', async () => {
    const repo = place.makeRepo('repo');
    const commit = place.git('repo', 'rev-parse', 'HEAD');
    place.git('repo', 'worktree', 'add', '--quiet', '-b', 'feature', '../linked');
    place.git('repo', 'worktree', 'add', '--quiet', '--detach', '../detached');
    place.git('.', 'init', '--quiet', '--initial-branch=trunk', 'unborn');
    place.git('.', 'clone', '--quiet', '--bare', 'repo', 'bare');
    const cases: readonly (readonly [string, Record<string, unknown>])[] = [
      [join(place.root, 'linked'), {branch: 'feature', commit, dirty: false}],
      [join(place.root, 'detached'), {branch: null, commit, dirty: false}],
      [join(place.root, 'unborn'), {branch: 'trunk', commit: null, dirty: false}],
    ];
    for (const [cwd, facts] of cases) expect(await factsOfRun(cwd)).toEqual({worktree: cwd, ...facts});
    expect(await factsOfRun(join(place.root, 'bare'))).toEqual({
      worktree: null,
      branch: 'main',
      commit,
      dirty: null,
    });
    expect((await sandbox.list({cwd: repo})).map(({branch}) => branch)).toEqual([null, 'feature']);
  });

  it('is not known outside git', async () => {
    expect(await factsOfRun(sandbox.work)).toEqual({worktree: null, branch: null, commit: null, dirty: null});
  });

  it('is told by the directory, also where a hook names another repository in the environment', async () => {
    const repo = place.makeRepo('repo');
    const other = place.makeRepo('other');
    const env = {
      GIT_DIR: join(other, '.git'),
      GIT_INDEX_FILE: join(other, '.git', 'index'),
      GIT_WORK_TREE: other,
    };
    place.write('other/new', '');
    await sandbox.ok(['run', '--', 'true'], {cwd: repo, env});
    expect((await sandbox.list({cwd: repo}))[0]).toMatchObject({worktree: repo, dirty: false});
  });

  it('is that of --cwd', async () => {
    const repo = place.makeRepo('repo');
    await sandbox.ok(['run', '--cwd', repo, '--', 'true']);
    expect(await sandbox.list()).toEqual([]);
    expect((await sandbox.list({cwd: repo}))[0]).toMatchObject({worktree: repo, branch: 'main', cwd: repo});
  });
});

describe('the identity of a repository', () => {
  it('is its own in a copy, whose list begins empty', async () => {
    const repo = place.makeRepo('repo');
    await sandbox.ok(['run', '--name', 'in-original', '--', 'true'], {cwd: repo});
    const copy = join(place.root, 'copy');
    cpSync(repo, copy, {recursive: true});
    expect(await sandbox.list({cwd: copy})).toEqual([]);
    await sandbox.ok(['run', '--name', 'in-copy', '--', 'true'], {cwd: copy});
    await sandbox.ok(['run', '--name', 'again', '--', 'true'], {cwd: repo});
    const [copied, original] = [await sandbox.list({cwd: copy}), await sandbox.list({cwd: repo})];
    expect(copied.map(({name}) => name)).toEqual(['in-copy']);
    expect(original.map(({name}) => name)).toEqual(['again', 'in-original']);
    expect(copied[0]?.repo).not.toBe(original[0]?.repo);
    expect(place.git('repo', 'config', 'stint.id')).toBe(original[0]?.repo);
    expect(place.git('copy', 'config', 'stint.id')).toBe(copied[0]?.repo);
  });

  it('stays the same when it is moved, with its history', async () => {
    const repo = place.makeRepo('repo');
    await sandbox.ok(['run', '--name', 'before', '--', 'true'], {cwd: repo});
    const moved = join(place.root, 'moved');
    renameSync(repo, moved);
    expect((await sandbox.list({cwd: moved})).map(({name}) => name)).toEqual(['before']);
    await sandbox.ok(['run', '--name', 'after', '--', 'true'], {cwd: moved});
    await sandbox.ok(['run', '--name', 'later', '--', 'true'], {cwd: moved});
    const jobs = await sandbox.list({cwd: moved});
    expect(jobs.map(({name}) => name)).toEqual(['later', 'after', 'before']);
    expect(new Set(jobs.map(({repo: id}) => id)).size).toBe(1);
    expect(jobs[0]).toMatchObject({worktree: moved});
    expect(await sandbox.ok(['dump-store', 'repo_policy'], {cwd: moved})).toBe(
      `${JSON.stringify({key: 'place', value: join(moved, '.git')})}\n`,
    );
  });

  it('is found also where git may not write its configuration', async () => {
    const repo = place.makeRepo('repo');
    place.write('repo/.git/config.lock', '');
    await sandbox.ok(['run', '--name', 'one', '--', 'true'], {cwd: repo});
    await sandbox.ok(['run', '--name', 'two', '--', 'true'], {cwd: repo});
    expect((await sandbox.list({cwd: repo})).map(({name}) => name)).toEqual(['two', 'one']);
  });
});

async function factsOfRun(cwd: string): Promise<Pick<Listed, 'worktree' | 'branch' | 'commit' | 'dirty'>> {
  await sandbox.ok(['run', '--', 'true'], {cwd});
  const [job] = await sandbox.list({cwd});
  return {worktree: job?.worktree, branch: job?.branch, commit: job?.commit, dirty: job?.dirty};
}
