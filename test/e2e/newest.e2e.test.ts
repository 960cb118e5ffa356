/** The newest run is the one that was submitted last, also where the clock was put back since. */
import {mkdirSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, expect, it} from 'vitest';

import {untilCounted} from '../support/coordinator.ts';
import {makeGate} from '../support/gate.ts';
import {OwnClock} from '../support/own-clock.ts';
import {addressIn, Sandbox} from '../support/sandbox.ts';

const DAY = 86_400_000;

let sandbox: Sandbox;
let clock: OwnClock;
beforeEach(async () => {
  sandbox = new Sandbox();
  clock = new OwnClock(sandbox);
  mkdirSync(sandbox.state, {mode: 0o700});
  await clock.startCoordinator();
});
afterEach(() => sandbox.dispose());

it('is what every command means, and what comes back when the rows are lost', async () => {
  const [older, newer] = await twoRuns();
  await checkNewest(older, newer);
  await loseRows();
  await sandbox.ok(['doctor', '--repair']);
  await checkNewest(older, newer);
  const third = await run('exit 9');
  expect((await sandbox.list()).map(({invocation_id}) => invocation_id)).toEqual([third, newer, older]);
});

it('is what is submitted next where a store and its numbers are lost', async () => {
  const [older, newer] = await twoRuns();
  await loseRows();
  clock.set(-3 * DAY);
  await clock.startCoordinator();
  const third = await run('exit 9');
  await sandbox.ok(['doctor', '--repair']);
  expect((await sandbox.list()).map(({invocation_id}) => invocation_id)).toEqual([third, newer, older]);
  expect((await sandbox.stint(['wait', 'x'])).code).toBe(9);
});

it('comes last out of the queue that the next coordinator takes over', async () => {
  const gate = makeGate(sandbox);
  await sandbox.ok(['parallel', '1']);
  const names = ['first', 'second', 'third'];
  for (const [at, name] of names.entries()) {
    clock.set(-at * DAY);
    const pass = at === 0 ? gate.pass : ':';
    await sandbox.submit(['--name', name, '-c', `${pass}; echo ${name} >> order`]);
  }
  await untilCounted(sandbox, {running: 1, queued: 2});
  await sandbox.killCoordinator();
  await gate.open();
  await sandbox.ok(['wait', ...names]);
  expect(readFileSync(join(sandbox.work, 'order'), 'utf8')).toBe('first\nsecond\nthird\n');
});

async function loseRows(): Promise<void> {
  await sandbox.killCoordinator();
  const repos = join(sandbox.state, 'repos');
  for (const repo of readdirSync(repos))
    for (const suffix of ['', '-wal', '-shm'])
      rmSync(join(repos, repo, `coordinator.db${suffix}`), {force: true});
}

/** The second one after the clock was put back. */
async function twoRuns(): Promise<[string, string]> {
  const older = await run('echo older');
  clock.set(-DAY);
  return [older, await run('echo newer; exit 7')];
}

async function checkNewest(older: string, newer: string): Promise<void> {
  const jobs = await sandbox.list();
  expect(jobs.map(({invocation_id}) => invocation_id)).toEqual([newer, older]);
  const [at, before] = jobs.map(job => Date.parse(String(job.invocation_created_at)));
  expect(at).toBeLessThan(before ?? 0); // the clock was put back indeed
  expect((await sandbox.stint(['wait', 'x'])).code).toBe(7);
  expect(await sandbox.ok(['logs', 'x'])).toBe('newer\n');
  expect(JSON.parse(await sandbox.ok(['ls', '--last', '1', '--json']))).toMatchObject([
    {invocation_id: newer},
  ]);
  expect(JSON.parse(await sandbox.ok(['status', 'x', '--json']))).toMatchObject({invocation_id: newer});
  expect(JSON.parse(await sandbox.ok(['stats', 'x', '--last', '1', '--json']))).toMatchObject({
    outcomes: {failed: 1},
  });
}

/** Tells its invocation. */
async function run(text: string): Promise<string> {
  return addressIn(await sandbox.stint(['run', '--wait', '--name', 'x', '-c', text])).slice(0, 12);
}
