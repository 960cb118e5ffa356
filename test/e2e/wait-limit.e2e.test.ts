import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {untilCounted} from '../support/coordinator.ts';
import {makeGate} from '../support/gate.ts';
import {isInstalled} from '../support/programs.ts';
import {reading} from '../support/reading.ts';
import {addressIn, Sandbox, STINT} from '../support/sandbox.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

const GOES_ON = 'goes on: the waiting reached its limit. To wait again: stint wait';

describe('a limit', () => {
  it('of wait ends it with 124, says that the job goes on, and can be waited for again', async () => {
    const gate = makeGate(sandbox);
    const address = await sandbox.submit(['--name', 'job', '-c', `${gate.pass}; exit 5`]);
    await untilCounted(sandbox, {running: 1});
    const {code, stdout, stderr} = await sandbox.stint(['wait', 'job', '--timeout', '50ms']);
    expect([code, stdout, stderr]).toEqual([124, '', `stint: job (running) ${GOES_ON} ${address}\n`]);
    await gate.open();
    expect((await sandbox.stint(['wait', address, '--timeout', '40d'])).code).toBe(5);
  });

  it('of 0 looks once, also for what nobody has recorded yet, and has queued jobs looked after', async () => {
    const gate = makeGate(sandbox);
    await sandbox.ok(['parallel', '1']);
    const ended = join(sandbox.work, 'ended');
    const first = await sandbox.submit(['--name', 'first', '-c', `${gate.pass}; touch ${ended}; exit 6`]);
    const second = await sandbox.submit(['--name', 'second', '--', 'true']);
    await untilCounted(sandbox, {running: 1, queued: 1});
    expect((await sandbox.stint(['wait', '--timeout', '0', first])).code).toBe(124);
    await sandbox.killCoordinator();
    await gate.open();
    for (let code: number | null = 124; code !== 6; ) {
      ({code} = await sandbox.stint(['wait', '--timeout', '0', first]));
      expect([124, 6]).toContain(code);
    }
    for (let code: number | null = 124; code !== 0; ) {
      ({code} = await sandbox.stint(['wait', '--timeout', '0s', second]));
      expect([124, 0]).toContain(code);
    }
  });

  it('of several jobs tells how each is, also as JSON', async () => {
    await sandbox.submit(['--name', 'done', '-c', 'exit 3']);
    await sandbox.stint(['wait', 'done']);
    const open = await sandbox.submit(['--name', 'open', '--', 'sleep', '1000']);
    await untilCounted(sandbox, {running: 1});
    const told = await sandbox.stint(['wait', '--timeout', '0', 'done', 'open']);
    expect([told.code, told.stderr]).toEqual([
      124,
      `stint: done failed with exit code 3\nstint: open (running) ${GOES_ON} ${open}\n`,
    ]);
    const json = await sandbox.stint(['wait', '--json', '--timeout', '0', 'done', 'open']);
    expect([json.code, JSON.parse(json.stdout)]).toEqual([
      124,
      [
        expect.objectContaining({name: 'done', status: 'failed', exit_code: 3}),
        expect.objectContaining({name: 'open', status: 'running', exit_code: null, message: null}),
      ],
    ]);
  });

  it.each([
    [['--wait-up-to', '300ms'], 'To wait again: stint wait'],
    [['-f', '--wait-up-to', '300ms'], 'To follow it again: stint logs -f'],
  ])('of run %j ends it with 124, and the job goes on', async (args, again) => {
    const {code, stdout, stderr} = await sandbox.stint(['run', ...args, '--', 'sleep', '1000']);
    expect([code, stdout]).toEqual([124, '']);
    const address = addressIn({stdout, stderr});
    expect(stderr).toContain(`stint: sleep goes on: the waiting reached its limit. ${again} ${address}\n`);
    expect((await sandbox.list())[0]).toMatchObject({status: 'running'});
    const {stdout: json} = await sandbox.stint(['run', '--json', ...args, '--', 'sleep', '1000']);
    const outcome = JSON.parse(json.trimEnd().split('\n').at(-1) ?? '');
    expect(outcome).toMatchObject({status: 'running', exit_code: null});
  });

  it('of run that is not reached gives the code of the job', async () => {
    expect((await sandbox.stint(['run', '--wait-up-to', '1h', '-c', 'exit 9'])).code).toBe(9);
  });

  it('holds also where the coordinator does not answer', async () => {
    await sandbox.submit(['--name', 'job', '--', 'sleep', '1000']);
    const pid = (await sandbox.coordinatorPid()) ?? 0;
    process.kill(pid, 'SIGSTOP');
    try {
      const started = performance.now();
      expect((await sandbox.stint(['wait', '--timeout', '100ms', 'job'])).code).toBe(124);
      expect(performance.now() - started).toBeLessThan(9000); // a client gives such a coordinator ten seconds
    } finally {
      process.kill(pid, 'SIGCONT');
    }
  });
});

describe('wait --any', () => {
  it('ends when the first job is finished, with its code, and says which', async () => {
    const gate = makeGate(sandbox);
    await sandbox.submit(['--name', 'long', '--', 'sleep', '1000']);
    await sandbox.submit(['--name', 'short', '-c', `${gate.pass}; exit 4`]);
    const waiting = sandbox.stint(['wait', '--any', 'long', 'short']);
    await untilCounted(sandbox, {running: 2, connections: 2});
    await gate.open();
    expect(await waiting).toEqual({code: 4, stdout: '', stderr: 'stint: short failed with exit code 4\n'});
    const {code, stdout} = await sandbox.stint(['wait', '--any', '--json', 'long', 'short']);
    expect([code, JSON.parse(stdout)]).toEqual([4, [expect.objectContaining({name: 'short', exit_code: 4})]]);
    expect((await sandbox.stint(['wait', '--any', '--timeout', '0', 'long'])).code).toBe(124);
  });

  it('gives the code of the first that is named where several are finished', async () => {
    for (const code of [0, 7]) {
      await sandbox.submit(['--name', `exits-${code}`, '-c', `exit ${code}`]);
      await sandbox.stint(['wait', `exits-${code}`]);
    }
    expect((await sandbox.stint(['wait', '--any', 'exits-0', 'exits-7'])).code).toBe(0);
    expect((await sandbox.stint(['wait', '--any', 'exits-7', 'exits-0'])).code).toBe(7);
  });
});

describe('an interruption', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('by %s ends wait --json by that signal', async signal => {
    await sandbox.submit(['--name', 'job', '--', 'sleep', '1000']);
    const child = sandbox.start(['wait', '--json', 'job']);
    const read = reading(child);
    await untilCounted(sandbox, {running: 1, connections: 2});
    child.kill(signal);
    expect([await read.ended, child.signalCode]).toEqual([null, signal]);
    expect(read.stderr).toBe('stint: stopped waiting; the job goes on\n');
    expect(JSON.parse(read.text)).toMatchObject([{name: 'job', status: 'running', exit_code: null}]);
  });

  it.skipIf(!isInstalled('bash'))('stops a script around it', async () => {
    await sandbox.submit(['--name', 'job', '--', 'sleep', '1000']);
    const loop = 'for i in 1 2 3; do "$NODE" "$STINT" wait job; echo again; done';
    const script = spawn('bash', ['-c', loop], {
      cwd: sandbox.work,
      detached: true,
      env: {...sandbox.environment(), NODE: process.execPath, STINT},
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let printed = '';
    script.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
    await untilCounted(sandbox, {running: 1, connections: 2});
    process.kill(-(script.pid ?? 0), 'SIGINT');
    expect([await once(script, 'close'), printed]).toEqual([[null, 'SIGINT'], '']);
  });
});

describe('a job without a code', () => {
  it('is one that never started: 125', async () => {
    await sandbox.ok(['parallel', '1']);
    await sandbox.submit(['--name', 'first', '--', 'sleep', '1000']);
    const waiting = sandbox.stint(['run', '--wait', '--name', 'second', '--', 'true']);
    await untilCounted(sandbox, {running: 1, queued: 1});
    await sandbox.ok(['cancel', 'second']);
    expect(await waiting).toMatchObject({
      code: 125,
      stderr: expect.stringContaining('stint: second cancelled: it never started\n'),
    });
    const waited = await sandbox.stint(['wait', '--json', 'second']);
    expect(waited.code).toBe(125);
    const facts = {status: 'cancelled', exit_code: null, message: 'it never started'};
    expect(JSON.parse(waited.stdout)).toMatchObject([facts]);
    expect(await sandbox.ok(['status', 'second'])).toContain('  reason     it never started\n');
    await sandbox.killCoordinator();
    await sandbox.ok(['doctor', '--repair']); // which makes the rows anew
    expect((await sandbox.list()).find(({name}) => name === 'second')).toMatchObject(facts);
  });

  it('is not one whose program went away before it started: 127', async () => {
    const program = join(sandbox.work, 'program');
    writeFileSync(program, '#!/bin/sh\n', {mode: 0o755});
    await sandbox.ok(['parallel', '1']);
    const first = await sandbox.submit(['--name', 'first', '--', 'sleep', '1000']);
    const waiting = sandbox.stint(['run', '--wait', '--', program]);
    await untilCounted(sandbox, {running: 1, queued: 1});
    rmSync(program);
    await sandbox.ok(['cancel', first]);
    expect((await waiting).code).toBe(127);
  });
});
