/** `cancel --gone`: jobs of worktrees that are not there any more, and of no others. */
import {renameSync, rmSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, expect, it} from 'vitest';

import {type TemporaryPlace, temporaryPlace} from '../../src/project/testing/temporary-repo.ts';
import {Sandbox} from '../support/sandbox.ts';

let sandbox: Sandbox;
let place: TemporaryPlace;
let main: string;

beforeEach(() => {
  sandbox = new Sandbox();
  place = temporaryPlace();
  main = place.makeRepo('repo');
});
afterEach(async () => {
  await sandbox.dispose();
  place.remove();
});

function addWorktree(name: string): string {
  place.git('repo', 'worktree', 'add', '--quiet', '-b', name, `../${name}`);
  return join(place.root, name);
}

async function start(cwd: string, name: string, more: readonly string[] = []): Promise<void> {
  await sandbox.submit(['--name', name, ...more, '--', 'sleep', '1000'], {cwd});
}

async function statuses(): Promise<Record<string, string>> {
  return Object.fromEntries((await sandbox.list({cwd: main})).map(({name, status}) => [name, status]));
}

const cancel = (...args: readonly string[]) => sandbox.stint(['cancel', '--gone', ...args], {cwd: main});

it('ends what runs and what is queued for a worktree that was removed, from any other one', async () => {
  const removed = addWorktree('removed');
  const other = addWorktree('other');
  await start(other, 'kept');
  await start(removed, 'runs');
  await sandbox.ok(['parallel', '1']);
  await start(removed, 'waits');
  place.git('repo', 'worktree', 'remove', '--force', removed);
  const {code, stderr} = await sandbox.stint(['cancel', '--gone'], {cwd: other});
  expect(code).toBe(0);
  expect(stderr).toMatch(/^stint: runs cancelled/m);
  expect(await statuses()).toEqual({kept: 'running', runs: 'cancelled', waits: 'cancelled'});
  expect((await sandbox.stint(['cancel', '--gone'], {cwd: other})).code).toBe(3);
});

it('goes with other filters, all of which must fit', async () => {
  const removed = addWorktree('removed');
  await start(removed, 'one', ['--tag', 'build']);
  await start(removed, 'two');
  await start(main, 'three', ['--tag', 'build']);
  rmSync(removed, {recursive: true});
  expect(JSON.parse((await cancel('--tag', 'build', '--json')).stdout)).toMatchObject({
    count: 1,
    jobs: [{name: 'one', status: 'cancelled'}],
  });
  expect((await cancel('--older-than', '1h')).code).toBe(3);
  expect(await statuses()).toEqual({one: 'cancelled', two: 'running', three: 'running'});
});

it('leaves alone, and says so, what runs in a worktree that was moved or that git was told to keep', async () => {
  const moved = addWorktree('moved');
  const locked = addWorktree('locked');
  await start(moved, 'runs');
  await sandbox.ok(['parallel', '1']);
  await start(locked, 'waits');
  renameSync(moved, join(place.root, 'elsewhere'));
  place.git('repo', 'worktree', 'lock', locked);
  renameSync(locked, join(place.root, 'away'));
  const {code, stdout, stderr} = await cancel('--json');
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toEqual({
    count: 0,
    names: [],
    jobs: [],
    unsure: [
      {
        name: expect.stringMatching(/:runs$/),
        reason: `${moved} is not there, but the directory in which it runs is`,
      },
      {name: expect.stringMatching(/:waits$/), reason: `git worktree lock keeps ${locked}`},
    ],
  });
  expect(stderr).toContain('was left alone, because its worktree may not be gone: ');
  expect(await statuses()).toEqual({runs: 'running', waits: 'queued'});
});

it('leaves alone what is queued in a repository that was moved', async () => {
  await sandbox.ok(['parallel', '1']);
  await start(sandbox.work, 'elsewhere');
  await start(main, 'waits');
  renameSync(main, join(place.root, 'new'));
  main = join(place.root, 'new');
  const {code, stderr} = await cancel();
  expect([code, stderr]).toEqual([1, expect.stringContaining('its repository is not at ')]);
  expect(await statuses()).toEqual({waits: 'queued'});
});

it('takes neither addresses nor --all nor --leftovers', async () => {
  for (const other of ['name', '--all', '--leftovers'])
    expect((await cancel(other)).stderr).toMatch(/exclude each other|--leftovers takes addresses/);
});
