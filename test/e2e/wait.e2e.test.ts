import {once} from 'node:events';
import {join} from 'node:path';

import {afterEach, beforeEach, expect, it} from 'vitest';

import {temporaryPlace} from '../../src/project/testing/temporary-repo.ts';
import {untilCounted} from '../support/coordinator.ts';
import {makeGate} from '../support/gate.ts';
import {Sandbox} from '../support/sandbox.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

it('exits with the first code that is not 0, in the order in which the addresses are given', async () => {
  const gate = makeGate(sandbox);
  await sandbox.submit(['--name', 'good', '--', 'true']);
  await sandbox.submit(['--name', 'slow', '-c', `${gate.pass}; exit 4`]);
  await sandbox.submit(['--name', 'quick', '-c', 'exit 5']);
  const waiting = sandbox.stint(['wait', 'good', 'slow', 'quick']);
  await sandbox.stint(['wait', 'quick']);
  await gate.open();
  expect(await waiting).toEqual({
    code: 4,
    stdout: '',
    stderr:
      'stint: good completed\nstint: slow failed with exit code 4\nstint: quick failed with exit code 5\n',
  });
  expect((await sandbox.stint(['wait', 'quick', 'slow'])).code).toBe(5);
  expect((await sandbox.stint(['wait', 'good'])).code).toBe(0);
});

it('prints an array with --json, one object for each job', async () => {
  const good = await sandbox.submit(['--name', 'good', '--', 'true']);
  const bad = await sandbox.submit(['--name', 'bad', '-c', 'kill -9 $PPID; sleep 0.1']);
  const {code, stdout, stderr} = await sandbox.stint(['wait', '--json', good, bad]);
  expect([code, stderr]).toEqual([125, '']);
  expect(JSON.parse(stdout)).toEqual([
    {
      invocation_id: good.slice(0, 12),
      name: 'good',
      attempt: 1,
      status: 'completed',
      exit_code: 0,
      message: null,
      duration_secs: expect.any(Number),
      log: expect.stringMatching(/good\/output\.jsonl$/),
      tail: null,
    },
    {
      invocation_id: bad.slice(0, 12),
      name: 'bad',
      attempt: 1,
      status: 'crashed',
      exit_code: null,
      message: expect.stringMatching(/^its wrapper was killed before it could write the exit code/),
      duration_secs: expect.any(Number),
      log: expect.stringMatching(/bad\/output\.jsonl$/),
      tail: [],
    },
  ]);
});

it('waits for a queued job, and through the death of the coordinator', async () => {
  const gate = makeGate(sandbox);
  await sandbox.ok(['parallel', '1']);
  await sandbox.submit(['--name', 'first', '-c', gate.pass]);
  await sandbox.submit(['--name', 'second', '-c', 'exit 8']);
  const waiting = sandbox.stint(['wait', 'second']);
  await untilCounted(sandbox, {running: 1, queued: 1, connections: 2});
  await sandbox.killCoordinator();
  await gate.open();
  expect((await waiting).code).toBe(8);
});

it('needs no coordinator for a job that is finished', async () => {
  const address = await sandbox.submit(['--wait', '--', 'true']);
  await sandbox.ok(['logs', '-f', address]);
  await sandbox.killCoordinator();
  expect((await sandbox.stint(['wait', address])).code).toBe(0);
  expect(await sandbox.coordinatorPid()).toBeUndefined();
});

it('finds a job of another repository by the id of its invocation, not by its name', async () => {
  const place = temporaryPlace();
  try {
    const repo = place.makeRepo('repo');
    const address = await sandbox.submit(['--name', 'there', '-c', 'exit 6'], {cwd: repo});
    const id = address.slice(0, 12);
    for (const given of [address, id, id.slice(0, 6), `${id.slice(0, 4)}:there`]) {
      expect((await sandbox.stint(['wait', given])).code).toBe(6);
    }
    expect((await sandbox.stint(['wait', '--inv', id])).code).toBe(6);
    expect((await sandbox.stint(['wait', 'there'])).code).toBe(125);
    expect(await sandbox.ok(['logs', id], {cwd: join(repo, '.git')})).toBe('');
  } finally {
    place.remove();
  }
});

it.each([
  ['nothing-of-that-name', ''],
  ['0123456789ab', ': it was removed, nobody remembers when, or is of another machine or state directory'],
  ['ffff:x', ''],
  ['job@2', ''],
  ['elsewhere:job', ''],
])('exits with 125 and says so when %s matches nothing', async (address, why) => {
  await sandbox.ok(['run', '--name', 'job', '--', 'true']);
  const {code, stdout, stderr} = await sandbox.stint(['wait', address]);
  expect([code, stdout]).toEqual([125, '']);
  expect(stderr).toBe(
    `stint: No job matches ${address}${why}.\n       Run: stint ls   (a job of another repository is found by its invocation id)\n`,
  );
});

it('lets the job go on at Ctrl-C', async () => {
  const gate = makeGate(sandbox);
  await sandbox.submit(['--name', 'job', '-c', `${gate.pass}; exit 2`]);
  const child = sandbox.start(['wait', 'job']);
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = once(child, 'close');
  await untilCounted(sandbox, {running: 1, connections: 2});
  child.kill('SIGINT');
  expect(await ended).toEqual([null, 'SIGINT']);
  expect(stderr).toBe('stint: stopped waiting; the job goes on\n');
  await gate.open();
  expect((await sandbox.stint(['wait', 'job'])).code).toBe(2);
});
