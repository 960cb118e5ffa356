/** Whoever reads or waits while a job is removed: what was given is not lost, and it ends. */
import {once} from 'node:events';

import {afterEach, beforeEach, expect, it} from 'vitest';

import {untilCounted} from '../support/coordinator.ts';
import {makeGate} from '../support/gate.ts';
import {jobDirectories} from '../support/library-jobs.ts';
import {reading} from '../support/reading.ts';
import {Sandbox, until} from '../support/sandbox.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

/** Runs a job until its log is closed. */
async function ran(name: string, ...command: readonly string[]): Promise<void> {
  await sandbox.ok(['run', '-q', '--linger', '0s', '--wait', '--name', name, '--', ...command]);
  await until(async () => (await sandbox.list()).every(({closed_at}) => closed_at !== null));
}

it.each([[['-f']], [['-f', '--json']]])(
  'logs %j of a closed job prints all of it, and says that it is gone',
  async options => {
    await ran('job', 'seq', '1', '60000');
    const whole = await sandbox.ok(['logs', 'job', ...options]);
    const follower = sandbox.start(['logs', 'job', ...options]);
    if (follower.stdout !== null) await once(follower.stdout, 'readable'); // it waits for somebody to read on
    await sandbox.ok(['rm', 'job']);
    expect(jobDirectories(sandbox)).toEqual([]);
    const log = reading(follower);
    const code = await log.ended;
    expect(log.text).toBe(whole);
    expect([code, log.stderr]).toEqual([1, expect.stringContaining('job: its log is gone')]);
    expect((await sandbox.stint(['logs', '-f', 'job'])).code).toBe(3);
  },
);

it('logs -f of a job that is not over is not disturbed by a removal, which is refused', async () => {
  const gate = makeGate(sandbox);
  const address = await sandbox.submit(['--name', 'running', '-c', `echo one; ${gate.pass}; echo two`]);
  const [invocation = ''] = address.split(':');
  const log = reading(sandbox.start(['logs', '-f', invocation]));
  await until(() => log.text.includes('one'));
  const refused = await sandbox.stint(['rm', 'running']);
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('running')]);
  await gate.open();
  expect(await log.ended).toBe(0);
  expect(log.text).toContain('two');
});

it('wait for a job that is removed meanwhile and for one that runs ends with the latter', async () => {
  await ran('over', 'true');
  const gate = makeGate(sandbox);
  await sandbox.submit(['--name', 'running', '-c', gate.pass]);
  const waiting = reading(sandbox.start(['wait', 'over', 'running']));
  await untilCounted(sandbox, {connections: 2}); // the one that asks, and the one that waits
  await sandbox.ok(['rm', 'over']);
  await gate.open();
  expect(await waiting.ended).toBe(0);
  expect((await sandbox.stint(['wait', 'over'])).code).toBe(125);
});
