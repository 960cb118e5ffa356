import type {ChildProcess} from 'node:child_process';
import {once} from 'node:events';

import {afterEach, beforeEach, expect, it} from 'vitest';

import {untilCounted} from '../support/coordinator.ts';
import {makeGate} from '../support/gate.ts';
import {type JobRecord, Sandbox, until} from '../support/sandbox.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

it('prints what is there and what comes, and ends when the log is closed', async () => {
  const [first, second] = [makeGate(sandbox, 'first'), makeGate(sandbox, 'second')];
  const text = `echo one; ${first.pass}; echo two >&2; ${second.pass}; printf three`;
  await sandbox.submit(['--name', 'job', '-c', text]);
  const log = reading(sandbox.start(['logs', '-f', 'job']));
  await until(() => log.text === 'one\n');
  await first.open();
  await until(() => log.text === 'one\ntwo\n');
  await second.open();
  expect(await log.ended).toBe(0);
  expect(log.text).toBe('one\ntwo\nthree\n');
});

it('attaches to a job that is still queued', async () => {
  const gate = makeGate(sandbox);
  await sandbox.ok(['parallel', '1']);
  await sandbox.submit(['--name', 'first', '-c', gate.pass]);
  await sandbox.submit(['--name', 'second', '--', 'echo', 'here']);
  const text = reading(sandbox.start(['logs', '-f', 'second']));
  const json = reading(sandbox.start(['logs', '-f', 'second', '--json']));
  await untilCounted(sandbox, {running: 1, queued: 1});
  await gate.open();
  expect([await text.ended, await json.ended]).toEqual([0, 0]);
  expect(text.text).toBe('here\n');
  expect(json.text).toBe(await sandbox.ok(['logs', 'second', '--json']));
});

it.each([
  ['--tail 2', ['3', '4', '5']],
  ['--tail 0', ['5']],
  ['--tail 2 --stdout', ['3', '4', '5']],
  ['--since-seq 3', ['4', '5']],
  ['--stderr', []],
])('follows with %s', async (args, wanted) => {
  const gate = makeGate(sandbox);
  await sandbox.submit(['--name', 'job', '-c', `seq 1 4; ${gate.pass}; echo 5`]);
  await until(async () => (await sandbox.ok(['logs', 'job'])).endsWith('4\n'));
  const log = reading(sandbox.start(['logs', '-f', 'job', '--json', ...args.split(' ')]));
  await untilCounted(sandbox, {connections: 2}); // the one that asks and the follower, which has looked for its place by then
  await gate.open();
  expect(await log.ended).toBe(0);
  const records = log.text.split('\n').flatMap(line => (line === '' ? [] : (JSON.parse(line) as JobRecord)));
  expect(records.filter(({kind}) => kind !== 'status').map(({data}) => data)).toEqual(wanted);
});

it('prints a closed log and ends at once', async () => {
  await sandbox.ok(['run', '--wait', '--name', 'job', '--', 'seq', '1', '5']);
  await sandbox.ok(['logs', '-f', 'job']);
  expect(await sandbox.ok(['logs', '-f', 'job'])).toBe('1\n2\n3\n4\n5\n');
  expect(await sandbox.ok(['logs', '-f', 'job', '--tail', '2'])).toBe('4\n5\n');
  expect(await sandbox.ok(['logs', '-f', 'job', '--seq', '2..3'])).toBe('2\n3\n');
});

it('ends at the last record that was asked for, although the job goes on', async () => {
  const gate = makeGate(sandbox);
  await sandbox.submit(['--name', 'job', '-c', `seq 1 9; ${gate.pass}`]);
  expect(await sandbox.ok(['logs', '-f', 'job', '--seq', '1..3'])).toBe('1\n2\n3\n');
  await gate.open();
});

it('goes on when the coordinator is killed, and sees to it that there is another one', async () => {
  const gate = makeGate(sandbox);
  await sandbox.submit(['--name', 'job', '-c', `echo one; ${gate.pass}; echo two`]);
  const log = reading(sandbox.start(['logs', '-f', 'job']));
  await until(() => log.text === 'one\n');
  const killed = await sandbox.killCoordinator();
  await gate.open();
  expect(await log.ended).toBe(0);
  expect(log.text).toBe('one\ntwo\n');
  expect(await sandbox.coordinatorPid()).not.toBe(killed);
});

it('stops at Ctrl-C, and the job goes on', async () => {
  const gate = makeGate(sandbox);
  await sandbox.submit(['--name', 'job', '-c', `echo one; ${gate.pass}; exit 2`]);
  const child = sandbox.start(['logs', '-f', 'job']);
  const log = reading(child);
  await until(() => log.text === 'one\n');
  child.kill('SIGINT');
  expect(await log.ended).toBe(0);
  expect((await sandbox.list())[0]?.status).toBe('running');
  await gate.open();
  expect((await sandbox.stint(['wait', 'job'])).code).toBe(2);
});

interface Reading {
  /** What was printed so far. */
  readonly text: string;
  /** The exit code. */
  readonly ended: Promise<number | null>;
}

function reading(child: ChildProcess): Reading {
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return {
    get text() {
      return text;
    },
    ended,
  };
}
