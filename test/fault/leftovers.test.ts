import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {eventsOf, isClosed, onlyJobDirectory, recordsIn} from '../support/library-jobs.ts';
import {isRunning, Sandbox, until} from '../support/sandbox.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

/** Runs a job that leaves a process behind in a session of its own; tells the pid of that. */
async function leave(text: string, ...options: string[]): Promise<number> {
  const left = join(sandbox.root, 'left');
  const inner = `echo $$ > '${left}.new'; mv '${left}.new' '${left}'; ${text}`;
  writeFileSync(join(sandbox.root, 'left.sh'), inner);
  const command = `setsid sh '${sandbox.root}/left.sh' & until [ -e '${left}' ]; do sleep 0.02; done`;
  const {code, stderr} = await sandbox.stint(['run', '--wait', '--name', 'job', ...options, '-c', command]);
  expect({code, stderr}).toMatchObject({code: 0});
  return Number(readFileSync(left, 'utf8'));
}

describe('a process that a job left behind', () => {
  it('is named wherever somebody looks once the log is closed, and ended with cancel --leftovers', async () => {
    const pid = await leave('exec sleep 600', '--linger', '50ms');
    const directory = onlyJobDirectory(sandbox);
    await until(() => isClosed(directory));
    expect(eventsOf(recordsIn(directory)).at(-1)).toEqual({event: 'closed', left_open: true});
    const [row] = await sandbox.list();
    expect(row).toMatchObject({status: 'completed', leftovers: [{pid, command: 'sleep'}]});
    const address = `${row?.invocation_id}:job`;
    const toEnd = `To end what is left: stint cancel --leftovers ${address}`;
    const status = await sandbox.ok(['status', 'job']);
    expect(status).toContain(`  left       process ${pid} (sleep), which is not recorded any more`);
    expect(status).toContain(toEnd);
    const doctor = await sandbox.ok(['doctor']);
    expect(doctor).toContain(`${address} is completed and left process ${pid} (sleep) behind`);
    expect(doctor).toContain(toEnd);
    const cancel = await sandbox.stint(['cancel', 'job']);
    expect(cancel).toMatchObject({code: 0});
    expect(cancel.stderr).toContain(`job left process ${pid} (sleep) behind. ${toEnd}`);
    expect(isRunning(pid)).toBe(true);

    // Also by a coordinator that has never heard of it.
    await sandbox.killCoordinator();
    const before = readFileSync(join(directory, 'output.jsonl'), 'utf8');
    const {code, stderr} = await sandbox.stint(['cancel', '--leftovers', 'job']);
    expect(code).toBe(0);
    expect(stderr).toContain(`ended what job left behind: process ${pid} (sleep)`);
    await until(() => !isRunning(pid));
    expect(readFileSync(join(directory, 'output.jsonl'), 'utf8')).toBe(before);
    const signals = readFileSync(join(sandbox.state, 'coordinator.log'), 'utf8')
      .split('\n')
      .filter(line => line.includes('left behind'))
      .map(line => JSON.parse(line) as Record<string, unknown>);
    expect(signals).toMatchObject([{job: address, signal: 'SIGTERM', pids: [pid]}]);
    expect((await sandbox.list())[0]).toMatchObject({leftovers: []});
    expect(JSON.parse(await sandbox.ok(['cancel', '--leftovers', address, '--json']))).toMatchObject({
      count: 0,
      names: [],
      jobs: [{name: 'job', status: 'completed', exit_code: 0, ended: []}],
    });
  });

  it('gets TERM once and KILL after the grace time, both recorded while the log is open, which is closed then', async () => {
    const pid = await leave(
      `trap 'echo term >> terms' TERM; while :; do sleep 0.05; done`,
      '--linger',
      '60s',
    );
    const directory = onlyJobDirectory(sandbox);
    const answer = await sandbox.ok(['cancel', '--leftovers', 'job', '--grace', '2s', '--json']);
    expect(JSON.parse(answer)).toMatchObject({count: 1, jobs: [{name: 'job', status: 'completed'}]});
    expect(JSON.parse(answer).jobs[0].ended).toContainEqual({pid, command: 'sh'});
    expect(isRunning(pid)).toBe(false);
    expect(readFileSync(join(sandbox.work, 'terms'), 'utf8')).toBe('term\n');
    await until(() => isClosed(directory));
    const records = eventsOf(recordsIn(directory));
    const events = records.map(({event, signal}) => signal ?? event);
    // What is born while the others are killed is found and killed in a round of its own, each process once.
    const rounds = events.filter((event, at) => event !== 'SIGKILL' || events[at - 1] !== 'SIGKILL');
    expect(rounds).toEqual(['started', 'finished', 'SIGTERM', 'SIGKILL', 'closed']);
    const killed = records.flatMap(({signal, pids = []}) => (signal === 'SIGKILL' ? pids : []));
    expect(killed).toContain(pid);
    expect(new Set(killed).size).toBe(killed.length);
    expect((await sandbox.list())[0]).toMatchObject({status: 'completed', exit_code: 0, signal: null});
  });

  it('is the command itself where only the wrapper was killed', async () => {
    await sandbox.submit(['--name', 'job', '--', 'sleep', '600']);
    const directory = onlyJobDirectory(sandbox);
    await until(async () => (await sandbox.list())[0]?.status === 'running');
    process.kill(Number.parseInt(readFileSync(join(directory, 'pid'), 'latin1'), 10), 'SIGKILL');
    const {stderr} = await sandbox.stint(['wait', 'job']);
    expect(stderr).toContain('how the command ends cannot be known, and it may still run');
    const [row] = await sandbox.list();
    expect(row).toMatchObject({status: 'crashed', leftovers: [{command: 'sleep'}]});
    expect((await sandbox.stint(['cancel', '--leftovers', 'job'])).code).toBe(0);
    expect((await sandbox.list())[0]).toMatchObject({status: 'crashed', leftovers: []});
  });

  it('is not that of another run of the same name, nor of a job that was submitted from within', async () => {
    const first = await leave('exec sleep 600');
    const inner = `${process.execPath} '${join(import.meta.dirname, '..', '..', 'bin', 'stint')}' run --name inner -- sleep 600`;
    const second = await sandbox.submit(['--name', 'job', '--wait', '-c', inner]);
    const rows = await sandbox.list();
    expect(rows.map(({name, leftovers}) => ({name, leftovers}))).toEqual([
      {name: 'inner', leftovers: null},
      {name: 'job', leftovers: []},
      {name: 'job', leftovers: [{pid: first, command: 'sleep'}]},
    ]);
    expect((await sandbox.stint(['cancel', '--leftovers', second])).code).toBe(0);
    expect(isRunning(first)).toBe(true);
    await sandbox.ok(['cancel', 'inner']);
  });
});

describe('cancel --leftovers', () => {
  it('refuses a job that has not ended, and does nothing to it', async () => {
    await sandbox.submit(['--name', 'job', '--', 'sleep', '600']);
    const {code, stderr} = await sandbox.stint(['cancel', '--leftovers', 'job']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/job is (running|queued): what it left behind is known when it has ended/);
    expect(stderr).toMatch(/To end it with all that it started: stint cancel [0-9a-f]{12}:job/);
    expect((await sandbox.list())[0]?.status).not.toBe('cancelling');
    await sandbox.ok(['cancel', 'job']);
  });

  it('does not take a name for a job of another directory', async () => {
    const pid = await leave('exec sleep 600');
    const other = join(sandbox.root, 'other');
    mkdirSync(other);
    expect((await sandbox.stint(['cancel', '--leftovers', 'job'], {cwd: other})).code).toBe(3);
    expect(isRunning(pid)).toBe(true);
  });

  it.each([[[]], [['--all']], [['--tag', 'x']], [['job', '--detach']], [['job', '--older-than', '1h']]])(
    'is wrong usage with %j',
    async args => {
      const {code, stderr} = await sandbox.stint(['cancel', '--leftovers', ...args]);
      expect(code).toBe(2);
      expect(stderr).toContain('--leftovers takes addresses of jobs that have ended, and --grace');
    },
  );
});
