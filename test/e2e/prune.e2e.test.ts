/** Jobs are removed when their time is over, by name, and where there is no room; what is to stay stays. */
import {existsSync, mkdirSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {openDatabase} from '../../src/store/testing/open-database.ts';
import {makeGate} from '../support/gate.ts';
import {jobDirectories, runShortly} from '../support/library-jobs.ts';
import {OwnClock} from '../support/own-clock.ts';
import {isRunning, Sandbox, until} from '../support/sandbox.ts';

const DAY = 24 * 60 * 60 * 1000;

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

/** Runs short jobs of these names one after the other; all of them are closed then. */
async function ran(...names: readonly string[]): Promise<void> {
  await runShortly(sandbox, names);
  await allClosed();
}

async function allClosed(): Promise<void> {
  await until(async () =>
    (await sandbox.list()).every(({closed_at, status}) => closed_at !== null || status === 'running'),
  );
}

async function names(): Promise<string[]> {
  return (await sandbox.list()).map(({name}) => name).reverse();
}

interface PruneJson {
  readonly repos: readonly {
    readonly jobs: readonly {readonly name: string; readonly why: string}[];
    readonly freed_bytes: number;
    readonly used_bytes: number;
  }[];
}

async function pruned(...args: readonly string[]): Promise<string[]> {
  const {repos} = JSON.parse(await sandbox.ok(['prune', '--json', ...args])) as PruneJson;
  return repos.flatMap(({jobs}) => jobs.map(({name, why}) => `${name} ${why}`));
}

/** As if so much time had passed since everything that was. */
function later(ms: number): void {
  const [directory = ''] = jobDirectories(sandbox);
  const db = openDatabase(join(directory, '..', '..', '..', 'coordinator.db'));
  db.prepare<[object]>(
    'UPDATE jobs SET queued_at = queued_at - @ms, finished_at = finished_at - @ms, closed_at = closed_at - @ms',
  ).run({ms});
  db.close();
}

describe('stint prune', () => {
  it('removes what its retention does not keep any more, with files and rows, and leaves the newest three', async () => {
    await ran('a', 'b');
    await sandbox.stint(['run', '-q', '--linger', '0s', '--wait', '--name', 'fails', '--', 'false']);
    await sandbox.ok([
      ...['run', '-q', '--linger', '0s', '--wait', '--retention', '60d'],
      ...['--name', 'long', '--', 'true'],
    ]);
    await ran('c', 'd', 'e');
    later(8 * DAY);
    const dry = await sandbox.stint(['prune', '--dry-run', '--json']);
    const before = jobDirectories(sandbox);
    expect(before).toHaveLength(7);
    const wet = await sandbox.stint(['prune', '--json']);
    const plan = (text: string) =>
      text.replace(/"age_ms": \d+/g, '').replace('"dry_run": true', '"dry_run": false');
    expect(plan(wet.stdout)).toBe(plan(dry.stdout));
    expect(await names()).toEqual(['fails', 'long', 'c', 'd', 'e']);
    expect(jobDirectories(sandbox)).toHaveLength(5);
    expect(readdirSync(join(dirname(before[0] ?? ''), '..'))).toHaveLength(5);
    later(24 * DAY);
    expect(await pruned()).toEqual(['fails age']);
    expect(await sandbox.ok(['stats', 'fails'])).toContain('1 run: 1 failed');
    expect((await sandbox.stint(['ls', '--all'])).stderr).toContain('1 job removed');
    expect(await sandbox.ok(['doctor'])).toMatch(/used +.*4 jobs take/);
  });

  it('goes by an age that is named, and spares what is pinned, runs, or is of the newest', async () => {
    const gate = makeGate(sandbox);
    await sandbox.submit(['--name', 'running', '-c', gate.pass]);
    await ran('a', 'b', 'pinned', 'c', 'd', 'e');
    expect(await sandbox.ok(['pin', 'pinned'])).toMatch(/^pinned \w+:pinned\n$/);
    expect(await sandbox.ok(['status', 'pinned'])).toContain('for good: it is pinned');
    expect(await pruned('--older-than', '0s')).toEqual(['a age', 'b age']);
    await sandbox.ok(['unpin', 'pinned']);
    expect(await pruned('--older-than', '0s')).toEqual(['pinned age']);
    expect(await names()).toEqual(['running', 'c', 'd', 'e']);
    await gate.open();
    await until(async () => (await sandbox.list()).every(({status}) => status === 'completed'));
  });

  it('keeps all of a repository within its size, oldest first; what is set for it stays set', async () => {
    const set = ['--keep-last', '1', '--max-total-size', '40KB'];
    await sandbox.ok(['run', '-q', '--linger', '0s', '--wait', ...set, '--name', 'a', '--', 'true']);
    await ran('b', 'c', 'd');
    const [only] = (JSON.parse(await sandbox.ok(['prune', '--json'])) as PruneJson).repos;
    expect(only?.jobs.map(({name, why}) => [name, why])).toEqual([
      ['a', 'size'],
      ['b', 'size'],
    ]);
    expect(only?.used_bytes).toBeLessThanOrEqual(40_000);
    await sandbox.ok(['run', '-q', '--linger', '0s', '--wait', '--max-total-size', '1KB', '--', 'true']);
    await allClosed();
    expect(await pruned()).toEqual(['c size', 'd size']); // --keep-last 1 holds
  });

  it('removes jobs of worktrees and repositories that are gone, which can be read until then', async () => {
    const gone = join(sandbox.root, 'gone');
    mkdirSync(gone);
    const address = await sandbox.submit(['-q', '--linger', '0s', '--', 'echo', 'of old'], {cwd: gone});
    await sandbox.ok(['wait', address], {cwd: gone});
    rmSync(gone, {recursive: true});
    expect(await sandbox.ok(['logs', address])).toBe('of old\n');
    const {code, stderr} = await sandbox.stint(['prune', '--repo', 'nowhere']);
    expect([code, stderr]).toEqual([
      3,
      expect.stringContaining('No jobs of a repository nowhere are known.'),
    ]);
    await until(async () => (await pruned('--repo', 'gone', '--older-than', '0s')).length === 1);
    expect(jobDirectories(sandbox)).toEqual([]);
  });

  it('leaves alone what is not stint’s, says so, and is not disturbed by what is left', async () => {
    await ran('a', 'b', 'c', 'd', 'e');
    const [first = ''] = jobDirectories(sandbox).filter(path => path.endsWith('/a'));
    const [second = ''] = jobDirectories(sandbox).filter(path => path.endsWith('/b'));
    writeFileSync(join(first, 'notes.txt'), 'mine');
    writeFileSync(join(second, '..', 'more.txt'), 'mine');
    const {code, stderr} = await sandbox.stint(['prune', '--older-than', '0s']);
    expect(code).toBe(0);
    expect(stderr).toContain(`left alone, because it is not stint's: ${join(first, 'notes.txt')}`);
    expect(stderr).toContain(`left alone, because it is not stint's: ${join(second, '..', 'more.txt')}`);
    expect(readdirSync(first)).toEqual(['notes.txt']);
    expect(readdirSync(dirname(second))).toEqual(['more.txt']);
    expect(await pruned('--older-than', '0s')).toEqual([]);
    expect(await sandbox.ok(['doctor'])).not.toContain('no row');
  });

  it.each([
    [['prune', '--older-than', '-1d'], 2],
    [['prune', '--older-than', '5'], 2],
    [['prune', '--older-than', '99999999d'], 2],
    [['prune', '--repo', 'a', '--all-repos'], 2],
    [['prune', 'a'], 2],
    [['rm'], 2],
    [['rm', 'nothing'], 3],
    [['pin', 'nothing'], 3],
    [['run', '--keep-last', '-1', '--', 'true'], 2],
    [['run', '--max-total-size', '0.1', '--', 'true'], 2],
  ])('refuses %j', async (args, code) => {
    const refused = await sandbox.stint(args);
    expect(refused.code).toBe(code);
    expect(refused.stderr).toMatch(/^stint: \S/);
  });

  it('has nothing to do where nothing was run, and makes nothing there', async () => {
    expect(await sandbox.ok(['prune', '--json'])).toBe('{\n  "dry_run": false,\n  "repos": []\n}\n');
    expect(await sandbox.ok(['prune', '--dry-run', '--all-repos'])).toBe('');
    expect(existsSync(sandbox.state)).toBe(false);
  });

  it('is done by two at once as by one', async () => {
    await ran('a', 'b', 'c', 'd', 'e');
    const both = await Promise.all([pruned('--older-than', '0s'), pruned('--older-than', '0s')]);
    expect(both.flat().sort()).toEqual(['a age', 'b age']);
    expect(await names()).toEqual(['c', 'd', 'e']);
  });
});

describe('stint rm', () => {
  it('removes what is named, and refuses what is pinned or not over', async () => {
    const gate = makeGate(sandbox);
    const running = await sandbox.submit(['--name', 'running', '-c', gate.pass]);
    await ran('a', 'b');
    expect(await sandbox.ok(['rm', 'a'])).toMatch(/^removed \w+:a \(16 KiB\)\n$/);
    const refused = await sandbox.stint(['rm', 'running', '--json']);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('"JOB_KEPT"')]);
    await sandbox.ok(['pin', 'b']);
    const pinned = await sandbox.stint(['rm', 'b']);
    expect([pinned.code, pinned.stderr]).toEqual([1, expect.stringContaining('it is pinned')]);
    expect(await names()).toEqual(['running', 'b']);
    await gate.open();
    await sandbox.ok(['wait', running]);
    expect(await sandbox.ok(['stats', 'a'])).toContain('1 run: 1 completed');
  });

  it('gives no number twice, and lets a name be looked up that is gone', async () => {
    await ran('a', 'b');
    await sandbox.ok(['rm', 'b']);
    await ran('c');
    const rows = (await sandbox.ok(['dump-store', 'jobs'])).trim().split('\n');
    expect(rows.map(row => (JSON.parse(row) as {number: number}).number)).toEqual([1, 3]);
    expect((await sandbox.stint(['status', 'b'])).code).toBe(3);
  });
});

describe('the coordinator', () => {
  const DAILY = {STINT_NO_AUTO_PRUNE: '', CI: ''};

  it('removes old jobs by itself, a moment after its start and then once a day', async () => {
    const clock = new OwnClock(sandbox);
    await ran('a', 'b', 'c', 'd');
    await sandbox.killCoordinator();
    clock.set(8 * DAY);
    await clock.startCoordinator(DAILY);
    await until(async () => (await names()).length === 3);
    expect(existsSync(join(sandbox.state, 'pruned.json'))).toBe(true);
  });

  it.each([
    {CI: 'true', STINT_NO_AUTO_PRUNE: ''},
    {CI: '', STINT_NO_AUTO_PRUNE: '1'},
  ])('removes nothing by itself with %j', async env => {
    const own = {env: {...env, STINT_IDLE_EXIT_SECS: '3'}};
    await sandbox.ok(['run', '-q', '--linger', '0s', '--wait', '--', 'true'], own);
    const pid = (await sandbox.coordinatorPid()) ?? 0;
    await until(() => !isRunning(pid)); // later than a pass would have been made
    expect(existsSync(join(sandbox.state, 'pruned.json'))).toBe(false);
  });
});
