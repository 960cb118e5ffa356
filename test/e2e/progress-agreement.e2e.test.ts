/** Whoever is asked about a job's progress gives the same answer: `ls`, `status`, `stats`, `progress report`, now and later. */
import {appendFileSync, existsSync, rmSync} from 'node:fs';
import {dirname, join} from 'node:path';

import {afterEach, beforeEach, expect, it} from 'vitest';

import type {ProgressReport, ProgressSummary} from '../../src/progress/index.ts';
import {untilCounted} from '../support/coordinator.ts';
import {makeGate} from '../support/gate.ts';
import {type Listed, Sandbox, until} from '../support/sandbox.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

const BEGIN = Date.now();

function line(event: string, more: object = {}): string {
  const [phase = event, sub_phase = event] = event.split('_');
  return `${JSON.stringify({event, phase, sub_phase, ts_ms: BEGIN, run_id: 'r', ...more})}\n`;
}

/** More than anybody reads of the end of a file. */
const long = (event: string, more: (at: number) => object) =>
  Array.from({length: 1500}, (_, at) => line(event, {note: 'x'.repeat(100), ...more(at)})).join('');

interface Situation {
  readonly reported: string;
  readonly phase: string | null;
  readonly rows?: number | null;
  readonly total?: number | null;
  readonly isRemoved?: true;
  readonly isStalled?: true;
}

/** What a job reported, and where it stands. */
const SITUATIONS: Readonly<Record<string, Situation>> = {
  silent: {reported: '', phase: null},
  simple: {
    reported: line('embed_start', {rows_processed: 3, rows_total: 9}),
    phase: 'embed',
    rows: 3,
    total: 9,
  },
  nested: {reported: line('outer_start') + line('inner_start'), phase: 'inner'},
  behind: {
    reported: `${line('outer_start')}${line('inner_start', {rows_total: 1500})}${long('inner_progress', at => ({rows_processed: at + 1}))}${line('inner_done')}`,
    phase: 'outer',
    rows: 1500,
    total: 1500,
  },
  batches: {
    reported: `${line('outer_start')}${line('inner_start', {rows_total: 6000})}${long('inner_done', at => ({batch_index: at, batch_rows: 2}))}`,
    phase: 'outer',
    rows: 3000,
    total: 6000,
  },
  beats: {
    reported: `${line('embed_start', {rows_processed: 5, rows_total: 7})}${long('embed_progress', at => ({rss_mib: at}))}`,
    phase: 'embed',
    rows: 5,
    total: 7,
  },
  again: {
    reported: `${line('a_start')}${line('complete')}${line('b_start', {run_id: 's', rows_processed: 1, rows_total: 4})}`,
    phase: 'b',
    rows: 1,
    total: 4,
  },
  mixed: {
    reported: `${line('a_start', {rows_total: 3})}${line('b_start', {run_id: 's'})}${long('a_progress', at => ({rows_processed: at % 2}))}`,
    phase: 'a',
    rows: 1,
    total: 3,
  },
  between: {reported: line('a_start') + line('a_done'), phase: 'a'},
  complete: {
    reported: line('a_start', {rows_processed: 8, rows_total: 8}) + line('complete'),
    phase: 'complete',
    rows: 8,
    total: 8,
  },
  failed: {reported: line('a_start') + line('error', {error: 'no'}), phase: 'error'},
  given: {reported: line('a_start') + line('cancelled'), phase: 'cancelled'},
  untold: {
    reported: line('a_start') + line('a_progress', {rows_processed: 77}),
    phase: 'a',
    rows: 77,
    total: null,
  },
  torn: {reported: `nonsense\n\0\n${line('a_start')}{"event":"b_start","phase":"b"`, phase: 'a'},
  bare: {reported: '{"event":"x","phase":"p","sub_phase":"start","ts_ms":1}\n', phase: 'p'},
  removed: {
    reported: line('outer_start') + line('a_progress', {rows_processed: 2, rows_total: 5}),
    phase: 'a',
    rows: 2,
    total: 5,
    isRemoved: true,
  },
  stuck: {
    reported: line('a_start', {rows_processed: 1, rows_total: 5}),
    phase: 'a',
    rows: 1,
    total: 5,
    isStalled: true,
  },
};

interface Answer {
  readonly phase: string | null;
  readonly rows_processed?: number | null;
  readonly rows_total?: number | null;
  readonly stalled?: boolean;
}

const answerOf = ({phase, rows_processed, rows_total, stalled}: Partial<Listed> & Answer) => ({
  phase,
  rows_processed,
  rows_total,
  stalled,
});

async function json<T>(...args: string[]): Promise<T> {
  return JSON.parse(await sandbox.ok([...args, '--json'])) as T;
}

async function listed(): Promise<Map<string, Listed>> {
  const jobs = await json<Listed[]>('ls', '--all');
  return new Map(jobs.map(job => [String(job.name), job]));
}

type Report = ProgressReport & {readonly summary?: ProgressSummary};

/** What the others say of each job is what `ls` says. */
async function expectAgreement(jobs: Map<string, Listed>): Promise<void> {
  for (const [name, {phase, rows = null, total = null}] of Object.entries(SITUATIONS)) {
    const told = answerOf(jobs.get(name) as Listed & Answer);
    expect({name, ...told}).toMatchObject({name, phase, rows_processed: rows, rows_total: total});
    const [status, found, text] = await Promise.all([
      json<Listed & Answer>('status', name),
      sandbox.stint(['progress', 'report', name, '--json']),
      sandbox.ok(['status', name]),
    ]);
    expect({name, ...answerOf(status)}).toEqual({name, ...told});
    const report = found.code === 3 ? undefined : (JSON.parse(found.stdout) as Report);
    const stands = report?.now;
    if (report !== undefined)
      expect(report).toMatchObject({stalled: status.stalled, activity: status.activity});
    expect({name, phase: stands?.phase ?? null}).toEqual({name, phase});
    expect([stands?.rows_processed ?? null, stands?.rows_total ?? null]).toEqual([rows, total]);
    if (phase !== null) expect(text).toMatch(new RegExp(`\\n {2}phase .*${phase}`));
  }
}

it('is the same of a job that runs, and when it has ended', async () => {
  const gates = Object.entries(SITUATIONS).map(([name, {isStalled}]) => {
    const gate = makeGate(sandbox, name);
    return {name, gate, stallAfter: isStalled ? '300ms' : '1h'};
  });
  for (const {name, gate, stallAfter} of gates)
    await sandbox.submit(['--now', '--name', name, '--stall-after', stallAfter, '-c', gate.pass]);
  await untilCounted(sandbox, {running: gates.length});
  const submitted = await listed();
  for (const [name, {reported, isRemoved, isStalled}] of Object.entries(SITUATIONS)) {
    const path = join(dirname(String(submitted.get(name)?.log)), 'progress.jsonl');
    await until(() => existsSync(path));
    appendFileSync(path, reported);
    const checkpoint = join(dirname(path), 'progress.checkpoint');
    if (isRemoved) {
      await until(async () => (await listed()).get(name)?.phase !== null);
      await until(async () => {
        if (existsSync(path)) rmSync(path);
        return existsSync(checkpoint);
      });
    }
    if (isStalled) await until(async () => (await listed()).get(name)?.stalled === true);
  }
  const running = await listed();
  await expectAgreement(running);
  for (const [name, {isStalled = false, phase}] of Object.entries(SITUATIONS)) {
    expect(running.get(name)).toMatchObject({name, stalled: isStalled});
    const {running: [now] = []} = await json<{running: object[]}>('stats', name);
    expect({name, ...now}).toMatchObject({name, phase, stalled: isStalled});
  }
  for (const {gate} of gates) await gate.open();
  await untilCounted(sandbox, {open: 0});
  await expectAgreement(await listed());
  expect(await sandbox.ok(['status', 'removed'])).toContain('the records are gone: only a summary is left');
  expect(await sandbox.ok(['progress', 'report', 'removed'])).toMatch(
    /the records are gone: only a summary is left\n[\s\S]* rows +2 of 5 \(40%\) in a\n/,
  );
  expect((await sandbox.stint(['logs', 'removed', '--progress'])).stderr).toContain(
    'removed: the records are gone: only a summary is left. Run: stint progress report ',
  );
});

it('is known of a file that is gone, also when the coordinator is killed', async () => {
  const gate = makeGate(sandbox);
  await sandbox.submit(['--name', 'job', '-c', gate.pass]);
  await untilCounted(sandbox, {running: 1});
  const directory = dirname(String((await listed()).get('job')?.log));
  const [path, checkpoint] = ['progress.jsonl', 'progress.checkpoint'].map(name => join(directory, name));
  await until(() => existsSync(String(path)));
  appendFileSync(String(path), line('embed_start', {rows_processed: 2, rows_total: 5}));
  rmSync(String(path));
  await until(() => existsSync(String(checkpoint)));
  await sandbox.killCoordinator();
  // Whoever asks first starts the next coordinator, which makes no new file.
  const stands = {phase: 'embed', rows_processed: 2, rows_total: 5};
  expect((await listed()).get('job')).toMatchObject(stands);
  await untilCounted(sandbox, {running: 1});
  expect(await json('status', 'job')).toMatchObject(stands);
  expect(await json('progress', 'report', 'job')).toMatchObject({runs: [], summary: stands});
  expect(existsSync(String(path))).toBe(false);
  await gate.open();
  await untilCounted(sandbox, {open: 0});
  expect((await listed()).get('job')).toMatchObject({...stands, status: 'completed'});
  expect(await json('progress', 'report', 'job')).toMatchObject({runs: [], summary: stands});
  await sandbox.killCoordinator();
  await sandbox.ok(['doctor', '--repair']);
  expect((await listed()).get('job')).toMatchObject(stands);
});
