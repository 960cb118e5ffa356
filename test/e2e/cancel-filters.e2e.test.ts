/** What the filters of `cancel` find, with jobs in two worktrees of one repository. */
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, expect, it} from 'vitest';

import {ensureRepoId, locateRepo} from '../../src/project/index.ts';
import {type TemporaryPlace, temporaryPlace} from '../../src/project/testing/temporary-repo.ts';
import {untilCounted} from '../support/coordinator.ts';
import {clientOf, onlyJobDirectory, submissionOf} from '../support/library-jobs.ts';
import {Sandbox} from '../support/sandbox.ts';

let sandbox: Sandbox;
let place: TemporaryPlace;
let main: string;
let linked: string;

beforeEach(() => {
  sandbox = new Sandbox();
  place = temporaryPlace();
  main = place.makeRepo('repo');
  place.git('repo', 'worktree', 'add', '--quiet', '-b', 'feature', '../linked');
  linked = join(place.root, 'linked');
});
afterEach(async () => {
  await sandbox.dispose();
  place.remove();
});

it.each([
  ['the branch', () => 'feature'],
  ['the path', () => linked],
  ['the end of the path, as a shell completes it', () => 'linked/'],
])('--worktree takes %s', async (_, worktree) => {
  await start(main, 'one');
  await start(linked, 'two');
  await start(linked, 'three');
  await cancel(['--worktree', worktree()], main);
  expect(await statuses()).toEqual({one: 'running', two: 'cancelled', three: 'cancelled'});
});

it('--worktree with an address is the worktree of that job, and names of a job in both mean one', async () => {
  await start(main, 'job');
  await start(linked, 'job');
  await cancel(['--worktree', 'feature', '--job', 'job'], main);
  const jobs = await sandbox.list({cwd: main});
  expect(jobs.map(({worktree, status}) => [worktree, status])).toEqual([
    [linked, 'cancelled'],
    [main, 'running'],
  ]);
});

it('--hook takes the jobs of that hook', async () => {
  await submitByHook('one', 'post-checkout');
  await submitByHook('two', 'pre-push');
  await start(main, 'three');
  await untilCounted(sandbox, {running: 3});
  await cancel(['--hook', 'pre-push'], linked);
  expect(await statuses()).toEqual({one: 'running', two: 'cancelled', three: 'running'});
});

it('--older-than takes what was submitted at least so long ago, also after coordinators came and went', async () => {
  await start(main, 'old');
  await start(main, 'new');
  await sandbox.ok(['shutdown']);
  backdate(onlyJobDirectory(sandbox, 'old'), 2 * 3_600_000);
  await cancel(['--older-than', '119m'], main);
  expect(await statuses()).toEqual({old: 'cancelled', new: 'running'});
  expect((await sandbox.stint(['cancel', '--older-than', '1h'], {cwd: main})).code).toBe(3);
});

it('takes what fits all of them, and nothing of another repository', async () => {
  await submitByHook('one', 'pre-push');
  await submitByHook('two', 'pre-push', linked);
  await start(linked, 'three');
  await start(sandbox.work, 'elsewhere');
  await untilCounted(sandbox, {running: 4});
  const refused = await sandbox.stint(['cancel', '--hook', 'post-merge', '--worktree', 'feature'], {
    cwd: main,
  });
  expect([refused.code, refused.stderr]).toEqual([
    3,
    'stint: No job that has not ended fits these filters.\n       Run: stint ls\n',
  ]);
  await cancel(['--hook', 'pre-push', '--worktree', 'feature', '--older-than', '0s'], main);
  expect(await statuses()).toEqual({one: 'running', two: 'cancelled', three: 'running'});
  await cancel(['--older-than', '0s'], main);
  expect(await statuses()).toEqual({one: 'cancelled', two: 'cancelled', three: 'cancelled'});
  expect((await sandbox.list())[0]?.status).toBe('running');
});

async function start(cwd: string, name: string): Promise<void> {
  await sandbox.submit(['--name', name, '--', 'sleep', '1000'], {cwd});
}

async function cancel(filters: readonly string[], cwd: string): Promise<void> {
  await sandbox.ok(['cancel', ...filters], {cwd});
}

async function statuses(): Promise<Record<string, string>> {
  return Object.fromEntries((await sandbox.list({cwd: main})).map(({name, status}) => [name, status]));
}

/** Only the library says by which hook an invocation came. */
async function submitByHook(name: string, hook: string, worktree = main): Promise<void> {
  const client = clientOf(sandbox);
  await client.submit({
    ...submissionOf(sandbox, {name, command: ['sleep', '1000']}),
    repo: ensureRepoId(locateRepo(main), () => undefined).id,
    place: join(main, '.git'),
    hook_type: hook,
    cwd: worktree,
    checkout: {worktree, branch: worktree === main ? 'main' : 'feature', commit: null, dirty: null},
  });
  client.close();
}

/** As if it had been submitted so much earlier. */
function backdate(directory: string, ms: number): void {
  const path = join(directory, 'spec.json');
  const spec = readFileSync(path, 'utf8');
  const earlier = spec
    .replace(/(?<="createdAt":)\d+/, createdAt => String(Number(createdAt) - ms))
    .replace(/(?<="uptime":\{"ms":)\d+/, uptime => String(Number(uptime) - ms));
  expect(earlier).not.toBe(spec);
  writeFileSync(path, earlier);
}
