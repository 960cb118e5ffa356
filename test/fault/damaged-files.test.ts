import {appendFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import type {Client, WireSubmission} from '../../src/coordinator/client/index.ts';
import {bringUp} from '../support/killer.ts';
import {
  bytesOf,
  clientOf,
  directoryOf,
  eventsOf,
  isClosed,
  keyOf,
  recordsIn,
  submissionOf,
} from '../support/library-jobs.ts';
import {removeAtOnce} from '../support/remove-at-once.ts';
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

interface Job {
  readonly submission: WireSubmission;
  readonly directory: string;
  /** Of the command. */
  readonly pid: number;
}

/** A job that has written its pid and waits for the file `go` to exit with 5. */
async function waitingJob(name = 'job'): Promise<Job> {
  const text = 'echo $$; until [ -e go ]; do sleep 0.02; done; echo bye; exit 5';
  const submission = submissionOf(sandbox, {name, command: ['/bin/sh', '-c', text], lingerMs: 300});
  await client.submit(submission);
  const directory = directoryOf(sandbox, submission);
  await until(() => bytesOf(recordsIn(directory), 'stdout').includes('\n'));
  return {submission, directory, pid: Number(bytesOf(recordsIn(directory), 'stdout').toString())};
}

function letGo(): void {
  writeFileSync(join(sandbox.work, 'go'), '');
}

async function end({submission}: Job) {
  const {status, exit_code, message} = await client.wait(keyOf(submission));
  return {status, exit_code, message};
}

/** What is damaged concerns one job; others are served as before. */
async function expectOthersServed(): Promise<void> {
  const other = submissionOf(sandbox, {name: 'other', command: ['/bin/sh', '-c', 'exit 2']});
  await client.submit(other);
  expect(await client.wait(keyOf(other))).toMatchObject({status: 'failed', exit_code: 2});
  expect((await sandbox.stint(['ls'])).code).toBe(0);
}

describe('a running job', () => {
  it('whose directory is deleted is crashed when it ends, and told so', async () => {
    const job = await waitingJob();
    removeAtOnce(sandbox, job.directory);
    letGo();
    expect(await end(job)).toMatchObject({status: 'crashed', exit_code: null});
    await expectOthersServed();
  });

  it('whose directory was deleted while there was no coordinator is crashed, and its process left alone', async () => {
    const job = await waitingJob();
    await sandbox.killCoordinator();
    rmSync(job.directory, {recursive: true});
    expect(await end(job)).toEqual({
      status: 'crashed',
      exit_code: null,
      message: 'its directory is gone, so whether and how it ended cannot be known',
    });
    expect(isRunning(job.pid)).toBe(true);
    await expectOthersServed();
  });

  it('whose spec is gone is recorded as before', async () => {
    const job = await waitingJob();
    await sandbox.killCoordinator();
    rmSync(join(job.directory, 'spec.json'));
    await bringUp(sandbox);
    letGo();
    expect(await end(job)).toMatchObject({status: 'failed', exit_code: 5});
    await until(() => isClosed(job.directory));
    expect(bytesOf(recordsIn(job.directory), 'stdout').toString()).toBe(`${job.pid}\nbye\n`);
  });

  it('whose FIFO is gone counts as crashed, and its process is left alone', async () => {
    const job = await waitingJob();
    await sandbox.killCoordinator();
    rmSync(join(job.directory, 'alive'));
    expect(await end(job)).toMatchObject({status: 'crashed', exit_code: null});
    expect(isRunning(job.pid)).toBe(true);
    await expectOthersServed();
  });

  it('whose FIFO is deleted under a coordinator is recorded to its end', async () => {
    const job = await waitingJob();
    rmSync(join(job.directory, 'alive'));
    letGo();
    expect(await end(job)).toMatchObject({status: 'failed', exit_code: 5});
  });

  it.each(['', 'garbage', '5', '5 ', '-5 .\n', '5x .\n', '\0'.repeat(32)])(
    'whose exit file holds %j is crashed: nobody guesses its code',
    async content => {
      const job = await waitingJob();
      await sandbox.killCoordinator();
      letGo();
      await until(() => !isRunning(job.pid));
      await untilFilled(join(job.directory, 'exit'));
      writeFileSync(join(job.directory, 'exit'), content);
      expect(await end(job)).toMatchObject({status: 'crashed', exit_code: null});
    },
  );

  it('whose pid file holds garbage is adopted and keeps its code', async () => {
    const job = await waitingJob();
    await sandbox.killCoordinator();
    writeFileSync(join(job.directory, 'pid'), 'garbage');
    await bringUp(sandbox);
    letGo();
    expect(await end(job)).toMatchObject({status: 'failed', exit_code: 5});
  });

  it('whose journal ends with garbage, as after a power cut, is recorded to its end', async () => {
    const job = await waitingJob();
    await sandbox.killCoordinator();
    appendFileSync(join(job.directory, 'output.jsonl'), `${'\0'.repeat(50)}\n{"seq":\n`);
    letGo();
    expect(await end(job)).toMatchObject({status: 'failed', exit_code: 5});
    const {code, stdout} = await sandbox.stint(['logs', 'job']);
    expect({code, stdout}).toEqual({code: 0, stdout: `${job.pid}\nbye\n`});
  });
});

describe('a queued job', () => {
  it.each(['spec.json', 'env', '.'])('whose %s is gone is crashed, and says why', async name => {
    await client.request('SetParallel', {parallel: 1});
    const first = await waitingJob('first');
    const queued = submissionOf(sandbox, {name: 'queued', command: ['/bin/sh', '-c', 'exit 3']});
    await client.submit(queued);
    await sandbox.killCoordinator();
    rmSync(join(directoryOf(sandbox, queued), name), {recursive: true});
    await bringUp(sandbox);
    letGo();
    expect(await end(first)).toMatchObject({exit_code: 5});
    const {status, exit_code, message} = await client.wait(keyOf(queued));
    expect({status, exit_code}).toEqual({status: 'crashed', exit_code: null});
    expect(message).toMatch(/gone|could not be started/);
    expect(eventsOf(recordsIn(directoryOf(sandbox, queued))).map(({event}) => event)).toEqual([
      'crashed',
      'closed',
    ]);
  });
});

describe('the FIFOs made ahead', () => {
  it.each([
    ['emptied', (path: string) => readdirSync(path).forEach(name => void rmSync(join(path, name)))],
    ['deleted', (path: string) => removeAtOnce(sandbox, path)],
  ])('may be %s under a coordinator', async (_how, damage) => {
    await expectOthersServed();
    await until(() => readdirSync(join(sandbox.state, 'fifos')).length > 16);
    damage(join(sandbox.state, 'fifos'));
    await expectOthersServed();
    expect(existsSync(join(sandbox.state, 'fifos'))).toBe(true);
  });
});

async function untilFilled(path: string): Promise<void> {
  await until(() => readFileSync(path, 'latin1').includes('.'));
}
