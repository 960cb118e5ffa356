import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {untilCounted} from '../support/coordinator.ts';
import {makeGate} from '../support/gate.ts';
import {clientOf, submissionOf} from '../support/library-jobs.ts';
import {reading} from '../support/reading.ts';
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

it.each([
  ['--since-seq 99', []],
  ['--seq 50..60', []],
  ['--seq 1..1', ['1']],
])('ends with the log, and no later, with %s', async (args, wanted) => {
  const gate = makeGate(sandbox);
  await sandbox.submit(['--name', 'job', '-c', `${gate.pass}; echo 1; echo 2`]);
  const log = reading(sandbox.start(['logs', '-f', 'job', ...args.split(' ')]));
  await untilCounted(sandbox, {connections: 2});
  await gate.open();
  expect(await log.ended).toBe(0);
  expect(log.text).toBe(wanted.map(line => `${line}\n`).join(''));
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

describe('several jobs', () => {
  const COLOURS = {FORCE_COLOR: '1', NO_COLOR: ''};

  it.each([
    ['without colours in a pipe', {}, ['a    | one', 'a    | two', '日本 | three']],
    [
      'in colours with FORCE_COLOR',
      COLOURS,
      [
        '\u001b[35m日本\u001b[39m | three',
        '\u001b[36ma\u001b[39m    | one',
        '\u001b[36ma\u001b[39m    | two',
      ],
    ],
    ['without them with NO_COLOR', {...COLOURS, NO_COLOR: '1'}, ['a    | one', 'a    | two', '日本 | three']],
  ])('are followed at once, each line with the name of its job, %s', async (_, env, wanted) => {
    const gate = makeGate(sandbox);
    const submission = submissionOf(sandbox, {
      name: 'a',
      command: ['sh', '-c', `echo one; ${gate.pass}; echo two`],
    });
    const [job] = submission.jobs;
    if (job === undefined) throw new Error('it has no job');
    const client = clientOf(sandbox);
    await client.submit({...submission, jobs: [job, {...job, name: '日本', command: ['echo', 'three']}]});
    client.close();
    const log = reading(sandbox.start(['logs', '-f', submission.invocation], {env}));
    await until(() => log.text.split('\n').length === 3);
    await gate.open();
    expect(await log.ended).toBe(0);
    expect(log.text.split('\n').sort()).toEqual(['', ...wanted]);
  });
});

describe('run --follow', () => {
  it.each([
    ['exit 0', 0],
    ['exit 3', 3],
    ['kill -TERM $$', 143],
    ['kill -KILL $$', 137],
    ['kill -KILL $PPID; sleep 0.1', 125],
  ])('prints the log and exits with the code of %j: %d', async (text, wanted) => {
    const followed = await sandbox.stint(['run', '--follow', '--name', 'job', '-c', `echo one; ${text}`]);
    expect(followed.code).toBe(wanted);
    expect(followed.stdout).toBe('one\n');
    expect(followed.stderr).toMatch(/^stint: [0-9a-f]{12}:job was submitted; its output follows\./);
    expect(followed.stderr.split('\n')).toHaveLength(3); // and how it ended, without the last lines again
  });

  it('exits with the code of a job that was cancelled from elsewhere', async () => {
    const followed = reading(
      sandbox.start(['run', '--follow', '--name', 'job', '-c', 'echo up; sleep 1000']),
    );
    await until(() => followed.text.endsWith('up\n'));
    await sandbox.ok(['cancel', 'job']);
    expect(await followed.ended).toBe(143);
    expect(followed.stderr).toContain('stint: job cancelled with exit code 143\n');
  });

  it('prints the records with --json, as logs --json does, and the outcome behind them', async () => {
    const {stdout} = await sandbox.stint([
      'run',
      '--follow',
      '--json',
      '--name',
      'job',
      '-c',
      'echo one; exit 3',
    ]);
    const [outcome, ...records] = stdout.trimEnd().split('\n').toReversed();
    expect(JSON.parse(outcome ?? '')).toMatchObject({name: 'job', status: 'failed', exit_code: 3});
    expect(records.toReversed().join('\n')).toBe((await sandbox.ok(['logs', 'job', '--json'])).trimEnd());
  });

  it('leaves the job at Ctrl-C and says how to see it again', async () => {
    const gate = makeGate(sandbox);
    const child = sandbox.start([
      'run',
      '--follow',
      '--name',
      'job',
      '-c',
      `echo up; ${gate.pass}; echo end; exit 4`,
    ]);
    const followed = reading(child);
    await until(() => followed.text.endsWith('up\n'));
    child.kill('SIGINT');
    expect([await followed.ended, child.signalCode]).toEqual([null, 'SIGINT']);
    const [, command = ''] =
      /detached: job goes on\. To follow it again: stint (.*)\n$/.exec(followed.stderr) ?? [];
    expect((await sandbox.list())[0]?.status).toBe('running');
    const again = reading(sandbox.start(command.split(' ')));
    await until(() => again.text === 'up\n');
    await gate.open();
    expect(await again.ended).toBe(0);
    expect(again.text).toBe('up\nend\n');
  });
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
