import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

import stringWidth from 'fast-string-width';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';

import type {JobView, ListedRepository, ViewedJob} from '../../jobs/index.ts';
import {jobList} from './job-list.ts';

const NOW = Date.parse('2026-11-30T12:00:00Z');
const REPO = '00112233445566aa';

let here: string;
beforeAll(() => {
  here = mkdtempSync(join(tmpdir(), 'stint-list-'));
});
afterAll(() => rmSync(here, {recursive: true}));

function job(view: Partial<JobView>): ViewedJob {
  const whole = {
    invocation_id: '3fa9c1d2e4b5',
    invocation_short: '3fa9c1',
    repo: REPO,
    worktree: here,
    branch: 'main',
    hook_type: null,
    trigger_command: 'stint run -- npm test',
    invocation_created_at: '2026-11-30T10:00:00Z',
    name: 'npm-test',
    attempt: 1,
    status: 'completed',
    tags: [],
    started_at: '2026-11-29T10:00:00Z',
    finished_at: '2026-11-29T10:00:12Z',
    duration_secs: 12,
    exit_code: 0,
    command: 'npm test',
    elsewhere: null,
    queued_behind: null,
    leftovers: null,
    size_bytes: 500,
    log: '/nonexistent',
    ...view,
  } as JobView;
  const progress = {goesOn: false, fields: {}, present: undefined};
  return {view: whole, progress} as unknown as ViewedJob;
}

const drawn = async (
  jobs: readonly ViewedJob[],
  room?: number,
  repositories: readonly ListedRepository[] = [
    {repo: REPO, place: join(here, '.git'), here, pruning: undefined},
  ],
) => (await jobList({jobs, repositories, now: NOW}, {room, headers: true})).split('\n');

const SEVERAL = () => [
  job({
    name: '日本語のテスト',
    command: 'echo 日本語の長いコマンド 日本語の長いコマンド',
    tags: ['ci', '夜間'],
  }),
  job({invocation_id: 'c9d4', invocation_short: 'c9d4e1', name: 'build', hook_type: 'post-checkout'}),
  job({
    invocation_id: 'c9d4',
    invocation_short: 'c9d4e1',
    hook_type: 'post-checkout',
    name: 'a-rather-long-name-of-a-job',
    status: 'failed',
    exit_code: 1,
  }),
  job({
    invocation_id: '77c0',
    worktree: '/gone/topic',
    branch: 'topic/with-a-long-name-of-its-own',
    status: 'crashed',
  }),
];

describe('the list of jobs', () => {
  it('takes one line for an invocation of one job, and names no place where all are of this one', async () => {
    expect(
      await drawn([job({}), job({invocation_id: '77c0', invocation_short: '77c0a1', name: 'x'})]),
    ).toEqual([
      'ID      JOB       STATUS       STARTED       TIME   SIZE  COMMAND',
      expect.stringMatching(
        /^3fa9c1 {2}npm-test {2}✓ completed {2}Nov 29 ..:.. {3}12s {2}500 B {2}npm test$/,
      ),
      expect.stringMatching(/^77c0a1 {2}x {9}✓ completed/),
      '',
    ]);
  });

  it('groups by worktree and invocation, this worktree first, with columns as wide everywhere', async () => {
    const [only, ...lines] = await drawn(SEVERAL().reverse());
    expect(only).toMatch(/^ {2}ID {6}JOB /);
    expect(lines.map(line => line.slice(0, 36).trimEnd())).toEqual([
      `> main  ${here}`.slice(0, 36).trimEnd(),
      '  ● 2h ago · post-checkout [c9d4e1]',
      '  │       a-rather-long-name-of-a-jo',
      '  ╰       build',
      expect.stringMatching(/^ {2}3fa9c1 {2}日本語のテスト +/),
      '  topic/with-a-long-name-of-its-own',
      '  3fa9c1  npm-test',
      '',
    ]);
    expect(lines[5]).toMatch(/ {2}\/gone\/topic {2}\(gone\)$/);
    const starts = lines
      .filter(line => / Nov 29 /.test(line))
      .map(line => stringWidth(line.slice(0, line.indexOf('Nov 29'))));
    expect(new Set(starts).size).toBe(1);
  });

  it.each([40, 60, 80, 100, 120, 200, 300])('is nowhere wider than a terminal of %i columns', async room => {
    const lines = await drawn(SEVERAL(), room);
    expect(lines.length).toBe(9);
    for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(room);
    const names = lines.filter(line => /✓|✗|!/.test(line));
    expect(names).toHaveLength(4);
    // The least is who it was and how it ended.
    for (const line of names) expect(line).toMatch(/✓ completed|✗ failed \(1\)|! crashed/);
  });

  it('names each repository where there are several, and one that is not this one', async () => {
    const other = {repo: 'ffff', place: '/gone/other/.git', here: undefined, pruning: undefined};
    const jobs = [job({repo: 'ffff', worktree: '/gone/other', name: 'far'}), job({})];
    const lines = await drawn(jobs, undefined, [
      {repo: REPO, place: join(here, '.git'), here, pruning: undefined},
      other,
    ]);
    expect(lines.map(line => line.split('  ').filter(Boolean).slice(0, 2).join('|'))).toEqual([
      'ID|JOB',
      here,
      '3fa9c1|npm-test',
      '/gone/other|(gone)',
      '3fa9c1|far',
      '',
    ]);
    expect((await drawn(jobs.slice(0, 1), undefined, [other]))[1]).toBe('/gone/other  (gone)');
  });

  it('shows names and paths of others without effect on a terminal', async () => {
    const lines = await drawn([
      job({name: 'a\u001b[2Jb', worktree: '/w/\u001b[31m', branch: 'x\ny', command: 'c\u0007'}),
    ]);
    expect(lines.join('')).not.toMatch(/\p{Cc}/u);
  });
});
