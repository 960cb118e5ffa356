/** One state directory in two pid namespaces, as containers have it that share a home. */
import {readFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {makeGate} from '../support/gate.ts';
import {bytesOf, eventsOf, isClosed, onlyJobDirectory, recordsIn} from '../support/library-jobs.ts';
import {PidNamespace} from '../support/pid-namespace.ts';
import {Sandbox, until} from '../support/sandbox.ts';

const describeAsRoot = describe.runIf(process.getuid?.() === 0);

let sandbox: Sandbox;
let a: PidNamespace;
let b: PidNamespace;
beforeEach(async () => {
  sandbox = new Sandbox();
  a = await PidNamespace.open(sandbox);
  b = await PidNamespace.open(sandbox);
});
afterEach(async () => {
  await a.close();
  await b.close();
  await sandbox.dispose();
});

describeAsRoot('a job in another pid namespace', () => {
  it('is left alone, as are strangers with its pids, until its own coordinator ends it with nothing lost', async () => {
    const gate = makeGate(sandbox);
    await a.ok('run', '--name', 'web', '-c', `echo one; ${gate.pass}; echo two`);
    const directory = onlyJobDirectory(sandbox, 'web');
    await until(() => recordsIn(directory).length >= 2);
    await killCoordinatorIn(a);
    const before = recordsIn(directory);
    const wrapper = Number.parseInt(readFileSync(join(directory, 'pid'), 'latin1'), 10);
    await fillUpTo(b, wrapper + 5);
    await until(async () => (await pidsIn(b, 'sleep')).includes(wrapper)); // the shell that becomes it is not it yet
    const strangers = await pidsIn(b, 'sleep');

    const where = `in pid namespace ${a.number} of host `;
    for (const command of [
      ['cancel', 'web', '--grace', '1ms'],
      ['cancel', '--all', '--grace', '1ms'],
      ['cancel', 'web', '--grace', '1ms'], // now there is a coordinator in b
    ]) {
      const {code, stderr} = await b.stint(...command);
      expect([code, stderr]).toEqual([1, expect.stringContaining(where)]);
    }
    expect((await b.stint('status', 'web')).stdout).toContain(where);
    expect((await b.stint('shutdown', '--cancel', '--grace', '1ms')).stderr).toContain(where);
    expect(await pidsIn(b, 'sleep')).toEqual(expect.arrayContaining(strangers));
    expect(recordsIn(directory)).toEqual(before);

    expect(JSON.parse(await a.ok('ls', '--json'))).toMatchObject([{status: 'running', elsewhere: null}]);
    const waited = a.stint('wait', 'web');
    await until(() => eventsOf(recordsIn(directory)).some(({event}) => event === 'adopted'));
    await gate.open();
    expect((await waited).code).toBe(0);
    expectWhole(directory, ['started', 'adopted', 'finished']);
  });

  it('is waited for without a coordinator, and recorded once it has ended', async () => {
    const gate = makeGate(sandbox);
    await a.ok('run', '--name', 'web', '--linger', '10ms', '-c', `echo one; ${gate.pass}; echo two; exit 3`);
    const directory = onlyJobDirectory(sandbox, 'web');
    await until(() => recordsIn(directory).length >= 2);
    expect(await pidsIn(a, 'stint-coordinat')).toHaveLength(1);
    await killCoordinatorIn(a);
    const waiting = b.startStint('wait', 'web');
    const following = b.startStint('logs', '-f', 'web');
    for (const {printed} of [waiting, following])
      await until(() => printed.stderr.includes(`web runs in pid namespace ${a.number} of host `));
    expect(await pidsIn(b, 'stint-coordinat')).toEqual([]);
    await gate.open();
    expect(await waiting.end).toMatchObject({code: 3});
    expect(await following.end).toMatchObject({code: 0, stdout: 'one\ntwo\n'});
    expectWhole(directory, ['started', 'finished']);
    // Nobody there can see whether something still writes, so the linger time has passed.
    expect(eventsOf(recordsIn(directory)).at(-1)).toEqual({event: 'closed', left_open: true});
  });

  it('has crashed when its whole namespace is gone', async () => {
    await a.ok('run', '--name', 'web', '--linger', '10ms', '--', 'sleep', '600');
    const directory = onlyJobDirectory(sandbox, 'web');
    await until(() => recordsIn(directory).length > 0);
    await a.close();
    expect(await b.stint('wait', 'web')).toMatchObject({
      code: 125,
      stderr: expect.stringContaining('its wrapper was killed'),
    });
    await until(() => isClosed(directory));
  });

  it('runs where the coordinator does, which whoever submits it is told', async () => {
    await a.ok('run', '--wait', '--', 'true');
    const {code, stderr} = await b.stint(
      'run',
      '--wait',
      '--name',
      'where',
      '-c',
      'readlink /proc/self/ns/pid',
    );
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining(`runs in pid namespace ${a.number} of host `),
    ]);
    expect(await b.ok('logs', 'where')).toBe(`pid:[${a.number}]\n`);
    expect((await a.stint('run', '--wait', '--', 'true')).stderr).not.toContain('namespace');
  });
});

function expectWhole(directory: string, events: readonly string[]): void {
  const records = recordsIn(directory);
  expect(bytesOf(records, 'stdout').toString()).toBe('one\ntwo\n');
  expect(records.map(({seq}) => seq)).toEqual(records.map((_, at) => at));
  const happened = eventsOf(records).map(({event}) => event);
  expect(happened.filter(event => event !== 'closed')).toEqual(events);
}

/** Its pid means something there only. */
async function killCoordinatorIn(namespace: PidNamespace): Promise<void> {
  const {pid} = JSON.parse(readFileSync(join(sandbox.state, 'coordinator.json'), 'utf8')) as {pid: number};
  expect((await namespace.run(['kill', '-9', String(pid)])).code).toBe(0);
  await until(async () => !(await pidsIn(namespace, '.*')).includes(pid));
}

/** Processes, each with a session of its own, until so high a pid was given. */
async function fillUpTo(namespace: PidNamespace, pid: number): Promise<void> {
  const script = 'while :; do setsid sleep 600 & [ $! -ge "$1" ] && exit; done';
  await namespace.run(['/bin/sh', '-c', `{ ${script}; } > /dev/null 2>&1`, 'sh', String(pid)]);
}

/** Of the processes with this name that have not ended. */
async function pidsIn(namespace: PidNamespace, name: string): Promise<number[]> {
  const script = 'grep -lE "^[0-9]+ [(]$1[)] [^ZX]" /proc/[0-9]*/stat';
  const {stdout} = await namespace.run(['/bin/sh', '-c', script, 'sh', name]);
  return stdout.split('\n').flatMap(line => (line === '' ? [] : Number(line.split('/')[2])));
}
