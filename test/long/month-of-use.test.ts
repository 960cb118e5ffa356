/** A month of use: what is on the disk stays within its budget, and a list is as fast at the end as at the beginning. */
import {mkdirSync, writeFileSync} from 'node:fs';
import {setImmediate as nextTurn} from 'node:timers/promises';

import {afterEach, beforeEach, expect, it} from 'vitest';

import type {InvocationId} from '../../src/base/index.ts';
import {bytesOn, jobPath, jobRemovals, repoPath} from '../../src/coordinator/adapters/index.ts';
import {invocationRow, jobRow} from '../../src/coordinator/adapters/rows/job-rows.ts';
import {type JobSpec, keyOf} from '../../src/coordinator/domain/index.ts';
import {invocationOf, REPO, SUBMITTED_AT, specOf} from '../../src/coordinator/domain/testing/sample-jobs.ts';
import {diskUse} from '../../src/coordinator/reader/index.ts';
import {Pruner} from '../../src/coordinator/usecases/index.ts';
import {type TemporaryDirectory, temporaryDirectory} from '../../src/platform/testing/temporary-directory.ts';
import {
  type Connection,
  JOBS_SCHEMA,
  type JobWrites,
  jobWrites,
  listPastRuns,
  listRecent,
  openForWriting,
} from '../../src/store/index.ts';

const DAYS = 30;
const JOBS_A_DAY = 667;
const DAY = 24 * 60 * 60 * 1000;
const BUDGET = 60_000_000;

let directory: TemporaryDirectory;
let db: Connection;
let writes: JobWrites;
let now = SUBMITTED_AT;
let number = 0;
beforeEach(() => {
  directory = temporaryDirectory();
  mkdirSync(directory.at(repoPath(REPO)), {recursive: true, mode: 0o700});
  db = openForWriting(directory.at(repoPath(REPO, 'coordinator.db')), JOBS_SCHEMA);
  writes = jobWrites(db);
});
afterEach(() => {
  db.close();
  directory.remove();
});

function ranToday(): void {
  const specs = Array.from({length: JOBS_A_DAY}, (_, at) =>
    specAt(now + Math.round((at * DAY) / JOBS_A_DAY)),
  );
  for (const spec of specs) {
    mkdirSync(directory.at(jobPath(keyOf(spec))), {recursive: true, mode: 0o700});
    for (const file of ['spec.json', 'output.jsonl'])
      writeFileSync(directory.at(jobPath(keyOf(spec)), file), 'x'.repeat(200), {mode: 0o600});
  }
  writes.together(() => {
    for (const spec of specs) {
      const at = spec.invocation.createdAt;
      const status = spec.number % 20 === 0 ? 'failed' : 'completed';
      writes.addInvocation(invocationRow(spec));
      writes.putJob(
        jobRow({
          spec,
          state: {status, finishedAt: at + 1000, closedAt: at + 1000, exitCode: 0, tookMs: 1000},
          sizeBytes: 200,
        }),
      );
    }
  });
}

function specAt(createdAt: number): JobSpec {
  number += 1;
  const id = number.toString(16).padStart(12, '0') as InvocationId;
  return specOf({invocation: invocationOf({id, createdAt}), number, name: `job-${number % 50}`});
}

/** The fastest of some, in milliseconds. */
function timeOfList(): number {
  const times = Array.from({length: 20}, () => {
    const began = performance.now();
    listRecent(db, 10);
    return performance.now() - began;
  });
  return Math.min(...times);
}

it('20,000 jobs in 30 days', {timeout: 600_000}, async () => {
  const removals = jobRemovals({state: directory.path, database: () => ({db, writes})});
  const pruner = new Pruner({
    removals,
    now: () => now,
    pause: () => nextTurn(),
    needed: () => new Set(),
    onRemoved: () => undefined,
  });
  db.exec(`INSERT INTO repo_policy VALUES ('max_total_size', '${BUDGET}')`);
  let first = 0;
  for (let day = 0; day < DAYS; day++) {
    ranToday();
    now += DAY;
    const [pass] = await pruner.prune([REPO]);
    expect(pass).toMatchObject({failed: [], strange: []});
    const {logs, progress, rest} = diskUse(directory.path, REPO);
    const jobs = bytesOn(directory.at(repoPath(REPO, 'jobs')));
    expect(logs + progress + rest, `day ${day}`).toBeLessThanOrEqual(BUDGET);
    expect(pass?.usedBytes).toBe(logs + progress + rest);
    expect(jobs).toBeLessThan(BUDGET / 10);
    if (day === 0) first = timeOfList();
  }
  expect(number).toBeGreaterThan(20_000);
  expect(timeOfList()).toBeLessThan(3 * first + 1);
  expect(listPastRuns(db, 'job-7', 1000).length).toBeGreaterThan(300);
});
