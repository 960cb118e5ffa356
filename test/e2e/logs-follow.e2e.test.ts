import type {ChildProcess} from 'node:child_process';
import {once} from 'node:events';

import {afterEach, beforeEach, expect, it} from 'vitest';

import {Client} from '../../src/coordinator/client/index.ts';
import {untilCounted} from '../support/coordinator.ts';
import {makeGate} from '../support/gate.ts';
import {keyOf, submissionOf} from '../support/library-jobs.ts';
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

it('follows all jobs of an invocation at once, each line with the name of its job', async () => {
  const gate = makeGate(sandbox);
  const submission = submissionOf(sandbox, {
    name: 'a',
    command: ['sh', '-c', `echo one; ${gate.pass}; echo two`],
  });
  const [job] = submission.jobs;
  if (job === undefined) throw new Error('it has no job');
  const client = new Client({state: sandbox.state});
  await client.submit({...submission, jobs: [job, {...job, name: 'long', command: ['echo', 'three']}]});
  client.close();
  const log = reading(sandbox.start(['logs', '-f', submission.invocation]));
  await until(() => log.text.split('\n').length === 3);
  await gate.open();
  expect(await log.ended).toBe(0);
  expect(log.text.split('\n').sort()).toEqual(['', 'a    | one', 'a    | two', 'long | three']);
});

it('is the same log by the library, by logs -f and from the file, however often the coordinator is killed', async () => {
  const text = 'i=0; while [ $i -lt 150 ]; do echo "line $i"; i=$((i+1)); sleep 0.01; done';
  const submission = submissionOf(sandbox, {command: ['sh', '-c', text]});
  const client = new Client({state: sandbox.state});
  await client.submit(submission);
  const log = reading(sandbox.start(['logs', '-f', 'job', '--json']));
  const tailed: number[] = [];
  const tailing = (async () => {
    for await (const {seq} of client.tail(keyOf(submission))) tailed.push(seq);
  })();
  for (let kill = 0; kill < 3; kill++) {
    const before = tailed.length;
    await until(() => tailed.length > before + 10);
    await sandbox.killCoordinator();
  }
  await tailing;
  expect(await log.ended).toBe(0);
  client.close();
  expect(log.text).toBe(await sandbox.ok(['logs', 'job', '--json']));
  expect(tailed).toEqual((await sandbox.records('job')).map(({seq}) => seq));
});

it('is printed by run --follow, which exits with the code of the job', async () => {
  const followed = await sandbox.stint(['run', '--follow', '--name', 'job', '-c', 'echo one; exit 3']);
  expect(followed.code).toBe(3);
  expect(followed.stdout.split('\n').slice(1)).toEqual(['one', '']);
});

it('has a list beside it that is drawn anew whenever a job changes', async () => {
  const gate = makeGate(sandbox);
  await sandbox.submit(['--name', 'job', '-c', gate.pass]);
  const child = sandbox.start(['ls', '--watch']);
  const list = reading(child);
  await until(() => list.text.includes('running'));
  await gate.open();
  await until(() => list.text.includes('completed'));
  child.kill('SIGINT');
  expect(await list.ended).toBe(0);
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
