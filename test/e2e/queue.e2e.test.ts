import {mkdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, expect, it} from 'vitest';

import {Client} from '../../src/coordinator/client/index.ts';
import {untilCounted} from '../support/coordinator.ts';
import {makeGate} from '../support/gate.ts';
import {Sandbox, until} from '../support/sandbox.ts';

let sandbox: Sandbox;
let other: string;
beforeEach(async () => {
  sandbox = new Sandbox();
  other = join(sandbox.root, 'other');
  mkdirSync(other);
  await sandbox.ok(['parallel', '1']);
});
afterEach(() => sandbox.dispose());

it('says for which job of which directory a job waits, wherever somebody looks, and how to raise the limit', async () => {
  const gate = makeGate(sandbox);
  const first = await sandbox.submit(['--name', 'n1', '-c', gate.pass], {cwd: other});
  const run = await sandbox.stint(['run', '--name', 'n2', '--', 'true']);
  const behind = `behind 1 running job (the limit is 1): n1 in ${other}. More at once: stint parallel 2.`;
  expect(run.stderr).toContain(`n2 is queued ${behind} Past the queue: stint run --now`);
  expect(run.stderr).not.toContain('runs in the background');
  await sandbox.submit(['--name', 'n3', '--', 'true']);
  const table = await sandbox.stint(['ls']);
  expect(table.stdout).toMatch(/n3 +· queued behind 2/);
  expect(table.stdout).toMatch(/n2 +· queued behind 1/);
  expect(table.stderr).toContain(`2 jobs are queued, first of them n2 ${behind}`);
  expect(await sandbox.ok(['status', 'n3'])).toContain(
    `  waits      behind 1 running job and 1 queued job (the limit is 1): n1 in ${other}.`,
  );
  expect((await sandbox.list()).reverse()).toMatchObject([
    {
      name: 'n2',
      queue_position: 1,
      queued_behind: 1,
      waiting_for: [{invocation_id: first.slice(0, 12), name: 'n1', directory: other}],
      queue_reason: expect.stringContaining(behind),
    },
    {name: 'n3', queue_position: 2, queued_behind: 2},
  ]);
  expect(JSON.parse(await sandbox.ok(['status', 'n1', '--json'], {cwd: other}))).toMatchObject({
    queue_position: null,
    queued_behind: null,
    waiting_for: null,
    queue_reason: null,
  });
  const parallel = await sandbox.stint(['parallel']);
  expect(parallel).toMatchObject({code: 0, stdout: '1\n'});
  expect(parallel.stderr).toContain('1 run and 2 wait, of all directories');
  expect(await sandbox.ok(['doctor'])).toContain(`n2 is the first of 2 that wait: ${behind}`);
  expect((await sandbox.stint(['wait', '--timeout', '50ms', 'n2'])).stderr).toContain(
    `n2 is queued ${behind}`,
  );
  await gate.open();
  await sandbox.ok(['wait', 'n2', 'n3']);
});

it('says when a job that was waited for has started', async () => {
  const [gate, its] = [makeGate(sandbox, 'gate-1'), makeGate(sandbox, 'gate-2')];
  await sandbox.submit(['--name', 'n1', '-c', gate.pass]);
  const waiting = sandbox.start(['run', '--wait', '--name', 'n2', '-c', its.pass]);
  let said = '';
  waiting.stderr?.setEncoding('utf8').on('data', text => {
    said += text;
  });
  await until(() => said.includes('n2 is queued behind 1 running job (the limit is 1): n1 here.'));
  await gate.open();
  await until(() => said.includes('n2 has started'));
  await its.open();
  await until(() => said.includes('n2 completed'));
});

it('starts a job at once that is to pass the queue, above the limit', async () => {
  const gate = makeGate(sandbox);
  await sandbox.submit(['--name', 'n1', '-c', gate.pass]);
  await sandbox.submit(['--name', 'n2', '--', 'true']);
  const {stderr} = await sandbox.stint(['run', '--now', '--wait', '--name', 'fast', '--', 'true']);
  expect(stderr).toContain('fast runs in the background');
  expect((await sandbox.list()).map(({name, status}) => `${name} ${status}`)).toEqual([
    'fast completed',
    'n2 queued',
    'n1 running',
  ]);
  await gate.open();
  await sandbox.ok(['wait', 'n2']);
});

it('remembers which jobs pass the queue when the coordinator is killed before they have started', async () => {
  const gate = makeGate(sandbox);
  await sandbox.submit(['--name', 'n1', '-c', gate.pass]);
  await sandbox.submit(['--name', 'n2', '--', 'true']);
  const address = await sandbox.submit(['--now', '--name', 'fast', '--', 'sleep', '60']);
  const [{log} = {}] = JSON.parse(`[${await sandbox.ok(['status', address, '--json'])}]`) as {log: string}[];
  expect(JSON.parse(readFileSync(join(String(log), '..', 'spec.json'), 'utf8'))).toMatchObject({now: true});
  await sandbox.killCoordinator();
  await sandbox.ok(['ls']);
  await untilCounted(sandbox, {running: 2, queued: 1});
  await gate.open();
  await sandbox.ok(['wait', 'n1']);
  // It has the one place that there is.
  expect((await new Client({state: sandbox.state}).queue())?.waiting).toMatchObject([{name: 'n2'}]);
  await sandbox.ok(['cancel', 'fast', '--grace', '10s']);
  await sandbox.ok(['wait', 'n2']);
});

it('says that nobody starts a job while no coordinator runs', async () => {
  const gate = makeGate(sandbox);
  await sandbox.submit(['--name', 'n1', '-c', gate.pass]);
  await sandbox.submit(['--name', 'n2', '--', 'true']);
  await sandbox.killCoordinator();
  const {stdout, stderr} = await sandbox.stint(['ls']);
  expect(stdout).toMatch(/n2 +· queued +—/);
  expect(stderr).toContain('n2 is queued: no coordinator runs, and the next one starts it');
  await gate.open();
  await sandbox.ok(['wait', 'n2']);
});
