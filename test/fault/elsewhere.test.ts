/** Jobs and coordinators of other places, as one state directory in several containers or on several machines has them. */
import {existsSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import type {ProcessSpace} from '../../src/base/index.ts';
import {takeCoordinatorLock} from '../../src/coordinator/adapters/index.ts';
import {processSpace} from '../../src/platform/index.ts';
import {type Gate, makeGate} from '../support/gate.ts';
import {bringUp} from '../support/killer.ts';
import {bytesOf, clientOf, eventsOf, isClosed, onlyJobDirectory, recordsIn} from '../support/library-jobs.ts';
import {foreseeSpace, recordSpace} from '../support/recorded-space.ts';
import {Sandbox, until} from '../support/sandbox.ts';

const HERE = processSpace();
const BESIDE: ProcessSpace = {...HERE, pid_ns: (HERE.pid_ns ?? 0) + 1};
const ELSEWHERE: ProcessSpace = {host: 'bakery\u001b[2J', boot_id: 'another', pid_ns: HERE.pid_ns};
const BEFORE: ProcessSpace = {...HERE, boot_id: 'another'};

let sandbox: Sandbox;
let gate: Gate;
let directory: string;

beforeEach(async () => {
  sandbox = new Sandbox();
  gate = makeGate(sandbox);
});
afterEach(() => sandbox.dispose());

/** A job that waits at the gate, as its coordinator left it when that was killed. */
async function leaveBehind(...options: readonly string[]): Promise<void> {
  await sandbox.submit(['--name', 'job', ...options, '-c', `echo one; ${gate.pass}; echo two`]);
  directory = onlyJobDirectory(sandbox);
  await until(() => recordsIn(directory).length >= 2);
  await sandbox.killCoordinator();
}

async function expectAdoptedWhole(): Promise<void> {
  await bringUp(sandbox);
  await gate.open();
  expect((await sandbox.stint(['wait', 'job'])).code).toBe(0);
  const records = recordsIn(directory);
  expect(bytesOf(records, 'stdout').toString()).toBe('one\ntwo\n');
  expect(records.map(({seq}) => seq)).toEqual(records.map((_, at) => at));
  expect(eventsOf(records).map(({event}) => event)).toEqual(
    expect.arrayContaining(['started', 'adopted', 'finished']),
  );
}

describe('what a job that was started records', () => {
  it('is where its pid means something, in the journal and before its wrapper is born', async () => {
    await leaveBehind();
    expect(eventsOf(recordsIn(directory))[0]).toMatchObject({event: 'started', ...HERE});
    const text = readFileSync(join(directory, 'pid'), 'utf8');
    const [room, foreseen] = [text.slice(0, 32), text.slice(32)];
    expect(room).toMatch(/^\d+ \.\n\d+\.\d\d\n +\n$/);
    expect(JSON.parse(foreseen)).toEqual(HERE);
    await gate.open();
  });
});

describe.each([
  ['in another pid namespace', BESIDE, `in pid namespace ${BESIDE.pid_ns} of host ${HERE.host}`],
  ['on another host', ELSEWHERE, 'on host bakery\\x1b[2J'],
] as const)('a job %s', (_, space, where) => {
  const refusal = {
    code: 1,
    stdout: '',
    stderr: expect.stringContaining(
      `Nothing can be done about job from here: it runs ${where.replace('\\', '\\\\')}.`,
    ),
  };

  it('is left alone by every command and every coordinator, and ends with nothing lost where it runs', async () => {
    await leaveBehind();
    recordSpace(directory, space);
    const before = recordsIn(directory);
    expect(await sandbox.list()).toMatchObject([{status: 'running', elsewhere: where}]);
    expect(await sandbox.ok(['ls'])).toContain('running elsewhere');
    expect(await sandbox.ok(['status', 'job'])).toContain(`runs       ${where}\n`);
    expect(await sandbox.ok(['doctor'])).toContain(`job running ${where}\n`);
    expect(await sandbox.stint(['logs', 'job'])).toMatchObject({
      code: 0,
      stdout: 'one\n',
      stderr: expect.stringContaining(`job runs ${where}: `),
    });
    expect(await sandbox.stint(['cancel', 'job', '--json'])).toEqual(refusal);
    expect(await sandbox.coordinatorPid()).toBeUndefined(); // none was started for any of these

    await bringUp(sandbox);
    expect(await sandbox.stint(['cancel', 'job', '--json'])).toEqual(refusal);
    const name = expect.stringMatching(/:job$/);
    const all = await sandbox.stint(['cancel', '--all', '--grace', '1ms', '--json']);
    expect([all.code, JSON.parse(all.stdout)]).toEqual([
      1,
      {count: 0, names: [], jobs: [], elsewhere: [{name, where}]},
    ]);
    const left = await sandbox.ok(['shutdown', '--cancel', '--grace', '1ms', '--json']);
    expect(JSON.parse(left)).toMatchObject({cancelled: 0, elsewhere: [{name, where}]});
    expect(recordsIn(directory)).toEqual(before);

    recordSpace(directory, HERE);
    await expectAdoptedWhole();
  });
});

describe('a job in another pid namespace', () => {
  it('keeps no coordinator from leaving, and is found by the next one', async () => {
    await leaveBehind();
    recordSpace(directory, BESIDE);
    const env = {STINT_IDLE_EXIT_SECS: '0.2'};
    expect((await sandbox.stint(['cancel', '--all'], {env})).code).toBe(1);
    await until(() => !existsSync(join(sandbox.state, 'coordinator.json')));
    const [repo = ''] = readdirSync(join(sandbox.state, 'repos'));
    expect(existsSync(join(sandbox.state, 'repos', repo, 'unfinished'))).toBe(true);
    recordSpace(directory, HERE);
    await expectAdoptedWhole();
  });

  it('is known also when its coordinator was killed before it recorded the start', async () => {
    await leaveBehind();
    writeFileSync(join(directory, 'output.jsonl'), '');
    foreseeSpace(directory, BESIDE);
    await bringUp(sandbox);
    expect((await sandbox.stint(['cancel', 'job'])).code).toBe(1);
    expect(recordsIn(directory)).toEqual([]);
    await gate.open();
  });
});

describe('a job on another host', () => {
  it('cannot be waited for, and nobody is kept waiting to hear that', async () => {
    await leaveBehind();
    recordSpace(directory, ELSEWHERE);
    for (const isServed of [false, true]) {
      if (isServed) await bringUp(sandbox);
      expect(await sandbox.stint(['wait', 'job'])).toMatchObject({
        code: 125,
        stderr: expect.stringContaining('it runs on host bakery\\x1b[2J.'),
      });
    }
    await gate.open();
  });

  it('keeps a log that others may still write to, also once it has ended', async () => {
    await leaveBehind('--linger', '10ms');
    await gate.open();
    await until(() => readFileSync(join(directory, 'exit'), 'latin1').startsWith('0 .'));
    recordSpace(directory, ELSEWHERE);
    await bringUp(sandbox);
    expect((await sandbox.stint(['cancel', 'job'])).code).toBe(1);
    expect(readdirSync(directory)).toEqual(expect.arrayContaining(['out', 'err', 'alive', 'exit']));
    expect(recordsIn(directory)).toHaveLength(2);
  });

  it('is given up when a person removes its FIFO', async () => {
    await leaveBehind('--linger', '10ms');
    recordSpace(directory, ELSEWHERE);
    await bringUp(sandbox);
    await gate.open();
    await until(() => readFileSync(join(directory, 'exit'), 'latin1').startsWith('0 .'));
    rmSync(join(directory, 'alive'));
    expect((await sandbox.stint(['wait', 'job'])).code).toBe(0);
    await until(() => isClosed(directory));
    expect(bytesOf(recordsIn(directory), 'stdout').toString()).toBe('one\ntwo\n');
  });
});

describe('a job of this machine before it was started anew', () => {
  it('has crashed, and the reboot is named', async () => {
    await leaveBehind();
    const wrapper = Number.parseInt(readFileSync(join(directory, 'pid'), 'latin1'), 10);
    process.kill(-wrapper, 'SIGKILL');
    recordSpace(directory, BEFORE);
    const waited = await sandbox.stint(['wait', 'job']);
    expect(waited).toMatchObject({code: 125, stderr: expect.stringContaining('the machine was restarted')});
  });
});

describe('a coordinator on another host', () => {
  it('is named by whoever needs one, long before a start is given up', async () => {
    const client = clientOf(sandbox); // makes the directory
    const lock = takeCoordinatorLock(sandbox.state, {waitMs: 0, now: () => 0, onUntold: () => undefined});
    const told = {pid: 4242, ...ELSEWHERE, host: 'bakery', version: '0.2.0', since_ms: 0};
    writeFileSync(join(sandbox.state, 'coordinator.json'), JSON.stringify(told), {mode: 0o600});
    try {
      const began = performance.now();
      const {code, stderr} = await sandbox.stint(['run', '--', 'true']);
      expect([code, stderr]).toEqual([
        1,
        expect.stringContaining('cannot be reached: it runs on host bakery (pid 4242 there).'),
      ]);
      expect(performance.now() - began).toBeLessThan(9000);
    } finally {
      lock?.release();
    }
    expect(await sandbox.stint(['run', '--wait', '--', 'true'])).toMatchObject({code: 0});
    client.close();
  });
});
