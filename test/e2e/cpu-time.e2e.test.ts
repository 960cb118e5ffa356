/** Processor time of a job, compared with what the job measured itself, and what it uses while it runs. */
import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {makeGate} from '../support/gate.ts';
import {type Listed, Sandbox, until} from '../support/sandbox.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

/** Prints what it and its children took of the processors, in seconds. */
const MEASURED = `const {userCPUTime, systemCPUTime} = process.resourceUsage(); console.log((userCPUTime + systemCPUTime) / 1e6)`;
const BUSY = `const until = process.cpuUsage(); while (process.cpuUsage(until).user + process.cpuUsage(until).system < 300_000);`;

function busy(more = ''): string[] {
  return [process.execPath, '-e', `${BUSY} ${MEASURED}; ${more}`];
}

async function status(name = 'x'): Promise<Listed> {
  return JSON.parse(await sandbox.ok(['status', name, '--json'])) as Listed;
}

/** What the job said. */
async function measured(): Promise<number> {
  const lines = (await sandbox.ok(['logs', 'x'])).trim().split('\n');
  return lines.reduce((sum, line) => sum + Number(line), 0);
}

/** A shell counts in hundredths; node itself takes some time to end. */
async function expectMeasured(job: Listed): Promise<void> {
  const least = await measured();
  expect(least).toBeGreaterThan(0.29);
  expect(job.cpu_secs).toBeGreaterThan(least - 0.05);
  expect(job.cpu_secs).toBeLessThan(least + 0.5);
  expect(Number(job.cpu_user_secs) + Number(job.cpu_system_secs)).toBeCloseTo(Number(job.cpu_secs), 6);
}

function fileOf(name: string): string {
  const [repo = ''] = readdirSync(join(sandbox.state, 'repos'));
  const jobs = join(sandbox.state, 'repos', repo, 'jobs');
  const [invocation = ''] = readdirSync(jobs);
  return join(jobs, invocation, 'x', name);
}

describe('the processor time of a job that has ended', () => {
  it('is what it measured, in status, in lists, in statistics and in words', async () => {
    await sandbox.ok(['run', '--wait', '--name', 'x', '--', ...busy()]);
    const job = await status();
    await expectMeasured(job);
    expect(await sandbox.list()).toMatchObject([{cpu_secs: job.cpu_secs, memory_bytes: null}]);
    const stats = JSON.parse(await sandbox.ok(['stats', 'x', '--json'])) as object;
    expect(stats).toMatchObject({cpu_secs: {runs: 1, p50: job.cpu_secs}});
    expect(await sandbox.ok(['status', 'x'])).toMatch(/\n {2}cpu +\d.* user, .* system\)\n/);
    expect(await sandbox.ok(['stats', 'x'])).toMatch(/\n {2}cpu +\d.*, in 1 run\n/);
  });

  it('has that of a pipeline, of every process that was waited for', async () => {
    writeFileSync(join(sandbox.work, 'busy.js'), `${BUSY} process.stderr.write('');${MEASURED}`);
    const node = `'${process.execPath}' busy.js`;
    await sandbox.ok(['run', '--wait', '--name', 'x', '-c', `{ ${node}; } | cat; ${node}`]);
    const job = await status();
    expect(job.cpu_secs).toBeGreaterThan((await measured()) - 0.05);
    expect(job.cpu_secs).toBeGreaterThan(0.58);
  });

  it('is hardly any for one that sleeps', async () => {
    await sandbox.ok(['run', '--wait', '--name', 'x', '--', 'sleep', '0.2']);
    expect((await status()).cpu_secs).toBeLessThan(0.1);
  });

  it('is known of a command that killed itself, and of one that was cancelled', async () => {
    await sandbox.stint([
      'run',
      '--wait',
      '--name',
      'x',
      '--',
      ...busy(`process.kill(process.pid, 'SIGKILL')`),
    ]);
    await expectMeasured(await status());
    await sandbox.submit(['--name', 'y', '--', 'sleep', '100']);
    await until(async () => (await status('y')).status === 'running');
    await sandbox.ok(['cancel', 'y']);
    expect(await status('y')).toMatchObject({status: 'cancelled', cpu_secs: expect.any(Number)});
  });

  it('survives the coordinator, and is in the row that is made again', async () => {
    const gate = makeGate(sandbox);
    writeFileSync(join(sandbox.work, 'busy.js'), `${BUSY}${MEASURED}`);
    await sandbox.submit(['--name', 'x', '-c', `${gate.pass}; exec '${process.execPath}' busy.js`]);
    await until(async () => (await status()).status === 'running');
    await sandbox.killCoordinator();
    await gate.open();
    await until(() => /^0 [.]/.test(readFileSync(fileOf('exit'), 'latin1')));
    await sandbox.ok(['wait', 'x']);
    const job = await status();
    await expectMeasured(job);
    await sandbox.killCoordinator();
    await sandbox.ok(['doctor', '--repair']);
    expect(await status()).toMatchObject({cpu_secs: job.cpu_secs});
  });

  it('is unknown where the wrapper was killed', async () => {
    await sandbox.submit(['--name', 'x', '--', 'sleep', '100']);
    await until(async () => (await status()).status === 'running');
    process.kill(-Number((await status()).pid), 'SIGKILL');
    await until(async () => (await status()).status === 'crashed');
    expect(await status()).toMatchObject({cpu_secs: null, cpu_user_secs: null, memory_bytes: null});
  });
});

describe.runIf(process.platform === 'linux')('a job that runs', () => {
  it('tells what all its processes use now', async () => {
    const gate = makeGate(sandbox);
    const holding = `const held = Buffer.alloc(40_000_000, 1); ${BUSY} require('node:fs').writeFileSync('ready', ''); setInterval(() => held, 9999)`;
    writeFileSync(join(sandbox.work, 'hold.js'), holding);
    const node = `'${process.execPath}' hold.js`;
    await sandbox.submit(['--name', 'x', '-c', `${node} & setsid ${node} & ${gate.pass}`]);
    await until(async () => Number((await status()).memory_bytes) > 80_000_000);
    await until(async () => Number((await status()).cpu_secs) > 0.58);
    expect(await sandbox.ok(['status', 'x'])).toMatch(/\n {2}memory +\d+.*MiB\n/);
    await sandbox.ok(['cancel', 'x']);
    expect(await status()).toMatchObject({status: 'cancelled', memory_bytes: null});
  });
});
