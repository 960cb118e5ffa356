/** Which job a name means to `cancel`: the wrong one is work that is lost. */
import {join} from 'node:path';

import {afterEach, beforeEach, expect, it} from 'vitest';

import {ensureRepoId, locateRepo} from '../../src/project/index.ts';
import {untilCounted} from '../support/coordinator.ts';
import {makeGate} from '../support/gate.ts';
import {clientOf, submissionOf} from '../support/library-jobs.ts';
import {addressIn, Sandbox, until} from '../support/sandbox.ts';
import {makeWorktrees, type Worktrees} from '../support/worktrees.ts';

let sandbox: Sandbox;
let trees: Worktrees;
beforeEach(async () => {
  sandbox = new Sandbox();
  trees = makeWorktrees();
});
afterEach(async () => {
  await sandbox.dispose();
  trees.place.remove();
});

it('means the run that goes on, not a newer one that ended', async () => {
  const first = await start('web', trees.main);
  const second = await ended('web', trees.main);
  expect(await cancel(['web'], trees.main)).toMatchObject({code: 0});
  expect(await statuses()).toEqual({[first]: 'cancelled', [second]: 'failed'});
  const again = await cancel(['web'], trees.main);
  expect(again).toMatchObject({code: 0, stdout: ''});
  expect(again.stderr).toContain(`stint: web (${second.slice(0, 6)}) is failed already\n`);
});

it('refuses to choose among several, and prints addresses that can be pasted', async () => {
  const all = [
    await start('a b', trees.main),
    await start('a b', trees.main),
    await start('a b', trees.linked),
  ];
  const [, second = '', other] = all;
  const refused = await cancel(['a b'], trees.main);
  expect([refused.code, refused.stdout]).toEqual([2, '']);
  expect(refused.stderr).toMatch(/^stint: a b means more than one job\.\n {7}Use one of:\n/);
  for (const address of all) {
    const line = new RegExp(`\\n {7}'${address}'  (queued|running)  ${trees.main}  `);
    if (address === other) expect(refused.stderr).not.toContain(address);
    else expect(refused.stderr).toMatch(line);
  }
  expect(new Set(Object.values(await statuses()))).toEqual(new Set(['running']));
  await cancel([second], trees.main);
  expect(await statuses()).toMatchObject({[second]: 'cancelled', [all[0] ?? '']: 'running'});
  expect((await cancel(['a b'], trees.main)).code).toBe(0);
  expect(await statuses()).toEqual({
    [all[0] ?? '']: 'cancelled',
    [second]: 'cancelled',
    [other ?? '']: 'running',
  });
});

it('never ends a job of another worktree unless that is named', async () => {
  const address = await start('dev', trees.linked);
  for (const args of [['dev'], ['--job', 'dev'], ['dev@1']]) {
    const refused = await cancel(args, trees.main);
    expect([refused.code, refused.stdout]).toEqual([2, '']);
    expect(refused.stderr).toContain(' did not run in this worktree.\n');
    const pasted = args[0] === 'dev@1' ? `${address}@1` : address;
    expect(refused.stderr).toMatch(new RegExp(`\\n {7}${pasted}  (queued|running)  ${trees.linked}  `));
  }
  expect(JSON.parse((await cancel(['dev', '--json'], trees.main)).stderr)).toMatchObject({
    error: {code: 'AMBIGUOUS', hint: expect.stringContaining(address)},
  });
  expect(await statuses()).toEqual({[address]: 'running'});
  expect((await cancel(['topic:dev'], trees.main)).code).toBe(0);
  expect(await statuses()).toEqual({[address]: 'cancelled'});
});

it('says how it ended here, and leaves the one of another worktree alone', async () => {
  const here = await ended('dev', trees.main);
  const there = await start('dev', trees.linked);
  const {code, stderr} = await cancel(['dev'], trees.main);
  expect(code).toBe(0);
  expect(stderr).toContain(`stint: dev (${here.slice(0, 6)}) is failed already\n`);
  expect(stderr).toMatch(new RegExp(`\\n {7}${there}  (queued|running)  ${trees.linked}  `));
  expect(await statuses()).toEqual({[here]: 'failed', [there]: 'running'});
  await cancel(['--job', 'dev', '--worktree', 'trees/linked'], trees.main);
  expect(await statuses()).toEqual({[here]: 'failed', [there]: 'cancelled'});
});

it('ends none of several names when one of them is refused', async () => {
  const mine = await start('mine', trees.main);
  await start('dev', trees.linked);
  expect((await cancel(['mine', 'dev'], trees.main)).code).toBe(2);
  expect(await statuses()).toMatchObject({[mine]: 'running'});
});

it('does not mean a run whose command ended, although something it left behind lives', async () => {
  const first = await start('web', trees.main);
  const leaving = ['-c', 'sleep 1000 & exit 0'];
  const second = await sandbox.submit(['--name', 'web', '--linger', '1h', ...leaving], {cwd: trees.main});
  await until(async () => (await statuses())[second] === 'completed');
  expect((await cancel(['web'], trees.main)).code).toBe(0);
  expect(await statuses()).toEqual({[first]: 'cancelled', [second]: 'completed'});
});

it('means a queued job as well as one that runs', async () => {
  const gate = makeGate(sandbox);
  await sandbox.ok(['parallel', '1']);
  const first = await sandbox.submit(['--name', 'web', '-c', gate.pass], {cwd: trees.main});
  const second = await start('web', trees.main);
  await untilCounted(sandbox, {running: 1, queued: 1});
  const {code, stderr} = await cancel(['web'], trees.main);
  expect(code).toBe(2);
  expect(stderr).toContain(first);
  expect(stderr).toContain(`${second}  queued  `);
});

it('takes every job outside git for one of this directory', async () => {
  const address = await start('web', sandbox.work);
  expect((await cancel(['web'], sandbox.work)).code).toBe(0);
  expect((await sandbox.list()).map(({status}) => status)).toEqual(['cancelled']);
  expect((await sandbox.stint(['wait', 'web'])).stderr).not.toContain('worktree');
  expect(address).toContain(':web');
});

it('does not take a name for the first digits of another repository, and the whole id for it', async () => {
  const submission = {
    ...submissionOf(sandbox, {name: 'job', command: ['sleep', '1000']}),
    invocation: 'e2e0000db000',
  };
  const client = clientOf(sandbox);
  await client.submit(submission);
  client.close();
  const refused = await cancel(['e2e'], trees.main);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('\n       e2e0000db000:job  ');
  expect((await sandbox.list())[0]?.status).toMatch(/running|queued/);
  expect((await cancel(['e2e0000db000'], trees.main)).code).toBe(0);
  expect((await sandbox.list())[0]?.status).toBe('cancelled');
});

it('refuses what is a name as well as the beginning of an id', async () => {
  const client = clientOf(sandbox);
  await client.submit({
    ...submissionOf(sandbox, {name: 'job', command: ['sleep', '1000']}),
    invocation: 'e2e0000db000',
    repo: ensureRepoId(locateRepo(trees.main), () => undefined).id,
    place: join(trees.main, '.git'),
    cwd: trees.main,
  });
  client.close();
  const named = await start('e2e', trees.main);
  const refused = await cancel(['e2e'], trees.main);
  expect(refused.code).toBe(2);
  for (const address of [named, 'e2e0000db000:job'])
    expect(refused.stderr).toContain(`\n       ${address}  `);
  expect((await cancel(['--job', 'e2e'], trees.main)).code).toBe(0);
  expect(await statuses()).toEqual({[named]: 'cancelled', 'e2e0000db000:job': 'running'});
});

async function start(name: string, cwd: string): Promise<string> {
  return sandbox.submit(['--name', name, '--', 'sleep', '1000'], {cwd});
}

/** A run that failed, and is closed. */
async function ended(name: string, cwd: string): Promise<string> {
  return addressIn(await sandbox.stint(['run', '--wait', '--name', name, '-c', 'exit 3'], {cwd}));
}

function cancel(args: readonly string[], cwd: string) {
  return sandbox.stint(['cancel', ...args], {cwd});
}

/** By address, of the whole repository. */
async function statuses(): Promise<Record<string, string>> {
  const jobs = await sandbox.list({cwd: trees.main});
  return Object.fromEntries(
    jobs.map(({invocation_id, name, status}) => [`${invocation_id}:${name}`, status]),
  );
}
