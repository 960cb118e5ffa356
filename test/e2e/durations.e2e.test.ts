/** How long a job takes does not depend on what is done to the clock meanwhile, nor on which coordinator looks. */
import {mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {type Gate, makeGate} from '../support/gate.ts';
import {OwnClock} from '../support/own-clock.ts';
import {type Listed, Sandbox, until} from '../support/sandbox.ts';

const DAY = 86_400_000;

let sandbox: Sandbox;
let clock: OwnClock;
let gate: Gate;
beforeEach(async () => {
  sandbox = new Sandbox();
  clock = new OwnClock(sandbox);
  gate = makeGate(sandbox);
  mkdirSync(sandbox.state, {mode: 0o700});
  await clock.startCoordinator();
});
afterEach(() => sandbox.dispose());

/** Runs until the gate is opened, then prints and ends. */
async function begin(): Promise<void> {
  await sandbox.submit(['--name', 'x', '-c', `echo before; ${gate.pass}; echo after`]);
  await until(async () => (await sandbox.ok(['logs', 'x'])) === 'before\n');
}

async function only(): Promise<Listed> {
  const [job] = await sandbox.list();
  if (job === undefined) throw new Error('no job');
  return job;
}

function between(job: Listed, least: number, most: number): void {
  expect(job.duration_secs).toBeGreaterThanOrEqual(least);
  expect(job.duration_secs).toBeLessThanOrEqual(most);
}

/** Seconds since then. */
function stopwatch(): () => number {
  const began = performance.now();
  return () => (performance.now() - began) / 1000;
}

describe('a clock that is set', () => {
  it.each([-DAY, DAY])('by %i ms in the middle changes no duration', async offset => {
    const seconds = stopwatch();
    await begin();
    const waited = stopwatch();
    clock.set(offset);
    await sandbox.list(); // it runs on for a while
    const least = waited();
    await gate.open();
    await sandbox.ok(['wait', 'x']);
    const job = await only();
    between(job, least, seconds());
    expect(Date.parse(String(job.finished_at)) - Date.parse(String(job.started_at))).toBeCloseTo(offset, -5);
    const {duration_secs} = JSON.parse(await sandbox.ok(['stats', 'x', '--json']));
    expect(duration_secs.p50).toBe(job.duration_secs);
    await loseRows();
    await sandbox.ok(['doctor', '--repair']);
    expect((await only()).duration_secs).toBe(job.duration_secs);
  });

  it('while no coordinator looks changes none either, and the time of a job that runs goes on', async () => {
    clock.set(-DAY); // as it was when the job was started
    const seconds = stopwatch();
    await begin();
    const waited = stopwatch();
    const leastYet = waited();
    between(await only(), leastYet, seconds());
    await sandbox.killCoordinator();
    const least = waited();
    await gate.open();
    await until(() => exitFile() !== '');
    const most = seconds() + 1; // an end that is recorded within a second counts as recorded at once
    clock.set(3 * DAY);
    await clock.startCoordinator();
    await sandbox.ok(['wait', 'x']);
    between(await only(), least, most);
  });

  it('takes no line from logs --since', async () => {
    await begin();
    clock.set(-DAY);
    await gate.open();
    await sandbox.ok(['wait', 'x']);
    expect(await sandbox.ok(['logs', 'x', '--since', '10m'])).toBe('before\nafter\n');
    expect(await sandbox.ok(['logs', 'x', '--since', '10m', '-f'])).toBe('before\nafter\n');
    expect(await sandbox.ok(['logs', 'x', '--since', '10m', '--tail', '1'])).toBe('after\n');
  });

  it('lets cancel --older-than end no job that is young', async () => {
    await begin();
    clock.set(DAY);
    const {code} = await sandbox.stint(['cancel', '--older-than', '1h']);
    expect(code).toBe(3);
    expect((await only()).status).toBe('running');
    await gate.open();
    await sandbox.ok(['wait', 'x']);
  });
});

it('a duration over a boot is not known, and is said not to be', async () => {
  await begin();
  await sandbox.killCoordinator();
  const path = join(jobDirectory(), 'output.jsonl');
  const ofOtherBoot = readFileSync(path, 'utf8').replace(/"boot_id":"[^"]*"/, '"boot_id":"another"');
  writeFileSync(path, ofOtherBoot);
  await gate.open();
  await sandbox.stint(['wait', 'x']);
  const job = await only();
  expect(job).toMatchObject({status: 'completed', duration_secs: null});
  expect(job.started_at).not.toBeNull();
  expect(await sandbox.ok(['ls'])).toMatch(/x +✓ completed +\S+ +\? /);
  expect(await sandbox.ok(['status', 'x'])).toMatch(/took +unknown/);
  const statistics = JSON.parse(await sandbox.ok(['stats', 'x', '--json']));
  expect(statistics).toMatchObject({outcomes: {completed: 1}, duration_secs: null});
  expect(await sandbox.ok(['stats', 'x'])).toContain('not known');
});

function jobDirectory(): string {
  const found = readdirSync(sandbox.state, {recursive: true, encoding: 'utf8'}).find(path =>
    path.endsWith('/x'),
  );
  return join(sandbox.state, found ?? '');
}

function exitFile(): string {
  return readFileSync(join(jobDirectory(), 'exit'), 'utf8').trim();
}

async function loseRows(): Promise<void> {
  await sandbox.killCoordinator();
  const repos = join(sandbox.state, 'repos');
  for (const repo of readdirSync(repos))
    for (const suffix of ['', '-wal', '-shm'])
      rmSync(join(repos, repo, `coordinator.db${suffix}`), {force: true});
}
