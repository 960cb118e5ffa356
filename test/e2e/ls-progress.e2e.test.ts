/** Progress in `ls`: of jobs that run from their files, of closed ones from their rows. */
import {
  appendFileSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import {dirname, join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {openDatabase} from '../../src/store/testing/open-database.ts';
import {untilCounted} from '../support/coordinator.ts';
import {makeGate} from '../support/gate.ts';
import {type Listed, Sandbox} from '../support/sandbox.ts';
import {submittedEarlier} from '../support/submitted-earlier.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

/** A job that runs until its gate is opened. */
async function runningJob(name = 'job'): Promise<{directory: string; address: string}> {
  const gate = makeGate(sandbox, name);
  const address = await sandbox.submit(['--name', name, '-c', gate.pass]);
  await untilCounted(sandbox, {running: 1});
  const [job] = await sandbox.list();
  return {directory: dirname(String(job?.log)), address};
}

function report(directory: string, ...records: readonly Readonly<Record<string, unknown>>[]): void {
  const lines = records.map(record => `${JSON.stringify({event: 'embed', phase: 'embed', ...record})}\n`);
  appendFileSync(join(directory, 'progress.jsonl'), lines.join(''));
}

function databasePath(): string {
  const [repo = ''] = readdirSync(join(sandbox.state, 'repos'));
  return join(sandbox.state, 'repos', repo, 'coordinator.db');
}

/** Changes rows as no coordinator would; there must be none. */
function changeRows(sql: string): void {
  const db = openDatabase(databasePath());
  db.exec(sql);
  db.close();
}

/** As a coordinator does that finds a job stalled: in its journal, then in its row. There must be none. */
function recordStall(directory: string, at: number): void {
  const seen = [statSync(join(directory, 'progress.jsonl')).size, 0, 0];
  const data = {event: 'stalled', silent_ms: 120_000, phase: 'embed', seen};
  const record = {seq: 1, ts: at, kind: 'status', data, spool: [0, 0]};
  appendFileSync(join(directory, 'output.jsonl'), `${JSON.stringify(record)}\n`);
  changeRows(`UPDATE jobs SET stalled_at = ${at}, stalled_phase = 'embed' WHERE status = 'running'`);
}

/** As if the job had been started so many milliseconds earlier. */
function startedEarlier(journal: string, ms: number): void {
  const text = readFileSync(journal, 'utf8');
  writeFileSync(
    journal,
    text
      .replace(/"ts":(\d+)/, (_, ts) => `"ts":${Number(ts) - ms}`)
      .replace(/"uptime_ms":(\d+)/, (_, uptime) => `"uptime_ms":${Number(uptime) - ms}`),
  );
}

describe('a job that runs', () => {
  it('is shown with its phase, rows, rate and the time left', async () => {
    const {directory} = await runningJob();
    submittedEarlier(directory, 60_000);
    const now = Date.now();
    report(
      directory,
      {sub_phase: 'start', ts_ms: now - 10_000, batch_index: 3, rows_processed: 0, rows_total: 10_000},
      {sub_phase: 'progress', ts_ms: now, batch_index: 3, rows_processed: 400, rows_total: 10_000},
    );
    expect((await sandbox.list())[0]).toMatchObject({
      phase: 'embed',
      rows_processed: 400,
      rows_total: 10_000,
      rows_per_sec: 40,
      rate_basis: {over_ms: 10_000, records: 2},
      eta_secs: expect.any(Number),
      eta_range_secs: null,
      quiet_secs: expect.any(Number),
      stalled: false,
      stalled_secs: null,
    });
    expect(await sandbox.ok(['ls'])).toMatch(
      /SIZE {2}PROGRESS +COMMAND\n.*embed 400\/10000 4% \d+\/s ETA \dm /,
    );
  });

  it('is quiet, and never stalled, when it never reported and prints nothing for long', async () => {
    const {directory} = await runningJob();
    expect(await sandbox.ok(['ls'])).not.toContain('PROGRESS');
    await sandbox.killCoordinator();
    startedEarlier(join(directory, 'output.jsonl'), 400_000);
    const [job] = await sandbox.list();
    expect(job).toMatchObject({phase: null, stalled: false});
    expect(Number(job?.quiet_secs)).toBeGreaterThanOrEqual(400);
    expect(await sandbox.ok(['ls'])).toMatch(/ PROGRESS +COMMAND\n.* quiet 6m /);
    expect(await sandbox.ok(['status', 'job'])).toMatch(/\n {2}quiet +for 6m \d+s, since /);
  });

  it('is stalled while nothing has moved since that was recorded, and --stalled lists only such', async () => {
    await sandbox.ok(['run', '--wait', '--name', 'other', '--', 'true']);
    const {directory} = await runningJob();
    const at = Date.now() - 300_000;
    report(directory, {sub_phase: 'start', ts_ms: at, batch_index: 4});
    utimesSync(join(directory, 'progress.jsonl'), at / 1000, at / 1000);
    expect(await sandbox.stint(['ls', '--stalled'])).toEqual({
      code: 0,
      stdout: '',
      stderr: 'stint: no job is stalled\n',
    });
    await sandbox.killCoordinator();
    recordStall(directory, at + 120_000);
    const stalled = JSON.parse(await sandbox.ok(['ls', '--stalled', '--json'])) as Listed[];
    expect(stalled).toMatchObject([{name: 'job', stalled: true, phase: 'embed'}]);
    expect(Number(stalled[0]?.stalled_secs)).toBeGreaterThanOrEqual(180);
    report(directory, {sub_phase: 'done', ts_ms: Date.now(), batch_index: 4});
    expect(JSON.parse(await sandbox.ok(['ls', '--stalled', '--json']))).toEqual([]);
  });
});

describe('jobs that are closed', () => {
  it('are shown as their rows keep it, without a look into their directories', async () => {
    for (const name of ['a', 'b']) await sandbox.ok(['run', '-f', '--name', name, '--', 'true']);
    await sandbox.killCoordinator();
    const summary = JSON.stringify({phase: 'complete', rows_processed: 9, rows_total: 9, phases: []});
    changeRows(`UPDATE jobs SET progress = '${summary}' WHERE name = 'a'`);
    const [b, a] = await sandbox.list();
    rmSync(dirname(dirname(String(a?.log))), {recursive: true});
    rmSync(dirname(dirname(String(b?.log))), {recursive: true});
    expect(await sandbox.list()).toMatchObject([
      {name: 'b', phase: null, rows_processed: null, quiet_secs: null, stalled: false},
      {name: 'a', phase: 'complete', rows_processed: 9, rows_total: 9, eta_secs: null, quiet_secs: null},
    ]);
    expect(await sandbox.ok(['ls'])).not.toContain('PROGRESS');
  });
});
