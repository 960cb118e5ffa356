import {availableParallelism} from 'node:os';

import {afterEach, beforeEach, expect, it} from 'vitest';

import {untilCounted} from '../support/coordinator.ts';
import {makeGate} from '../support/gate.ts';
import {Sandbox} from '../support/sandbox.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

it('runs so many jobs at once, the others in the order in which they were submitted', async () => {
  expect(await sandbox.ok(['parallel', '1'])).toBe('1\n');
  const gates = [1, 2, 3].map(n => makeGate(sandbox, `gate-${n}`));
  for (const [at, gate] of gates.entries()) await sandbox.submit(['--name', `n${at + 1}`, '-c', gate.pass]);
  expect(await shown()).toEqual(['n1 running', 'n2 queued', 'n3 queued']);
  const [first, queued] = (await sandbox.list()).reverse();
  expect(queued).toMatchObject({started_at: null, duration_secs: null, pid: null, exit_code: null});
  expect(await sandbox.ok(['ls'])).toMatch(/n2 {3}· queued behind 1 +— +— +— +read/);
  await gates[0]?.open();
  await sandbox.ok(['wait', 'n1']);
  await untilCounted(sandbox, {running: 1, queued: 1});
  expect(await shown()).toEqual(['n1 completed', 'n2 running', 'n3 queued']);
  await gates[1]?.open();
  await gates[2]?.open();
  await sandbox.ok(['wait', 'n2', 'n3']);
  const started = (await sandbox.list()).reverse().map(({started_at}) => String(started_at));
  expect(started).toEqual([...started].sort());
  expect(first?.name).toBe('n1');
});

it('starts more at once when it is raised, and lets those that run go on when it is lowered', async () => {
  await sandbox.ok(['parallel', '1']);
  const gates = [1, 2, 3, 4].map(n => makeGate(sandbox, `gate-${n}`));
  for (const [at, gate] of gates.entries()) await sandbox.submit(['--name', `n${at + 1}`, '-c', gate.pass]);
  await untilCounted(sandbox, {running: 1, queued: 3});
  expect(JSON.parse(await sandbox.ok(['parallel', '3', '--json']))).toMatchObject({parallel: 3});
  await untilCounted(sandbox, {running: 3, queued: 1});
  await sandbox.ok(['parallel', '2']);
  expect(await shown()).toEqual(['n1 running', 'n2 running', 'n3 running', 'n4 queued']);
  await gates[0]?.open();
  await sandbox.ok(['wait', 'n1']);
  await untilCounted(sandbox, {running: 2, queued: 1});
  for (const gate of gates.slice(1)) await gate.open();
  await sandbox.ok(['wait', 'n4']);
});

it('outlives the coordinator, like the order of the queue', async () => {
  await sandbox.ok(['parallel', '1']);
  const gate = makeGate(sandbox);
  await sandbox.submit(['--name', 'n1', '-c', gate.pass]);
  for (const name of ['n2', 'n3', 'n4'])
    await sandbox.submit(['--name', name, '-c', `echo ${name} >> order`]);
  await sandbox.killCoordinator();
  expect(await sandbox.ok(['parallel'])).toBe('1\n');
  expect(await shown()).toEqual(['n1 running', 'n2 queued', 'n3 queued', 'n4 queued']);
  await gate.open();
  await sandbox.ok(['wait', 'n4']);
  const order = await sandbox.submit(['--wait', '--', 'cat', 'order']);
  expect(await sandbox.ok(['logs', order])).toBe('n2\nn3\nn4\n');
});

it('is eight times the number of cores and at least 16 when nobody said otherwise, or what STINT_PARALLEL says', async () => {
  expect(await sandbox.ok(['parallel'])).toBe(`${Math.max(16, availableParallelism() * 8)}\n`);
  await sandbox.killCoordinator();
  expect(await sandbox.ok(['parallel', '--json'], {env: {STINT_PARALLEL: '7'}})).toBe(
    '{"parallel":7,"running":0,"queued":0}\n',
  );
});

it.each([['0'], ['-1'], ['1.5'], ['many'], ['10001'], ['']])('refuses %j', async given => {
  const {code, stdout, stderr} = await sandbox.stint(['parallel', '--', given]);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(
    given === '10001' ? 'at most 10000' : `'${given}', not a whole number of at least 1`,
  );
});

async function shown(): Promise<string[]> {
  return (await sandbox.list()).reverse().map(({name, status}) => `${name} ${status}`);
}
