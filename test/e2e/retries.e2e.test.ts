import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {Sandbox, until} from '../support/sandbox.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

/** Fails until it has run so often. */
const FLAKY = (times: number) =>
  `echo run >> runs; n=$(wc -l < runs); echo "this is $n"; test "$n" -ge ${times} || exit 75`;
const runs = () => readFileSync(join(sandbox.work, 'runs'), 'utf8').split('\n').length - 1;

describe('run --retries', () => {
  it('follows one attempt after the other, and ends as the last of them, each of which keeps its log', async () => {
    const flaky = ['--retries', '3', '--backoff', '50ms', '--name', 'flaky', '-c', FLAKY(3)];
    const run = await sandbox.stint(['run', '-f', ...flaky]);
    expect(run).toMatchObject({code: 0, stdout: 'this is 1\nthis is 2\nthis is 3\n'});
    expect(run.stderr).toContain('flaky is tried again: attempt 2');
    expect((await sandbox.list()).map(({name, attempt, status}) => [name, attempt, status])).toEqual([
      ['flaky', 1, 'failed'],
      ['flaky', 2, 'failed'],
      ['flaky', 3, 'completed'],
    ]);
    expect(await sandbox.ok(['logs', 'flaky@2'])).toBe('this is 2\n');
    expect(await sandbox.ok(['logs', 'flaky'])).toBe('this is 3\n');
    expect(await sandbox.ok(['ls'])).toContain('flaky@3');
    expect(await sandbox.ok(['status', 'flaky'])).toContain('attempt    3 of 4');
    expect(runs()).toBe(3);
  });

  it('waits for the last attempt, whose code and lines are told, and says how it stands when that takes too long', async () => {
    const asked = ['--retries', '1', '--json', '--name', 'sad', '-c', FLAKY(9)];
    const limited = await sandbox.stint(['run', '--wait-up-to', '3s', '--backoff', '1h', ...asked]);
    expect(limited.code).toBe(124);
    expect(JSON.parse(limited.stdout)).toMatchObject({attempt: 2, status: 'queued', exit_code: null});
    const [sad] = await sandbox.list();
    expect(JSON.parse(await sandbox.ok(['status', 'sad', '--json']))).toMatchObject({
      attempt: 2,
      attempts: 2,
      queue_why: 'backoff',
      queue_reason: expect.stringMatching(/^it is tried again at \d\d:\d\d:\d\d$/),
      queue_until: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    expect(sad).toMatchObject({attempt: 1, status: 'failed', exit_code: 75});
    await sandbox.ok(['cancel', 'sad']);
    const cancelled = await sandbox.stint(['wait', 'sad']);
    expect(cancelled.stderr).toContain('sad cancelled: ');
    const short = await sandbox.stint(['run', '--wait', '--backoff', '10ms', ...asked]);
    expect(short.code).toBe(75);
    expect(JSON.parse(short.stdout)).toMatchObject({attempt: 2, status: 'failed', tail: ['this is 3']});
    expect(runs()).toBe(3);
  });

  it('is waited for by its tag in the pause as well', async () => {
    await sandbox.submit([
      '--retries',
      '1',
      '--backoff',
      '1s',
      '--tag',
      'slow',
      '--name',
      'x',
      '-c',
      FLAKY(2),
    ]);
    await until(async () => (await sandbox.list()).some(({attempt}) => attempt === 2));
    expect(await sandbox.stint(['wait', '--tag', 'slow'])).toMatchObject({code: 0});
    expect(runs()).toBe(2);
  });

  it('goes on where the coordinator is killed in the pause, and runs each attempt once', async () => {
    const address = await sandbox.submit([
      '--retries',
      '1',
      '--backoff',
      '1s',
      '--name',
      'x',
      '-c',
      FLAKY(2),
    ]);
    await until(async () => (await sandbox.list()).some(({attempt}) => attempt === 2));
    await sandbox.killCoordinator();
    expect(await sandbox.stint(['wait', address])).toMatchObject({code: 0});
    expect(runs()).toBe(2);
  });
});

describe('run --timeout', () => {
  it('ends the job with all that it started, as timed out, with 124', async () => {
    const run = await sandbox.stint(
      ['run', '--wait', '--timeout', '300ms', '--name', 'slow', '-c', 'sleep 60 & echo $! > child; wait'],
      {},
    );
    expect(run.code).toBe(124);
    expect(run.stderr).toContain('slow timed out');
    const [job] = await sandbox.list();
    expect(job).toMatchObject({status: 'timed_out', message: 'it ran for longer than 0.3 s'});
    const child = Number(readFileSync(join(sandbox.work, 'child'), 'utf8'));
    await until(() => !existsSync(`/proc/${child}`)); // whoever adopted it has to wait for it
    expect(await sandbox.ok(['logs', 'slow', '--json'])).toContain('"timed_out":true');
  });

  it('ends also a job whose coordinator was killed meanwhile, when the time is over', async () => {
    const command = ': > begun; sleep 60';
    const address = await sandbox.submit(['--timeout', '2s', '--name', 'slow', '-c', command]);
    await until(() => existsSync(join(sandbox.work, 'begun')));
    await sandbox.killCoordinator();
    expect((await sandbox.stint(['wait', address])).code).toBe(124);
  });
});
