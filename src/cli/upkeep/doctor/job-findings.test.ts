import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

import {afterAll, beforeAll, describe, expect, it} from 'vitest';

import {JOB_FILES} from '../../../coordinator/adapters/index.ts';
import type {ListedJob} from '../../../coordinator/reader/index.ts';
import {jobFindings} from './job-findings.ts';

const QUEUED = {status: 'queued'} as const;
const RUNNING = {status: 'running', startedAt: 1, pid: 2} as const;

/** With what every job has from its submission on. */
let there: string;
beforeAll(() => {
  there = mkdtempSync(join(tmpdir(), 'stint-unit-'));
  writeFileSync(join(there, JOB_FILES.spec), '');
});
afterAll(() => rmSync(there, {recursive: true}));

describe('what is said of jobs that are not closed', () => {
  it('is a line for each of a few', () => {
    expect(jobFindings([job(1, QUEUED), job(2, RUNNING)])).toEqual([
      {level: 'ok', about: 'job', message: '1:job queued'},
      {level: 'ok', about: 'job', message: '2:job running'},
    ]);
  });

  it('is one line for many of a kind', () => {
    const queued = Array.from({length: 600}, (_, at) => job(at, QUEUED));
    expect(jobFindings([job(1000, RUNNING), ...queued])).toEqual([
      {level: 'ok', about: 'job', message: '1000:job running'},
      {level: 'ok', about: 'jobs', message: '600 queued: 0:job, 1:job, 2:job, 3:job, 4:job and 595 more'},
    ]);
  });

  it('is one line for many without a directory, and that is a problem', () => {
    const lost = Array.from({length: 11}, (_, at) => job(at, QUEUED, '/does/not/exist'));
    expect(jobFindings(lost.slice(1)).map(({level, about}) => [level, about])).toEqual(
      Array.from({length: 10}, () => ['problem', 'job']),
    );
    const [finding, ...others] = jobFindings(lost);
    expect([others, finding?.level]).toEqual([[], 'problem']);
    expect(finding?.message).toMatch(/^11 jobs have no directory any more: 0:job, .* and 6 more$/);
  });
});

function job(invocation: number, state: ListedJob['state'], directory = there): ListedJob {
  const row = {invocation_id: String(invocation), name: 'job', finished_at: null};
  return {row, state, directory} as unknown as ListedJob;
}
