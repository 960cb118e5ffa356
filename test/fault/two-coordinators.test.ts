import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, readFileSync, renameSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import type {Client} from '../../src/coordinator/client/index.ts';
import {killProcess} from '../support/killer.ts';
import {clientOf, directoryOf, keyOf, recordsIn, submissionOf} from '../support/library-jobs.ts';
import {isRunning, Sandbox, STINT, until} from '../support/sandbox.ts';

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

describe('coordinators that are started at the same instant', () => {
  it.each([2, 10])(
    '%i of them: one serves, the others leave quietly, and every job runs once',
    async count => {
      const started = Array.from({length: count}, () => startWatched());
      const submissions = Array.from({length: 20}, (_, number) =>
        submissionOf(sandbox, {
          name: `job-${number}`,
          command: ['/bin/sh', '-c', `echo ${number} >> '${sandbox.root}/ran'; echo ${number}`],
        }),
      );
      await Promise.all(submissions.map(submission => client.submit(submission)));
      await Promise.all(submissions.map(submission => client.wait(keyOf(submission))));

      const {pid} = await client.request('Ping', {});
      const losers = started.filter(({child}) => child.pid !== pid);
      expect(losers.length).toBeGreaterThanOrEqual(count - 1);
      const ends = await Promise.all(losers.map(({end}) => end));
      expect(ends).toEqual(losers.map(() => ({code: 0, output: ''})));
      expect(started.filter(({child}) => child.exitCode === null && child.pid === pid)).toHaveLength(
        count - losers.length,
      );
      const ran = readFileSync(join(sandbox.root, 'ran'), 'utf8').trim().split('\n').map(Number);
      expect(ran.sort((a, b) => a - b)).toEqual(submissions.map((_, number) => number));
      for (const submission of submissions) {
        const events = recordsIn(directoryOf(sandbox, submission)).filter(({kind}) => kind === 'status');
        expect(events).toHaveLength(3);
      }
    },
  );

  it('leaves a running one alone, however often another one is started', async () => {
    const {pid} = await client.request('Ping', {});
    for (let again = 0; again < 5; again++) expect(await startWatched().end).toEqual({code: 0, output: ''});
    expect((await client.request('Ping', {})).pid).toBe(pid);
  });

  it('is taken by many commands at once for one coordinator', async () => {
    const addresses = await Promise.all(
      [0, 1, 2, 3, 4].map(at => sandbox.submit(['--name', `j${at}`, '--', 'true'])),
    );
    expect((await sandbox.stint(['wait', ...addresses])).code).toBe(0);
    const served = readFileSync(join(sandbox.state, 'coordinator.log'), 'utf8').split('"serving"').length - 1;
    expect(served).toBe(1);
  });
});

describe('what a killed coordinator leaves behind', () => {
  it('a stale socket is replaced', async () => {
    const {pid} = await client.request('Ping', {});
    await killProcess(pid);
    expect(existsSync(join(sandbox.state, 'coordinator.sock'))).toBe(true);
    expect(await sandbox.stint(['run', '--wait', '--', 'true'])).toMatchObject({code: 0});
  });

  it('a file in place of the socket is replaced', async () => {
    await sandbox.submit(['--', 'true']);
    await sandbox.killCoordinator();
    const path = join(sandbox.state, 'coordinator.sock');
    writeFileSync(`${path}.new`, 'no socket', {mode: 0o600});
    renameSync(`${path}.new`, path);
    expect(await sandbox.stint(['run', '--wait', '--', 'true'])).toMatchObject({code: 0});
  });

  it('an asked one leaves by itself and lets its jobs go on', async () => {
    const submission = submissionOf(sandbox, {
      command: ['/bin/sh', '-c', 'until [ -e go ]; do sleep 0.02; done'],
    });
    await client.submit(submission);
    const {pid} = await client.request('Ping', {});
    process.kill(pid, 'SIGTERM');
    await until(() => !isRunning(pid));
    writeFileSync(join(sandbox.work, 'go'), '');
    expect(await client.wait(keyOf(submission))).toMatchObject({exit_code: 0});
  });
});

/** A coordinator process with its end and everything that it says. */
function startWatched(): {child: ChildProcess; end: Promise<{code: number | null; output: string}>} {
  const entry = join(STINT, '..', '..', 'dist', 'cli', 'coordinator-entry.cjs');
  const child = spawn(process.execPath, [entry, sandbox.state], {
    env: sandbox.environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return {child, end: once(child, 'close').then(([code]) => ({code: code as number | null, output}))};
}
