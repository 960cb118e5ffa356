import {readFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import type {Client} from '../../src/coordinator/client/index.ts';
import {Strangers} from '../support/forced-pid.ts';
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

/** Nobody else may do what is done here. */
const describeAsRoot = describe.skipIf(process.getuid?.() !== 0);

let sandbox: Sandbox;
let client: Client;
const strangers = new Strangers();
beforeEach(() => {
  sandbox = new Sandbox();
  client = clientOf(sandbox);
});
afterEach(async () => {
  strangers.end();
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
    const [innocent] = await strangers.take(wrapper);

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
    const [innocent] = await strangers.take(pid);
    expect(await sandbox.stint(['run', '--wait', '--', 'true'])).toMatchObject({code: 0});
    expect(innocent.signalCode).toBeNull();
    expect(isRunning(pid)).toBe(true);
  });
});
