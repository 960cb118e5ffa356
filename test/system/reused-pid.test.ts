import {type ChildProcess, spawn} from 'node:child_process';
import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import type {Client} from '../../src/coordinator/client/index.ts';
import {bringUp} from '../support/killer.ts';
import {
  clientOf,
  directoryOf,
  eventsOf,
  isClosed,
  keyOf,
  recordsIn,
  submissionOf,
} from '../support/library-jobs.ts';
import {isRunning, Sandbox, until} from '../support/sandbox.ts';

const LAST_PID = '/proc/sys/kernel/ns_last_pid';

/** Nobody else may do what is done here. */
const describeAsRoot = describe.skipIf(process.getuid?.() !== 0);

let sandbox: Sandbox;
let client: Client;
const innocents: ChildProcess[] = [];
beforeEach(() => {
  sandbox = new Sandbox();
  client = clientOf(sandbox);
});
afterEach(async () => {
  for (const innocent of innocents.splice(0)) innocent.kill('SIGKILL');
  client.close();
  await sandbox.dispose();
});

describeAsRoot('an innocent process that was given the pid of a dead wrapper', () => {
  it('is not taken for the job, and left alone', async () => {
    const submission = submissionOf(sandbox, {command: ['/bin/sh', '-c', 'echo begun; exec sleep 600']});
    await client.submit(submission);
    const directory = directoryOf(sandbox, submission);
    await until(() => recordsIn(directory).length === 2);
    const wrapper = Number.parseInt(readFileSync(join(directory, 'pid'), 'latin1'), 10);
    await sandbox.killCoordinator();
    process.kill(-wrapper, 'SIGKILL');
    const innocent = await takePid(wrapper);

    expect((await sandbox.list())[0]).toMatchObject({status: 'crashed', exit_code: null});
    await bringUp(sandbox);
    expect(await client.wait(keyOf(submission))).toMatchObject({status: 'crashed', exit_code: null});
    await until(() => isClosed(directory));
    expect(eventsOf(recordsIn(directory)).map(({event}) => event)).toEqual(['started', 'crashed', 'closed']);
    expect(isRunning(wrapper)).toBe(true);
    expect(innocent.signalCode).toBeNull();
    expect((await sandbox.stint(['wait', 'job'])).code).toBe(125);
  });

  it('is not taken for the coordinator', async () => {
    const pid = await bringUp(sandbox);
    await sandbox.killCoordinator();
    const innocent = await takePid(pid);
    expect(await sandbox.stint(['run', '--wait', '--', 'true'])).toMatchObject({code: 0});
    expect(innocent.signalCode).toBeNull();
    expect(isRunning(pid)).toBe(true);
  });
});

/** Starts a process with exactly this pid, once nobody has it any more. */
async function takePid(pid: number): Promise<ChildProcess> {
  await until(() => !existsSync(`/proc/${pid}`));
  for (let attempt = 0; attempt < 500; attempt++) {
    writeFileSync(LAST_PID, String(pid - 1));
    const innocent = spawn('sleep', ['600'], {stdio: 'ignore'});
    innocents.push(innocent);
    if (innocent.pid === pid) return innocent;
    innocent.kill('SIGKILL'); // somebody else was faster
  }
  throw new Error(`the pid ${pid} could not be had`);
}
