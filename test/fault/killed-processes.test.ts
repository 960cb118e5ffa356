import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {processSpace} from '../../src/platform/index.ts';
import {bytesOf, eventsOf, isClosed, onlyJobDirectory, recordsIn} from '../support/library-jobs.ts';
import {isRunning, Sandbox, until} from '../support/sandbox.ts';

const LOST =
  'its wrapper was killed before it could write the exit code: how the command ends cannot be known, and it may still run';

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
    expect(isRunning(command)).toBe(true);

    writeFileSync(join(sandbox.work, 'go'), '');
    await until(() => isClosed(directory));
    const records = recordsIn(directory);
    expect(bytesOf(records, 'stdout').toString()).toBe(`${command}\nwritten later\n`);
    const events = eventsOf(records).filter(({event}) => event !== 'adopted');
    expect(events).toEqual([
      {event: 'started', pid: wrapper, ...processSpace(), uptime_ms: expect.any(Number)},
      {event: 'crashed', message: LOST, took_ms: expect.any(Number)},
      {event: 'closed'},
    ]);
  });
});

describe('a signal to the whole group of a job', () => {
  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
    ['SIGHUP', 129],
    ['SIGUSR1', 138],
  ] as const)('%s ends the command, and its code is recorded', async (signal, exitCode) => {
    const {address, directory, wrapper} = await startJob('echo $$; exec sleep 60');
    process.kill(-wrapper, signal);
    expect((await sandbox.stint(['wait', address])).code).toBe(exitCode);
    expect(eventsOf(recordsIn(directory))[1]).toMatchObject({
      event: 'finished',
      exit_code: exitCode,
      maybe_signal: exitCode - 128,
    });
  });

  it('leaves the code to a command that handles it', async () => {
    const {address, wrapper} = await startJob(`trap 'exit 7' TERM; echo $$; while :; do sleep 0.05; done`);
    process.kill(-wrapper, 'SIGTERM');
    expect((await sandbox.stint(['wait', address])).code).toBe(7);
    expect(await outcome()).toEqual({status: 'failed', exit_code: 7, message: null});
  });

  it('is recorded also when no coordinator sees it', async () => {
    const {address, wrapper} = await startJob('echo $$; exec sleep 60');
    await sandbox.killCoordinator();
    process.kill(-wrapper, 'SIGTERM');
    await until(() => !isRunning(wrapper));
    expect(await outcome()).toEqual({status: 'failed', exit_code: 143, message: null});
    expect((await sandbox.stint(['wait', address])).code).toBe(143);
  });
});

describe('a signal to one process of a job', () => {
  it('KILL to the command gives 137, which may stand for a signal', async () => {
    const {address, directory, command} = await startJob('echo $$; exec sleep 60');
    process.kill(command, 'SIGKILL');
    const {code, stderr} = await sandbox.stint(['wait', address]);
    expect({code, stderr}).toEqual({
      code: 137,
      stderr: expect.stringMatching(/^stint: job failed with exit code 137 \(probably SIGKILL\)\n/),
    });
    expect(eventsOf(recordsIn(directory))[1]).toMatchObject({
      event: 'finished',
      exit_code: 137,
      maybe_signal: 9,
    });
  });

  it('TERM to the wrapper alone does not reach the command', async () => {
    const {address, wrapper, command} = await startJob(
      'echo $$; until [ -e go ]; do sleep 0.02; done; exit 5',
    );
    process.kill(wrapper, 'SIGTERM');
    expect([isRunning(wrapper), isRunning(command)]).toEqual([true, true]);
    writeFileSync(join(sandbox.work, 'go'), '');
    expect((await sandbox.stint(['wait', address])).code).toBe(5);
  });
});
