import {existsSync, mkdirSync, readdirSync, rmSync, writeFileSync} from 'node:fs';

import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';

import type {InvocationId} from '../../../base/index.ts';
import {type TemporaryDirectory, temporaryDirectory} from '../../../platform/testing/temporary-directory.ts';
import {
  type Connection,
  dumpTable,
  JOBS_SCHEMA,
  type JobWrites,
  jobWrites,
  openForWriting,
} from '../../../store/index.ts';
import {type JobState, jobDirectoryName} from '../../domain/index.ts';
import {invocationOf, REPO, SUBMITTED_AT, specOf} from '../../domain/testing/sample-jobs.ts';
import {databasePath, jobsPath, repoPath} from '../directory/job-paths.ts';
import {invocationRow, jobRow} from '../rows/job-rows.ts';
import {jobRemovals} from './job-removals.ts';
import {lookAround} from './look-around.ts';
import {JobRemoval} from './remove-jobs.ts';

const CLOSED: JobState = {status: 'completed', finishedAt: SUBMITTED_AT, closedAt: SUBMITTED_AT, exitCode: 0};
const [ONE, TWO] = ['000000000001', '000000000002'] as const;

let directory: TemporaryDirectory;
let db: Connection;
let writes: JobWrites;
beforeEach(() => {
  directory = temporaryDirectory();
  mkdirSync(directory.at(repoPath(REPO)), {recursive: true, mode: 0o700});
  db = openForWriting(directory.at(databasePath(REPO)), JOBS_SCHEMA);
  writes = jobWrites(db);
  add(ONE, 1, 'a', 'b');
  add(TWO, 3, 'c');
});
afterEach(() => {
  db.close();
  directory.remove();
});

/** Jobs with row, spec and log. */
function add(id: string, number: number, ...names: readonly string[]): void {
  for (const [at, name] of names.entries()) {
    const spec = specOf({invocation: invocationOf({id: id as InvocationId}), name, number: number + at});
    writes.addInvocation(invocationRow({...spec, number}));
    writes.putJob(jobRow({spec, state: CLOSED}));
    mkdirSync(pathOf(id, name), {recursive: true, mode: 0o700});
    for (const file of ['spec.json', 'output.jsonl'])
      writeFileSync(pathOf(id, name, file), '{}\n', {mode: 0o600});
  }
}

function pathOf(id: string, name: string, ...more: string[]): string {
  return directory.at(jobsPath(REPO, id, jobDirectoryName(name, 1), ...more));
}

const removal = () => new JobRemoval(directory.path, REPO, {db, writes, now: SUBMITTED_AT});
const group = (invocation: string, ...names: string[]) => ({
  invocation,
  jobs: names.map(name => ({name, attempt: 1})),
});
const rows = () => dumpTable(db, 'jobs').map(({name}) => name);
const onDisk = () => readdirSync(directory.at(jobsPath(REPO)), {recursive: true, encoding: 'utf8'}).sort();

describe('a removal', () => {
  it('takes an invocation with its directory where all of its jobs go, and else the jobs', () => {
    const {removed, failed, strange} = removal().remove([group(ONE, 'a'), group(TWO, 'c')]);
    expect(removed.map(({name}) => name)).toEqual(['a', 'c']);
    expect([failed, strange]).toEqual([[], []]);
    expect(rows()).toEqual(['b']);
    expect(onDisk()).toEqual([ONE, `${ONE}/b`, `${ONE}/b/output.jsonl`, `${ONE}/b/spec.json`]);
    removal().remove([group(ONE, 'b')]);
    expect(onDisk()).toEqual([]);
    expect(dumpTable(db, 'invocations')).toEqual([]);
    expect(dumpTable(db, 'past_runs').map(({name}) => name)).toEqual(['a', 'b', 'c']);
  });

  it('spares what was pinned meanwhile, by its row or by its directory alone, and what is not closed', () => {
    const removals = jobRemovals({state: directory.path, database: () => ({db, writes})});
    removals.pin({repo: REPO, invocation: ONE as InvocationId, name: 'a', attempt: 1}, true, SUBMITTED_AT);
    writeFileSync(pathOf(ONE, 'b', 'pinned'), '', {mode: 0o600});
    db.exec("UPDATE jobs SET closed_at = NULL WHERE name = 'c'");
    const {removed, failed} = removal().remove([group(ONE, 'a', 'b'), group(TWO, 'c')]);
    expect([removed, failed]).toEqual([[], []]);
    expect(rows()).toEqual(['a', 'b', 'c']);
    expect(existsSync(pathOf(ONE, 'a', 'pinned'))).toBe(true);
  });

  it('takes the rows of jobs whose directories somebody removed', () => {
    rmSync(directory.at(jobsPath(REPO, ONE)), {recursive: true});
    expect(removal().remove([group(ONE, 'a', 'b')]).removed).toHaveLength(2);
    expect(rows()).toEqual(['c']);
  });

  it('removes files first where the disk is too full for the rows', () => {
    const together = vi.spyOn(writes, 'together').mockImplementationOnce(() => {
      throw Object.assign(new Error('full'), {code: 'SQLITE_FULL'});
    });
    expect(removal().remove([group(TWO, 'c')]).removed).toHaveLength(1);
    expect(together).toHaveBeenCalledTimes(2);
    expect(rows()).toEqual(['a', 'b']);
    expect(onDisk().filter(name => name.startsWith(TWO))).toEqual([]);
  });

  it('is finished later where the rows cannot be written at all', async () => {
    const broken = () => {
      throw Object.assign(new Error('full'), {code: 'SQLITE_FULL'});
    };
    vi.spyOn(writes, 'together').mockImplementationOnce(broken).mockImplementationOnce(broken);
    expect(() => removal().remove([group(ONE, 'a'), group(TWO, 'c')])).toThrow('full');
    expect(rows()).toEqual(['a', 'b', 'c']);
    const {invocations, halfDone} = await lookAround(directory.path, REPO, db);
    expect(invocations.map(({jobs}) => jobs.map(({name}) => name))).toEqual([['b']]);
    expect(removal().finish(halfDone).failed).toEqual([]);
    expect(rows()).toEqual(['b']);
    expect(onDisk()).toEqual([ONE, `${ONE}/b`, `${ONE}/b/output.jsonl`, `${ONE}/b/spec.json`]);
  });

  it('tells of a directory that cannot be emptied, goes on, and tries again with the next one', async () => {
    mkdirSync(pathOf(ONE, 'a', 'output.jsonl.d'), {recursive: true});
    mkdirSync(directory.at(jobsPath(REPO, '.removing-000000000009', 'x', 'theirs')), {recursive: true});
    const {halfDone} = await lookAround(directory.path, REPO, db);
    const told = removal().finish(halfDone);
    expect(told.failed).toEqual([
      {path: directory.at(jobsPath(REPO, '.removing-000000000009')), reason: 'it holds something else'},
    ]);
    const report = removal().remove([group(ONE, 'a', 'b'), group(TWO, 'c')]);
    expect(report.removed).toHaveLength(3);
    expect(report.strange).toEqual([pathOf(ONE, 'a', 'output.jsonl.d')]);
    expect(rows()).toEqual([]);
  });
});

describe('looking around', () => {
  it('tells what a job takes on the disk, and what keeps it', async () => {
    db.exec("UPDATE jobs SET status = 'failed' WHERE name = 'b'");
    writes.pin(TWO, 'c', 1, SUBMITTED_AT);
    const {invocations, halfDone} = await lookAround(directory.path, REPO, db);
    expect(halfDone).toEqual([]);
    expect(invocations.map(({id}) => id)).toEqual([ONE, TWO]);
    const [a, b, c] = invocations.flatMap(({jobs}) => jobs);
    expect([a?.retentionMs, b?.retentionMs]).toEqual([604_800_000, 2_592_000_000]);
    expect([a?.isPinned, c?.isPinned]).toEqual([false, true]);
    expect(a?.bytes).toBeGreaterThan(0);
    db.exec('UPDATE jobs SET size_bytes = 3'); // as its row tells it, without a look
    const again = await lookAround(directory.path, REPO, db);
    expect(again.invocations).toEqual(invocations);
  });

  it('finds the empty directory that a killed removal left, and no other one', async () => {
    mkdirSync(directory.at(jobsPath(REPO, '000000000005')));
    mkdirSync(directory.at(jobsPath(REPO, '000000000006', 'somebody')), {recursive: true});
    mkdirSync(directory.at(jobsPath(REPO, 'theirs')));
    const {halfDone} = await lookAround(directory.path, REPO, db);
    expect(halfDone).toEqual([
      {directory: directory.at(jobsPath(REPO, '000000000005')), invocation: '000000000005'},
    ]);
    removal().finish(halfDone);
    expect(readdirSync(directory.at(jobsPath(REPO))).sort()).toEqual([ONE, TWO, '000000000006', 'theirs']);
  });
});
