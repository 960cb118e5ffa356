import type {ChildProcess} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {Strangers} from '../support/forced-pid.ts';
import {bringUp} from '../support/killer.ts';
import {eventsOf, isClosed, onlyJobDirectory, recordsIn} from '../support/library-jobs.ts';
import {isRunning, Sandbox, until} from '../support/sandbox.ts';

/** Nobody else may do what is done here. */
const describeAsRoot = describe.skipIf(process.getuid?.() !== 0);

let sandbox: Sandbox;
const strangers = new Strangers();
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(async () => {
  strangers.end();
  await sandbox.dispose();
});

/** A process that leaves the job's session, writes its pid, ignores TERM, and writes nothing to the log. */
const LEAVES = `setsid sh -c 'trap "" TERM; echo $$ > left; exec sleep 1000 > /dev/null 2>&1' &`;

describeAsRoot('a stranger that is given a pid of a job that is being cancelled', () => {
  it('between TERM and KILL survives the KILL, which reaches what is left of the group', async () => {
    const dieByTerm = 'for i in 1 2 3; do sleep 1000 & echo $!; done';
    await sandbox.submit([
      '--name',
      'job',
      '-c',
      `${dieByTerm}; trap "" TERM; echo up; wait; echo alone; exec sleep 1000`,
    ]);
    await until(() => linesOf().includes('up'));
    await sandbox.ok(['cancel', 'job', '--detach', '--grace', '3s']);
    await until(() => linesOf().includes('alone'));
    const pids = linesOf().slice(0, 3).map(Number);
    const taken = await strangers.take(...pids);
    expect((await sandbox.list())[0]?.status).toBe('cancelling');

    expect((await sandbox.stint(['wait', 'job'])).code).toBe(137);
    expect((await sandbox.list())[0]).toMatchObject({status: 'cancelled', signal: 'SIGKILL'});
    await until(() => isClosed(onlyJobDirectory(sandbox)));
    expectUnharmed(taken);
  });

  it('of the wrapper and the command survives the KILL of what they left behind', async () => {
    const {wrapper, command, left} = await startLeaving('exec sleep 1000');
    const cancelled = sandbox.ok(['cancel', 'job', '--grace', '3s']);
    await until(async () => (await sandbox.list())[0]?.status === 'cancelled');
    const taken = await strangers.take(wrapper, command);
    expect(isRunning(left)).toBe(true);

    await cancelled;
    expect(isRunning(left)).toBe(false);
    await until(() => isClosed(onlyJobDirectory(sandbox)));
    expect((await sandbox.list())[0]).toMatchObject({status: 'cancelled', exit_code: 143, signal: 'SIGTERM'});
    expectUnharmed(taken);
  });

  it('of a wrapper that was killed with its coordinator survives the next one, which goes on with the cancel', async () => {
    const {wrapper, left} = await startLeaving('trap "" TERM; echo up; sleep 1000');
    await until(() => linesOf().includes('up'));
    await sandbox.ok(['cancel', 'job', '--detach', '--grace', '6s']);
    await sandbox.killCoordinator();
    process.kill(-wrapper, 'SIGKILL');
    const taken = await strangers.take(wrapper);
    await bringUp(sandbox);
    expect((await sandbox.stint(['wait', 'job'])).code).toBe(125);
    expect(isRunning(left)).toBe(true);

    await until(() => !isRunning(left));
    const directory = onlyJobDirectory(sandbox);
    await until(() => isClosed(directory));
    expect(eventsOf(recordsIn(directory)).map(({event}) => event)).toEqual([
      'started',
      'cancelling',
      'signaled',
      'crashed',
      'signaled',
      'closed',
    ]);
    expect((await sandbox.stint(['cancel', 'job'])).stderr).toContain('crashed already');
    expectUnharmed(taken);
  });
});

/** A job that leaves a process behind and then goes on like this; with the pids of its wrapper, its command and that process. */
async function startLeaving(then: string) {
  await sandbox.submit(['--name', 'job', '-c', `echo $$ > command; ${LEAVES} ${then}`]);
  const numbers = () =>
    [join(onlyJobDirectory(sandbox), 'pid'), join(sandbox.work, 'command'), join(sandbox.work, 'left')].map(
      numberIn,
    );
  await until(() => numbers().every(pid => pid > 0));
  const [wrapper = 0, command = 0, left = 0] = numbers();
  return {wrapper, command, left};
}

/** What the job has written, in its log. */
function linesOf(): string[] {
  return recordsIn(onlyJobDirectory(sandbox)).flatMap(({kind, data}) =>
    kind === 'stdout' ? [String(data)] : [],
  );
}

/** They run, and so do their children. */
function expectUnharmed(taken: readonly ChildProcess[]): void {
  for (const {pid = 0, exitCode, signalCode} of taken)
    expect({exitCode, signalCode, isRunning: isRunning(pid)}).toEqual({
      exitCode: null,
      signalCode: null,
      isRunning: true,
    });
}

function numberIn(path: string): number {
  try {
    return Number.parseInt(readFileSync(path, 'utf8'), 10) || 0;
  } catch {
    return 0; // not there yet
  }
}
