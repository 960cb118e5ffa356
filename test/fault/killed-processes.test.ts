import {existsSync, readFileSync, utimesSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {processSpace} from '../../src/platform/index.ts';
import {bytesOf, eventsOf, isClosed, onlyJobDirectory, recordsIn} from '../support/library-jobs.ts';
import {isRunning, type Listed, Sandbox, until} from '../support/sandbox.ts';

const LOST =
  'its wrapper was killed before it could write the exit code: how the command ends cannot be known, and it may still run';
const GONE =
  'its wrapper was killed before it could write the exit code: how the command ended cannot be known';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

/** Starts a job, waits until it has written its first line and tells the pids that matter. */
async function startJob(text: string, ...options: string[]) {
  const address = await sandbox.submit(['--name', 'job', ...options, '-c', text]);
  const directory = onlyJobDirectory(sandbox);
  await until(() => bytesOf(recordsIn(directory), 'stdout').includes('\n'));
  const wrapper = Number.parseInt(readFileSync(join(directory, 'pid'), 'latin1'), 10);
  const command = Number.parseInt(bytesOf(recordsIn(directory), 'stdout').toString(), 10);
  return {address, directory, wrapper, command};
}

async function outcome() {
  const [row] = await sandbox.list();
  return {status: row?.status, exit_code: row?.exit_code, message: row?.message};
}

describe('a job whose wrapper alone is killed', () => {
  const text = `echo $$; until [ -e go ]; do sleep 0.02; done; echo written later`;

  it.each([
    ['while a coordinator looks after it', true],
    ['while there is no coordinator', false],
  ])('is crashed, with what it wrote, and goes on undisturbed: %s', async (_when, attended) => {
    const {address, directory, wrapper, command} = await startJob(text, '--linger', '30s');
    if (!attended) await sandbox.killCoordinator();
    process.kill(wrapper, 'SIGKILL');
    const {code, stderr} = await sandbox.stint(['wait', address]);
    expect(code).toBe(125);
    expect(stderr).toContain(LOST);
    expect(await outcome()).toEqual({status: 'crashed', exit_code: null, message: LOST});
    const [row] = await sandbox.list();
    expect(row).toMatchObject({finished_at: null, ended_between: null, duration_secs: null, closed_at: null});
    expect(row?.leftovers).toContainEqual({pid: command, command: 'sh'});
    expect(isRunning(command)).toBe(true);
    expect(await sandbox.ok(['ls'])).toMatch(/crashed, still runs/);
    expect(await sandbox.ok(['status', 'job'])).toContain('  finished   not yet: it still runs\n');
    const seenRunningAt = Date.now();

    writeFileSync(join(sandbox.work, 'go'), '');
    await until(() => isClosed(directory));
    const records = recordsIn(directory);
    expect(bytesOf(records, 'stdout').toString()).toBe(`${command}\nwritten later\n`);
    const events = eventsOf(records).filter(({event}) => event !== 'adopted');
    expect(events).toEqual([
      {event: 'started', pid: wrapper, ...processSpace(), uptime_ms: expect.any(Number)},
      {event: 'crashed', message: LOST, took_ms: null, still_runs: true},
      {event: 'closed', ended_between_ms: [expect.any(Number), expect.any(Number)], message: GONE},
    ]);
    await until(async () => (await sandbox.list())[0]?.closed_at !== null);
    const [ended] = await sandbox.list();
    expect(ended).toMatchObject({status: 'crashed', message: GONE, finished_at: null, duration_secs: null});
    expect(boundsOf(ended)[0]).toBeLessThanOrEqual(boundsOf(ended)[1] ?? 0);
    expect(boundsOf(ended)[1]).toBeGreaterThanOrEqual(seenRunningAt);
    expect(await sandbox.ok(['status', 'job'])).toMatch(/ {2}finished {3}between .+: nobody saw it\n/);
  });

  it('stays open for as long as its command runs, also one that cannot write any more, and over a coordinator', async () => {
    const silent = `echo $$; exec > silent 2>&1; until [ -e go ]; do sleep 0.02; done`;
    const {directory, wrapper, command} = await startJob(silent, '--linger', '0s');
    process.kill(wrapper, 'SIGKILL');
    await until(() => eventsOf(recordsIn(directory)).some(({event}) => event === 'crashed'));
    await sandbox.killCoordinator();
    const [row] = await sandbox.list();
    expect(row).toMatchObject({status: 'crashed', finished_at: null, message: LOST});
    expect(row?.leftovers).toContainEqual({pid: command, command: 'sh'});
    writeFileSync(join(sandbox.work, 'go'), '');
    await until(() => isClosed(directory));
    expect(eventsOf(recordsIn(directory)).at(-1)).toMatchObject({event: 'closed', message: GONE});
  });
});

describe('a job of which nobody saw the end', () => {
  it('ended between two moments where wrapper and command were killed without a coordinator', async () => {
    const {directory, wrapper} = await startJob('echo $$; sleep 600');
    await sandbox.killCoordinator();
    const alive = Date.now();
    process.kill(-wrapper, 'SIGKILL');
    await until(() => !isRunning(wrapper));
    const [row] = await sandbox.list();
    expect(row).toMatchObject({status: 'crashed', finished_at: null, duration_secs: null, message: GONE});
    expect(boundsOf(row)[0]).toBeLessThanOrEqual(alive);
    expect(boundsOf(row)[1]).toBeGreaterThanOrEqual(alive);
    // The coordinator that the listing started says the same.
    await until(() => isClosed(directory));
    await until(async () => (await sandbox.list())[0]?.closed_at !== null);
    const [recorded] = await sandbox.list();
    expect(recorded).toMatchObject({
      status: 'crashed',
      finished_at: null,
      duration_secs: null,
      message: GONE,
    });
    expect(boundsOf(recorded)[0]).toBe(boundsOf(row)[0]);
    expect(boundsOf(recorded)[1]).toBeGreaterThanOrEqual(alive);
  });

  it('ended when its wrapper wrote the code, whoever touches its files until the next coordinator comes', async () => {
    const {directory, wrapper} = await startJob('echo $$; until [ -e go ]; do sleep 0.02; done; exit 3');
    await sandbox.killCoordinator();
    writeFileSync(join(sandbox.work, 'go'), '');
    await until(() => !isRunning(wrapper));
    const ended = Date.now();
    const later = new Date(ended + 3_600_000);
    for (const file of ['exit', 'pid', 'out', '.']) utimesSync(join(directory, file), later, later);
    const near = (at: unknown) => Math.abs(Date.parse(String(at)) - ended) < 1000;
    const [row] = await sandbox.list();
    expect(row).toMatchObject({status: 'failed', exit_code: 3, ended_between: null});
    expect(near(row?.finished_at)).toBe(true);
    await until(() => isClosed(directory));
    const [recorded] = await sandbox.list();
    expect(near(recorded?.finished_at)).toBe(true);
  });
});

describe('a job whose coordinator is behind', () => {
  it('ended when its command did, and not when that was recorded', async () => {
    const {address, directory} = await startJob(
      'echo $$; until [ -e go ]; do sleep 0.02; done; seq 1000000; date +%s%3N > ended',
    );
    const coordinator = Number(await sandbox.coordinatorPid());
    process.kill(coordinator, 'SIGSTOP');
    writeFileSync(join(sandbox.work, 'go'), '');
    const ended = () => Number(readIfThere(join(sandbox.work, 'ended')));
    await until(() => ended() > 0 && Date.now() - ended() > 500);
    process.kill(coordinator, 'SIGCONT');
    expect((await sandbox.stint(['wait', address])).code).toBe(0);
    await until(() => isClosed(directory));
    const [row] = await sandbox.list();
    const at = (time: unknown) => Date.parse(String(time));
    expect(Math.abs(at(row?.finished_at) - ended())).toBeLessThan(300);
    const took = at(row?.finished_at) - at(row?.started_at);
    expect(Math.abs(Number(row?.duration_secs) * 1000 - took)).toBeLessThan(100);
  });
});

function readIfThere(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

function boundsOf(row: Listed | undefined): number[] {
  return String(row?.ended_between)
    .split(',')
    .map(at => Date.parse(at));
}
