import {appendFileSync, readdirSync} from 'node:fs';
import {dirname, join} from 'node:path';

import {afterEach, beforeEach, expect, it} from 'vitest';

import {temporaryPlace} from '../../src/project/testing/temporary-repo.ts';
import {openDatabase} from '../../src/store/testing/open-database.ts';
import {untilCounted} from '../support/coordinator.ts';
import {makeGate} from '../support/gate.ts';
import {Sandbox} from '../support/sandbox.ts';
import {submittedEarlier} from '../support/submitted-earlier.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

/** As if the runs that completed had reported this. */
function keepProgress(progress: string): void {
  const [repo = ''] = readdirSync(join(sandbox.state, 'repos'));
  const db = openDatabase(join(sandbox.state, 'repos', repo, 'coordinator.db'));
  db.prepare("UPDATE jobs SET progress = ? WHERE status = 'completed'").run(progress);
  db.close();
}

const PROGRESS = JSON.stringify({
  outcome: 'complete',
  phase: 'complete',
  elapsed_ms: 10_000,
  phases: [{phase: 'embed', count: 4, wall_ms: 8000, ended_ms: 8000}],
});

it('tells from the runs of a job how long it takes, how it ends and where its time goes', async () => {
  for (const code of [0, 3, 0]) await sandbox.stint(['run', '-f', '--name', 'job', '-c', `exit ${code}`]);
  await sandbox.ok(['run', '--wait', '--name', 'other', '--', 'true']);
  await sandbox.killCoordinator();
  keepProgress(PROGRESS);
  const stats = JSON.parse(await sandbox.ok(['stats', 'job', '--json'])) as Record<string, unknown>;
  expect(stats).toEqual({
    name: 'job',
    runs: 3,
    outcomes: {completed: 2, failed: 1},
    cpu_secs: expect.objectContaining({runs: 2, p50: expect.any(Number)}),
    duration_secs: {
      runs: 2,
      min: expect.any(Number),
      p50: expect.any(Number),
      p95: expect.any(Number),
      max: expect.any(Number),
    },
    flaky: null,
    phases: [
      {
        phase: 'embed',
        runs: 2,
        secs: {runs: 2, min: 8, p50: 8, p95: 8, max: 8},
        each_secs: {runs: 2, min: 2, p50: 2, p95: 2, max: 2},
        share: 0.8,
      },
    ],
    running: [],
  });
  const text = await sandbox.ok(['stats', 'job']);
  expect(text).toMatch(/^job {3}3 runs: (2 completed, 1 failed|1 failed, 2 completed)\n {2}takes +\d/);
  expect(text).toMatch(/\n {2}PHASE +RUNS +LEAST +MOST +EACH TIME +SHARE\n {2}embed +2 +8s +8s +2s +80%\n$/);
  expect(text).toMatch(/\n {2}takes +.*, in 2 runs\n/);
  expect(text).not.toContain('95% within');
  expect(JSON.parse(await sandbox.ok(['stats', 'job', '--last', '2', '--json']))).toMatchObject({
    runs: 2,
    outcomes: {completed: 1, failed: 1},
  });
});

it('tells percentiles of five runs and more', async () => {
  for (let run = 0; run < 5; run++) await sandbox.ok(['run', '-f', '--name', 'job', '--', 'true']);
  await sandbox.killCoordinator();
  keepProgress(PROGRESS);
  const text = await sandbox.ok(['stats', 'job']);
  expect(text).toMatch(/\n {2}takes +.*, 95% within .*, at most .*, in 5 runs\n/);
  expect(text).toMatch(/\n {2}embed +5 +8s +8s +8s +8s +2s +80%\n$/);
});

it('calls a job flaky that both completed and failed on one commit', async () => {
  const place = temporaryPlace();
  try {
    const cwd = place.makeRepo('repo');
    const command = ['run', '-f', '--name', 'job', '-c', 'exit "$CODE"'];
    const flaky = async () =>
      (JSON.parse(await sandbox.ok(['stats', 'job', '--json'], {cwd})) as Record<string, unknown>).flaky;
    await sandbox.stint(command, {cwd, env: {CODE: '0'}});
    expect(await flaky()).toBeNull();
    await sandbox.stint(command, {cwd, env: {CODE: '0'}});
    expect(await flaky()).toBe(false);
    await sandbox.stint(command, {cwd, env: {CODE: '4'}});
    expect(await flaky()).toBe(true);
    expect(await sandbox.ok(['stats', 'job'], {cwd})).toContain('  flaky      yes: ');
  } finally {
    place.remove();
  }
});

it('compares a run that goes on with those that completed, as status does', async () => {
  await sandbox.ok(['run', '-f', '--name', 'job', '--', 'true']);
  await sandbox.killCoordinator();
  keepProgress(PROGRESS);
  const gate = makeGate(sandbox);
  const address = await sandbox.submit(['--name', 'job', '-c', gate.pass]);
  await untilCounted(sandbox, {running: 1});
  const [job] = await sandbox.list();
  const start = {event: 'embed_start', phase: 'embed', sub_phase: 'start', batch_index: 2};
  const record = {...start, ts_ms: Date.now() - 50_000, rows_processed: 0, rows_total: 100};
  const later = {...record, event: 'embed', sub_phase: 'progress', ts_ms: Date.now(), rows_processed: 25};
  submittedEarlier(dirname(String(job?.log)), 60_000);
  const lines = [record, later].map(each => `${JSON.stringify(each)}\n`);
  appendFileSync(join(dirname(String(job?.log)), 'progress.jsonl'), lines.join(''));
  const stats = JSON.parse(await sandbox.ok(['stats', 'job', '--json'])) as Record<string, unknown>;
  expect(stats).toMatchObject({
    outcomes: {completed: 1, running: 1},
    running: [{invocation_id: address.slice(0, 12), status: 'running', phase: 'embed', stalled: false}],
  });
  expect(await sandbox.ok(['stats', 'job'])).toMatch(
    /\n {2}now +[0-9a-f]{6} running for .*; in embed for (5\ds|\d+m( \d+s)?), usually 2s, in 1 run; ETA ([2-9]|\d\d)m\n/,
  );
  const status = await sandbox.ok(['status', 'job']);
  expect(status).toMatch(/\n {2}usually +\d.*, in 1 run that completed\n/);
  expect(status).toMatch(
    /\n {2}phase +embed \(batch 2\), for (5\ds|\d+m( \d+s)?) \(since \d\d:\d\d:\d\d\); usually 2s, in 1 run\n/,
  );
  expect(status).toMatch(/\n {2}rows +25 of 100 \(25%\), \d+(\.\d)?\/min\n/);
  expect(status).toMatch(
    /\n {2}eta +.*, in ([2-9]|\d\d)m( \d+s)?: 75 rows at .*, the rate of the last (5\ds|\d+m( \d+s)?) \(2 records\)\n/,
  );
});

it('does not know a job that was never run, and tells which it knows', async () => {
  expect(await sandbox.stint(['stats', 'tset'])).toEqual({
    code: 3,
    stdout: '',
    stderr: 'stint: No job tset was ever run in this repository.\n       Run: stint ls --all\n',
  });
  await sandbox.ok(['run', '--wait', '--name', 'test', '--', 'true']);
  expect(await sandbox.stint(['stats', 'tset'])).toEqual({
    code: 3,
    stdout: '',
    stderr: 'stint: No job tset was ever run in this repository.\n       Did you mean: test?\n',
  });
  expect((await sandbox.stint(['stats'])).code).toBe(2);
  expect((await sandbox.stint(['stats', 'test', '--last', '0'])).code).toBe(2);
});
