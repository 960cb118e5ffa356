import {spawnSync} from 'node:child_process';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import type {Client} from '../../src/coordinator/client/index.ts';
import {bringUp} from '../support/killer.ts';
import {
  bytesOf,
  clientOf,
  directoryOf,
  eventsOf,
  isClosed,
  jobDirectories,
  keyOf,
  recordsIn,
  submissionOf,
} from '../support/library-jobs.ts';
import {expectWholeLog} from '../support/log-check.ts';
import {PROGRAMS, Sandbox, until} from '../support/sandbox.ts';
import {SmallDisk} from '../support/small-disk.ts';

const NUMBERED = `sh '${join(PROGRAMS, 'numbered-lines.sh')}'`;

/** A state directory on a file system of 3 MB. */
let disk: SmallDisk;
let mount: string;
/** Nobody else may do what is done here. */
const describeAsRoot = describe.skipIf(process.getuid?.() !== 0);

let sandbox: Sandbox;
let client: Client;
beforeEach(() => {
  disk = new SmallDisk('size=3m,mode=0755');
  mount = disk.path;
  sandbox = new Sandbox(mount);
  client = clientOf(sandbox);
});
afterEach(async () => {
  client.close();
  await sandbox.dispose();
  await disk.remove();
});

describeAsRoot('a disk that fills while jobs run', () => {
  it('lets them go on and end with their own codes, and recording catches up when there is room', async () => {
    const job = await startWaiting(`${NUMBERED} 800 0 0; until [ -e end ]; do sleep 0.02; done; exit 7`);
    const pid = await bringUp(sandbox);
    process.kill(pid, 'SIGSTOP');
    letGo('go');
    await until(() => readFileSync(join(job.directory, 'err'), 'utf8').includes('err 799\n'));
    disk.fill();
    process.kill(pid, 'SIGCONT');
    await until(async () => (await troubles()).length > 0);
    letGo('end');
    await until(() => readFileSync(join(job.directory, 'exit'), 'latin1').startsWith('7 .'));

    const {code, stdout, stderr} = await sandbox.stint(['ls', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([{name: 'job', status: 'failed', exit_code: 7}]);
    expect(stderr).toMatch(/the disk of .* is full/);
    const doctor = await sandbox.stint(['doctor']);
    expect(doctor.code).toBe(1);
    expect(doctor.stdout).toMatch(/PROBLEM +disk/);
    expect(doctor.stdout).toMatch(/PROBLEM +coordinator +recording output fails since .*no space is left/);
    expect(recordsIn(job.directory).length).toBeLessThan(1600);

    disk.makeRoom();
    expect(await client.wait(keyOf(job.submission))).toMatchObject({status: 'failed', exit_code: 7});
    await until(() => isClosed(job.directory));
    expectWholeLog(recordsIn(job.directory), {lines: 800, exitCode: 7});
    expect(await troubles()).toEqual([]);
    expect((await sandbox.stint(['ls'])).stderr).not.toMatch(/is full/);
  });

  it('survives the death of its coordinator too: the next one starts on a full disk', async () => {
    const job = await startWaiting(`${NUMBERED} 400 0 0; exit 8`);
    await sandbox.killCoordinator();
    letGo('go');
    await until(() => readFileSync(join(job.directory, 'exit'), 'latin1').startsWith('8 .'));
    disk.fill();
    const {code, stdout} = await sandbox.stint(['ls', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([{status: 'failed', exit_code: 8}]);
    await until(async () => (await troubles()).length > 0);
    await sandbox.killCoordinator();
    await bringUp(sandbox);
    disk.makeRoom();
    expect(await client.wait(keyOf(job.submission))).toMatchObject({status: 'failed', exit_code: 8});
    await until(() => isClosed(job.directory));
    expectWholeLog(recordsIn(job.directory), {lines: 400, exitCode: 8});
  });

  it('leaves it to a job what it does when its own writes fail, and records all that it could write', async () => {
    const job = await startWaiting('yes 0123456789012345678901234567890123456789; exit 28');
    letGo('go');
    await until(() => readFileSync(join(job.directory, 'exit'), 'latin1').startsWith('28 .'), 60_000);
    expect((await sandbox.list())[0]).toMatchObject({status: 'failed', exit_code: 28});
    const written = readFileSync(join(job.directory, 'out'));
    disk.remount('size=16m');
    expect(await client.wait(keyOf(job.submission))).toMatchObject({status: 'failed', exit_code: 28});
    expect(bytesOf(recordsIn(job.directory), 'stdout').equals(written)).toBe(true);
  });

  it('refuses submissions, says why, and keeps nothing of them', async () => {
    const job = await startWaiting('exit 3');
    disk.fill();
    const before = jobDirectories(sandbox);
    for (let again = 0; again < 5; again++) {
      const {code, stdout, stderr} = await sandbox.stint([
        'run',
        '--name',
        'refused',
        '-c',
        'echo ran > refused-ran',
      ]);
      expect({code, stdout}).toEqual({code: 1, stdout: ''});
      expect(stderr).toMatch(/the disk is full/);
      expect(stderr).toMatch(/Free some space and submit again/);
      expect(stderr).not.toMatch(/\n\s+at /);
    }
    const other = submissionOf(sandbox, {
      name: 'refused',
      command: ['/bin/sh', '-c', 'echo ran > refused-ran'],
    });
    await expect(client.submit(other)).rejects.toMatchObject({code: 'DISK_FULL'});
    expect(jobDirectories(sandbox)).toEqual(before);

    disk.makeRoom();
    letGo('go');
    expect(await client.wait(keyOf(job.submission))).toMatchObject({exit_code: 3});
    expect(await sandbox.stint(['run', '--wait', '--name', 'accepted', '--', 'true'])).toMatchObject({
      code: 0,
    });
    await sandbox.ok(['doctor', '--repair']);
    expect((await sandbox.list()).map(({name}) => name).sort()).toEqual(['accepted', 'job']);
    expect(spawnSync('cat', ['refused-ran'], {cwd: sandbox.work}).status).toBe(1);
  });

  it('keeps a job that is queued then, and starts it when there is room', async () => {
    await client.request('SetParallel', {parallel: 1});
    const first = await startWaiting('exit 3');
    const second = submissionOf(sandbox, {name: 'second', command: ['/bin/sh', '-c', 'echo second; exit 4']});
    await client.submit(second);
    disk.fill();
    letGo('go');
    await until(async () => (await client.request('Health', {})).last_errors.length > 0);
    disk.makeRoom();
    expect(await client.wait(keyOf(first.submission))).toMatchObject({exit_code: 3});
    expect(await client.wait(keyOf(second))).toMatchObject({status: 'failed', exit_code: 4});
    const records = recordsIn(directoryOf(sandbox, second));
    expect(bytesOf(records, 'stdout').toString()).toBe('second\n');
    expect(eventsOf(records).map(({event}) => event)).toEqual(['started', 'finished', 'closed']);
  });

  it('does not keep anybody from cancelling: a running job ends, a queued one never starts, the rest is recorded later', async () => {
    await client.request('SetParallel', {parallel: 1});
    const first = await startWaiting('exit 3');
    const second = submissionOf(sandbox, {name: 'second', command: ['/bin/sh', '-c', 'echo started']});
    await client.submit(second);
    disk.fill();
    expect(await client.cancel(keyOf(second))).toMatchObject({count: 1});
    expect(await client.cancel(keyOf(first.submission))).toMatchObject({count: 1});
    expect(recordsIn(directoryOf(sandbox, second))).toEqual([]);
    disk.makeRoom();
    expect(await client.wait(keyOf(first.submission))).toMatchObject({status: 'cancelled', exit_code: 143});
    expect(await client.wait(keyOf(second))).toMatchObject({status: 'cancelled', exit_code: null});
    await until(() => isClosed(first.directory) && isClosed(directoryOf(sandbox, second)));
    const happened = (directory: string) => eventsOf(recordsIn(directory)).map(({event}) => event);
    expect(happened(first.directory)).toEqual(['started', 'cancelling', 'signaled', 'finished', 'closed']);
    expect(happened(directoryOf(sandbox, second))).toEqual(['cancelled', 'closed']);
  });
});

/** A job that runs and does its work when it is let go. */
async function startWaiting(work: string) {
  const text = `echo waiting > waits; until [ -e go ]; do sleep 0.02; done; ${work}`;
  const submission = submissionOf(sandbox, {name: 'job', command: ['/bin/sh', '-c', text]});
  await client.submit(submission);
  await until(() => spawnSync('cat', ['waits'], {cwd: sandbox.work}).status === 0);
  const directory = directoryOf(sandbox, submission);
  await until(() => eventsOf(recordsIn(directory)).length === 1);
  return {submission, directory};
}

function letGo(name: 'go' | 'end'): void {
  writeFileSync(join(sandbox.work, name), '');
}

async function troubles() {
  return (await clientOf(sandbox).health())?.troubles ?? [];
}
