import {existsSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, expect, it} from 'vitest';

import {makeGate} from '../support/gate.ts';
import {reading} from '../support/reading.ts';
import {addressIn, Sandbox, until} from '../support/sandbox.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

it.each([
  ['true', 0, 'completed'],
  ['exit 1', 1, 'failed'],
  ['exit 77', 77, 'failed'],
  ['exit 255', 255, 'failed'],
  ['kill -TERM $$', 143, 'failed'],
  ['kill -KILL $$', 137, 'failed'],
])('exits with the code of %j: %d', async (text, wanted, status) => {
  const {code, stderr} = await sandbox.stint(['run', '--wait', '--name', 'job', '-c', text]);
  expect(code).toBe(wanted);
  const signal = {143: ' (probably SIGTERM)', 137: ' (probably SIGKILL)'}[wanted] ?? '';
  expect(stderr).toContain(
    `stint: job ${status}${wanted === 0 ? '' : ` with exit code ${wanted}${signal}`}\n`,
  );
  expect((await sandbox.list())[0]).toMatchObject({status, exit_code: wanted});
});

it('exits with 125 and says why when the code cannot be known', async () => {
  const {code, stderr} = await sandbox.stint([
    'run',
    '--wait',
    '--name',
    'job',
    '-c',
    'kill -KILL $PPID; sleep 0.1',
  ]);
  expect(code).toBe(125);
  expect(stderr).toContain('job crashed: its wrapper was killed before it could write the exit code');
  expect((await sandbox.list())[0]).toMatchObject({status: 'crashed', exit_code: null});
  expect((await sandbox.stint(['wait', addressIn({stdout: '', stderr})])).code).toBe(125);
});

it.each(['SIGINT', 'SIGTERM'] as const)('detaches at %s, says so, and the job goes on', async signal => {
  const gate = makeGate(sandbox);
  const child = sandbox.start(['run', '--wait', '--name', 'long', '-c', `${gate.pass}; echo end; exit 3`]);
  const read = reading(child);
  await until(() => read.stderr.endsWith('\n'));
  const address = addressIn({stdout: '', stderr: read.stderr});
  child.kill(signal);
  expect([await read.ended, child.signalCode, read.text]).toEqual([null, signal, '']);
  expect(read.stderr).toContain(`stint: detached: long goes on. To wait again: stint wait ${address}\n`);
  await until(async () => (await sandbox.list())[0]?.status === 'running'); // it may just have been submitted
  const waiting = sandbox.stint(['wait', address]);
  await gate.open();
  expect((await waiting).code).toBe(3);
  expect(await sandbox.ok(['logs', address])).toBe('end\n');
});

it('gives the code also when coordinators are killed while it waits', async () => {
  const gate = makeGate(sandbox);
  const started = join(sandbox.work, 'started');
  const waiting = sandbox.stint(['run', '--wait', '-c', `touch ${started}; ${gate.pass}; exit 9`]);
  for (let kills = 0; kills < 2; ) {
    if (existsSync(started) && (await sandbox.killCoordinator()) !== undefined) kills += 1;
    await new Promise(resolve => setImmediate(resolve));
  }
  await gate.open();
  expect((await waiting).code).toBe(9);
});
