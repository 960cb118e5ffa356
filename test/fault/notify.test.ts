/** That of the end of a job a person is told once, wherever the coordinator is killed. */
import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {Outbox} from '../../src/coordinator/adapters/notifying/outbox.ts';
import type {Client, WireSubmission} from '../../src/coordinator/client/index.ts';
import {untilCounted} from '../support/coordinator.ts';
import {type KillPoint, startDoomed} from '../support/kill-point.ts';
import {bringUp, killOne} from '../support/killer.ts';
import {
  clientOf,
  directoryOf,
  isClosed,
  jobDirectories,
  keyOf,
  submissionOf,
} from '../support/library-jobs.ts';
import {seededRandom} from '../support/random.ts';
import {isRunning, Sandbox, until} from '../support/sandbox.ts';

let sandbox: Sandbox;
let client: Client;
beforeEach(() => {
  sandbox = new Sandbox();
  client = clientOf(sandbox);
});
afterEach(async () => {
  client.close();
  await sandbox.dispose();
});

const TELL = 'echo "$STINT_JOB $STINT_STATUS $STINT_EXIT_CODE" >> told';

/** A job whose end is told by this shell text. */
function jobTold(notify: string, name = 'job', script = 'exit 3'): WireSubmission {
  const submission = submissionOf(sandbox, {name, command: ['/bin/sh', '-c', script]});
  return {...submission, jobs: submission.jobs.map(job => ({...job, notify, notify_on: ['end']}))};
}

function told(): string[] {
  const path = join(sandbox.work, 'told');
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n').sort() : [];
}

function outbox(): string[] {
  const path = join(sandbox.state, 'notify');
  return existsSync(path) ? readdirSync(path) : [];
}

/** Resolves when nothing is left to do for anybody. */
async function untilDone(...submissions: readonly WireSubmission[]): Promise<void> {
  await bringUp(sandbox);
  await until(() => submissions.every(each => isClosed(directoryOf(sandbox, each))) && outbox().length === 0);
  await untilCounted(sandbox, {open: 0});
}

const line = ({invocation, jobs}: WireSubmission) => `${invocation}:${jobs[0]?.name} failed 3`;

describe('of a job whose coordinator is killed', () => {
  const points: readonly [string, KillPoint['when'], (entry: string) => KillPoint['what']][] = [
    ['before its end was recorded', 'before', () => ({written: '"event":"finished"'})],
    ['when its end was recorded', 'after', () => ({written: '"event":"finished"'})],
    ['before that is kept for the notifier', 'before', entry => ({movedTo: entry})],
    ['when that was kept', 'after', entry => ({movedTo: entry})],
    ['before its log is closed', 'before', () => ({written: '"event":"closed"'})],
    ['when its log was closed', 'after', () => ({written: '"event":"closed"'})],
    ['before its environment is removed', 'before', () => ({removed: '/env'})],
    ['when its environment was removed', 'after', () => ({removed: '/env'})],
    ['when somebody was told, before that is out of the outbox', 'before', entry => ({removed: entry})],
    ['when that is out of the outbox', 'after', entry => ({removed: entry})],
  ];

  it.each(points)('somebody is told once: %s', async (_, when, what) => {
    const submission = jobTold(TELL);
    const entry = new Outbox(sandbox.state).nameOf(keyOf(submission));
    const {killed} = await startDoomed(sandbox, {when, what: what(entry)});
    await client.submit(submission);
    await killed;
    await untilDone(submission);
    expect(told()).toEqual([line(submission)]);
  });

  it('somebody is told once: while the command runs, which goes on', async () => {
    const pidPath = join(sandbox.work, 'pid');
    const submission = jobTold(`kill -9 "$(cat pid)"; ${TELL}`);
    const pid = await bringUp(sandbox);
    writeFileSync(pidPath, String(pid));
    await client.submit(submission);
    await until(() => !isRunning(pid));
    await untilDone(submission);
    expect(told()).toEqual([line(submission)]);
  });

  it('somebody is told once: while the ends of others wait for their turn', async () => {
    const release = join(sandbox.work, 'go');
    const submissions = Array.from({length: 20}, (_, at) =>
      jobTold(`until [ -e go ]; do sleep 0.05; done; ${TELL}`, `job-${at}`),
    );
    await Promise.all(submissions.map(each => client.submit(each)));
    await until(
      () => jobDirectories(sandbox).filter(each => existsSync(join(each, 'notified'))).length === 4,
    );
    await untilCounted(sandbox, {open: 0}); // that people wait to be told keeps no job from its closing
    expect(outbox()).toHaveLength(20);
    await sandbox.killCoordinator();
    writeFileSync(release, '');
    await sandbox.ok(['ls']); // nothing but this needs a coordinator
    await until(() => told().length === 20);
    await untilDone(...submissions);
    expect(told()).toEqual(submissions.map(line).sort());
  });

  it('somebody is told once, whenever that is', async () => {
    const random = seededRandom('notify');
    const submissions = Array.from({length: 12}, (_, at) =>
      jobTold(TELL, `job-${at}`, `sleep 0.${random.int(10)}; exit 3`),
    );
    const submitted = (async () => {
      for (const each of submissions) await client.submit(each);
    })();
    for (let kills = 0; kills < 6; kills++) await killOne(sandbox, random);
    await bringUp(sandbox);
    await submitted;
    await untilDone(...submissions);
    expect(told()).toEqual(submissions.map(line).sort());
  });
});
