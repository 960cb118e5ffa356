import {readFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {untilCounted} from '../support/coordinator.ts';
import {makeGate} from '../support/gate.ts';
import {eventsOf, isClosed, onlyJobDirectory, recordsIn} from '../support/library-jobs.ts';
import {isRunning, Sandbox, STINT, until} from '../support/sandbox.ts';
import {TermCounters} from '../support/term-counters.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

/** What a process keeps that drops its environment, so that the sandbox still finds it. */
const KEPT = '"PATH=$PATH" "STINT_TEST_SANDBOX=$STINT_TEST_SANDBOX"';

/** Until KILL, for who is to do something at TERM before, on a busy machine as well. */
const LONG_ENOUGH = '2s';

/** The outcome of the sandbox's job with this name. */
async function stateOf(name: string) {
  const found = (await sandbox.list()).find(job => job.name === name);
  return {status: found?.status, exit_code: found?.exit_code, signal: found?.signal};
}

describe('cancel', () => {
  it('ends a running job with TERM, and says so in its log, its row and its answer', async () => {
    const address = await sandbox.submit(['--name', 'job', '--', 'sleep', '1000']);
    await untilCounted(sandbox, {running: 1});
    expect(JSON.parse(await sandbox.ok(['cancel', 'job', '--json']))).toEqual({
      count: 1,
      names: [address],
      jobs: [{invocation_id: address.split(':')[0], name: 'job', status: 'cancelled', exit_code: 143}],
    });
    expect(await stateOf('job')).toEqual({status: 'cancelled', exit_code: 143, signal: 'SIGTERM'});
    const events = eventsOf(recordsIn(onlyJobDirectory(sandbox))).map(({event}) => event);
    expect(events).toEqual(['started', 'cancelling', 'signaled', 'finished', 'closed']);
    expect((await sandbox.stint(['wait', 'job'])).code).toBe(143);
  });

  it('kills a job that ignores TERM after the grace time, and its code is known', async () => {
    const address = await sandbox.submit(['--name', 'job', '-c', "trap '' TERM; echo up; sleep 1000"]);
    await until(async () => (await sandbox.ok(['logs', 'job'])) === 'up\n');
    await sandbox.ok(['cancel', address, '--grace', '300ms']);
    expect(await stateOf('job')).toEqual({status: 'cancelled', exit_code: 137, signal: 'SIGKILL'});
  });

  it('ends a job that is stopped', async () => {
    await sandbox.submit(['--name', 'job', '-c', 'echo up; kill -STOP $$; sleep 1000']);
    await until(async () => (await sandbox.ok(['logs', 'job'])) === 'up\n');
    await sandbox.ok(['cancel', 'job', '--grace', '60s']);
    expect(await stateOf('job')).toMatchObject({status: 'cancelled', signal: 'SIGTERM'});
  });

  it.each([
    ['writes to the log', '', ''],
    ['writes nowhere', '', '>/dev/null 2>&1'],
    ['writes to the log and has dropped its environment', `env -i ${KEPT}`, ''],
  ])('kills a grandchild in a session of its own that %s', async (_, environment, redirection) => {
    const pidFile = join(sandbox.work, 'pid');
    const inner = `${environment} setsid sh -c 'trap "" TERM; echo $$ > ${pidFile}; exec sleep 1000'`;
    await sandbox.submit(['--name', 'job', '-c', `${inner} ${redirection} & sleep 1000`]);
    let pid = 0;
    await until(async () => {
      const {stdout} = await sandbox.stint(['logs', 'job']);
      pid = Number(readIfThere(pidFile));
      return stdout === '' && pid > 0;
    });
    await sandbox.ok(['cancel', 'job', '--grace', LONG_ENOUGH]);
    expect(isRunning(pid)).toBe(false);
    expect(await stateOf('job')).toMatchObject({status: 'cancelled', signal: 'SIGTERM'});
    await until(() => isClosed(onlyJobDirectory(sandbox)));
    expect(eventsOf(recordsIn(onlyJobDirectory(sandbox))).at(-1)).toEqual({event: 'closed'});
  });

  it('kills what only its group tells, together with a command that ignores TERM', async () => {
    const pidFile = join(sandbox.work, 'pid');
    const inner = `trap "" TERM; echo $$ > ${pidFile}; exec sleep 1000`;
    const hidden = `env -i ${KEPT} sh -c '${inner}' >/dev/null 2>&1`;
    await sandbox.submit(['--name', 'job', '-c', `trap '' TERM; ${hidden} & sleep 1000`]);
    let pid = 0;
    await until(() => {
      pid = Number(readIfThere(pidFile));
      return pid > 0;
    });
    await sandbox.ok(['cancel', 'job', '--grace', '200ms']);
    expect(isRunning(pid)).toBe(false);
    expect(await stateOf('job')).toEqual({status: 'cancelled', exit_code: 137, signal: 'SIGKILL'});
  });

  it('sends TERM once to each process, wherever it hides, returns when none is left, and records every signal', async () => {
    const counters = new TermCounters(sandbox);
    await sandbox.submit(['--name', 'job', '-c', counters.shellText]);
    const pids = await counters.up();
    await sandbox.ok(['cancel', 'job', '--grace', LONG_ENOUGH]);
    expect(counters.running).toEqual([]);
    expect(Object.entries(counters.terms).filter(([, count]) => count !== 1)).toEqual([]);
    const recorded = recordsIn(onlyJobDirectory(sandbox)).map(({data}) => Object(data));
    for (const signal of ['SIGTERM', 'SIGKILL']) {
      const named = recorded.filter(each => each.signal === signal).flatMap(each => each.pids);
      expect(pids.filter(pid => !named.includes(pid))).toEqual([]);
    }
    expect(recorded.filter(each => each.signal === 'SIGTERM')).toHaveLength(1);
  });

  it('waits for what an earlier one that was detached has not ended yet', async () => {
    const counters = new TermCounters(sandbox);
    await sandbox.submit(['--name', 'job', '-c', counters.shellText]);
    await counters.up();
    await sandbox.ok(['cancel', 'job', '--detach', '--grace', LONG_ENOUGH]);
    const {code, stderr} = await sandbox.stint(['cancel', 'job']);
    expect({code, running: counters.running}).toEqual({code: 0, running: []});
    expect(stderr).toContain('job');
    expect(Object.entries(counters.terms).filter(([, count]) => count !== 1)).toEqual([]);
  });

  it('gives 10 s unless told otherwise', async () => {
    await sandbox.submit(['--name', 'job', '--', 'sleep', '1000']);
    await sandbox.submit(['--name', 'other', '--', 'sleep', '1000']);
    await untilCounted(sandbox, {running: 2});
    await sandbox.ok(['cancel', 'job']);
    await sandbox.ok(['cancel', 'other', '--grace', '2m']);
    const wishes = ['job', 'other'].map(name =>
      recordsIn(onlyJobDirectory(sandbox, name)).find(({data}) => Object(data).event === 'cancelling'),
    );
    expect(wishes).toMatchObject([{data: {grace_ms: 10_000}}, {data: {grace_ms: 120_000}}]);
  });

  it('never starts a queued job', async () => {
    const gate = makeGate(sandbox);
    await sandbox.ok(['parallel', '1']);
    await sandbox.submit(['--name', 'first', '-c', gate.pass]);
    await sandbox.submit(['--name', 'second', '-c', 'touch started']);
    await untilCounted(sandbox, {running: 1, queued: 1});
    await sandbox.ok(['cancel', 'second']);
    await gate.open();
    await sandbox.ok(['wait', 'first']);
    expect(await stateOf('second')).toEqual({status: 'cancelled', exit_code: null, signal: null});
    expect(readIfThere(join(sandbox.work, 'started'))).toBe(undefined);
    expect((await sandbox.stint(['wait', 'second'])).code).toBe(125);
  });

  it('leaves a job alone that has ended', async () => {
    await sandbox.ok(['run', '--wait', '--name', 'job', '--', 'true']);
    const {code, stderr} = await sandbox.stint(['cancel', 'job']);
    expect(code).toBe(0);
    expect(stderr).toContain('is completed already');
    expect(await stateOf('job')).toMatchObject({status: 'completed'});
  });

  it('leaves a job alone that was just cancelled', async () => {
    await sandbox.submit(['--name', 'job', '--', 'sleep', '1000']);
    await sandbox.ok(['cancel', 'job']);
    const records = recordsIn(onlyJobDirectory(sandbox)).filter(({data}) => Object(data).event !== 'closed');
    const {code, stderr} = await sandbox.stint(['cancel', 'job', '--grace', '1ms']);
    expect(code).toBe(0);
    expect(stderr).toContain('is cancelled already');
    await until(() => isClosed(onlyJobDirectory(sandbox)));
    expect(recordsIn(onlyJobDirectory(sandbox)).slice(0, -1)).toEqual(records);
  });

  it('lets a job be completed that ends well because of it', async () => {
    await sandbox.submit([
      '--name',
      'job',
      '-c',
      "trap 'exit 0' TERM; echo up; while :; do sleep 0.02; done",
    ]);
    await until(async () => (await sandbox.ok(['logs', 'job'])) === 'up\n');
    await sandbox.ok(['cancel', 'job']);
    expect(await stateOf('job')).toEqual({status: 'completed', exit_code: 0, signal: null});
  });

  it('may be said twice at once, and the shorter grace time counts', async () => {
    await sandbox.submit(['--name', 'job', '-c', "trap '' TERM; echo up; sleep 1000"]);
    await until(async () => (await sandbox.ok(['logs', 'job'])) === 'up\n');
    const both = [
      sandbox.ok(['cancel', 'job', '--grace', '10m']),
      sandbox.ok(['cancel', 'job', '--grace', '1ms']),
    ];
    await Promise.all(both);
    expect(await stateOf('job')).toMatchObject({status: 'cancelled', exit_code: 137});
  });

  it('takes filters that must all fit', async () => {
    await sandbox.submit(['--name', 'a', '--tag', 'x', '--tag', 'y', '--', 'sleep', '1000']);
    const b = await sandbox.submit(['--name', 'b', '--tag', 'x', '--', 'sleep', '1000']);
    const invocation = b.split(':')[0] ?? '';
    expect((await sandbox.stint(['cancel', '--tag', 'y', '--inv', invocation])).code).toBe(3);
    expect((await sandbox.stint(['cancel', '--tag', 'x', '--older-than', '1h'])).code).toBe(3);
    await sandbox.ok(['cancel', '--tag', 'x', '--inv', invocation]);
    expect((await stateOf('a')).status).toBe('running');
    expect((await stateOf('b')).status).toBe('cancelled');
  });

  it('refuses to guess: nothing named, or two ways at once', async () => {
    await sandbox.submit(['--name', 'job', '--', 'sleep', '1000']);
    for (const args of [
      [],
      ['--grace', '1s'],
      ['job', '--all'],
      ['--all', '--tag', 'x'],
      ['job', '--tag', 'x'],
    ])
      expect({args, code: (await sandbox.stint(['cancel', ...args])).code}).toEqual({args, code: 2});
    expect((await stateOf('job')).status).toBe('running');
  });

  it('ends all jobs of this repository and none of another', async () => {
    const elsewhere = {cwd: sandbox.root};
    await sandbox.submit(['--name', 'here', '--', 'sleep', '1000']);
    await sandbox.submit(['--name', 'there', '--', 'sleep', '1000'], elsewhere);
    await sandbox.ok(['cancel', '--all']);
    expect((await stateOf('here')).status).toBe('cancelled');
    expect((await sandbox.list(elsewhere))[0]?.status).toBe('running');
    await sandbox.ok(['cancel', '--all']);
  });

  it('spares a job that was submitted from within the job, and the coordinator started there', async () => {
    const gate = makeGate(sandbox);
    const inner = `${gate.pass}; '${process.execPath}' '${STINT}' run --name inner -- sleep 1000; sleep 1000`;
    await sandbox.submit(['--name', 'outer', '-c', inner]);
    await untilCounted(sandbox, {running: 1});
    await sandbox.killCoordinator();
    await gate.open(); // the job itself starts the next one
    await until(async () => (await sandbox.coordinatorPid()) !== undefined);
    await untilCounted(sandbox, {running: 2});
    const coordinator = await sandbox.coordinatorPid();
    await sandbox.ok(['cancel', 'outer', '--grace', '1ms']);
    expect((await stateOf('outer')).status).toBe('cancelled');
    await until(async () => (await stateOf('inner')).status === 'running');
    expect(await sandbox.coordinatorPid()).toBe(coordinator);
  });
});

describe('shutdown', () => {
  it('leaves the jobs running, and the next command takes them over', async () => {
    await sandbox.submit(['--name', 'job', '-c', 'sleep 1000']);
    await untilCounted(sandbox, {running: 1});
    const pid = (await sandbox.coordinatorPid()) ?? 0;
    const told = JSON.parse(await sandbox.ok(['shutdown', '--json']));
    expect(told).toEqual({was_running: true, left_running: 1, cancelled: 0});
    await until(() => !isRunning(pid));
    expect((await stateOf('job')).status).toBe('running');
    await sandbox.ok(['cancel', 'job']);
    expect((await stateOf('job')).status).toBe('cancelled');
  });

  it('ends the jobs first when told to, also what ignores TERM, what waits and what is left behind', async () => {
    const pidFile = join(sandbox.work, 'pid');
    await sandbox.ok(['parallel', '2']);
    await sandbox.submit(['--name', 'a', '-c', "trap '' TERM; sleep 1000"]);
    const leaving = `setsid sh -c 'trap "" TERM; echo $$ > ${pidFile}; sleep 1000' & sleep 1000`;
    await sandbox.submit(['--name', 'b', '-c', leaving]);
    await sandbox.submit(['--name', 'c', '--', 'sleep', '1000']);
    await until(() => readIfThere(pidFile) !== undefined);
    const told = JSON.parse(await sandbox.ok(['shutdown', '--cancel', '--grace', '300ms', '--json']));
    expect(told).toEqual({was_running: true, left_running: 0, cancelled: 3});
    expect(isRunning(Number(readIfThere(pidFile)))).toBe(false);
    for (const name of ['a', 'b', 'c']) expect((await stateOf(name)).status).toBe('cancelled');
    expect(await sandbox.coordinatorPid()).toBe(undefined);
  });

  it('first goes through with a cancel that is under way, and says so', async () => {
    const counters = new TermCounters(sandbox);
    await sandbox.submit(['--name', 'job', '-c', counters.shellText]);
    await sandbox.submit(['--name', 'other', '--', 'sleep', '1000']);
    await counters.up();
    await sandbox.ok(['cancel', 'job', '--detach', '--grace', '3s']); // shutdown has to come before
    const {code, stderr} = await sandbox.stint(['shutdown']);
    expect({code, running: counters.running}).toEqual({code: 0, running: []});
    expect(stderr).toContain('waiting until what was cancelled is gone: a job');
    expect(stderr).toContain('1 job goes on without it');
    expect(await stateOf('other')).toMatchObject({status: 'running'});
    await sandbox.ok(['cancel', 'other']);
  });

  it('does nothing where no coordinator runs, and refuses both ways at once', async () => {
    expect(JSON.parse(await sandbox.ok(['shutdown', '--json']))).toMatchObject({was_running: false});
    expect((await sandbox.stint(['shutdown', '--cancel', '--leave'])).code).toBe(2);
  });
});

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim() || undefined;
  } catch {
    return undefined; // not there yet
  }
}
