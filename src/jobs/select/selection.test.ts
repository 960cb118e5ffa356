import {describe, expect, it} from 'vitest';

import type {JobState} from '../../coordinator/domain/index.ts';
import type {ListedJob} from '../../coordinator/reader/index.ts';
import type {ListedRow} from '../../store/index.ts';
import {invocationRowOf, jobRowOf} from '../../store/testing/sample-rows.ts';
import {isSelected, type Selection, type Standpoint, selectedClosedRows} from './selection.ts';

const RUNNING: JobState = {status: 'running', startedAt: 10, pid: 1};
const ENDED: JobState = {status: 'failed', startedAt: 10, finishedAt: 20, closedAt: 25};
const FROM: Standpoint = {here: '/work/app', place: '/work/app/.git'};

const rowOf = (changes: Partial<ListedRow> = {}): ListedRow => {
  const {id: _, cwd: __, number: invocation_number, ...facts} = invocationRowOf();
  return {...jobRowOf(), invocation_number, kept_from: null, pinned_at: null, ...facts, ...changes};
};

const jobOf = (changes: Partial<ListedRow> = {}, more: Partial<ListedJob> = {}): ListedJob => {
  const row = rowOf(changes);
  return {row, name: row.name, state: RUNNING, elsewhere: undefined, ...more} as ListedJob;
};

const patternOf = (matches: (text: string) => boolean) => ({
  matches: (texts: readonly string[]) => texts.map(matches),
});

describe('which jobs are selected', () => {
  const job = jobOf({
    submitted_by: 'codex/1',
    tags: '["a","b"]',
    hook_type: 'post-commit',
    command: 'npm test',
    branch: 'topic/one',
  });

  it.each<[string, Selection, boolean]>([
    ['nothing', {}, true],
    ['one of its tags', {tags: ['z', 'b']}, true],
    ['another tag', {tags: ['c']}, false],
    ['no tag at all', {tags: []}, false],
    ['its name', {names: ['npm']}, true],
    ['a part of its name', {names: ['np']}, false],
    ['its hook', {hook: 'post-commit'}, true],
    ['another hook', {hook: 'post'}, false],
    ['who started it', {by: 'codex'}, true],
    ['another one', {by: 'codex/2'}, false],
    ['its branch', {worktree: 'topic/one'}, true],
    ['the end of its worktree', {worktree: 'app/'}, true],
    ['a part of its worktree', {worktree: 'pp'}, false],
    ['this worktree', {here: true}, true],
    ['what was submitted before', {until: 1767225600001}, true],
    ['what was submitted before that very moment', {until: 1767225600000}, false],
    ['a pattern in its command', {pattern: patternOf(text => text.includes('test'))}, true],
    ['a pattern in its name', {pattern: patternOf(text => text === 'npm')}, true],
    ['a pattern in neither', {pattern: patternOf(() => false)}, false],
    ['its status', {statuses: ['failed', 'running']}, true],
    ['another status', {statuses: ['failed']}, false],
    ['all of several', {names: ['npm'], tags: ['a'], here: true, statuses: ['running']}, true],
    ['all but one of several', {names: ['npm'], tags: ['c'], here: true}, false],
  ])('by %s', (_, selection, isMeant) => {
    expect(isSelected(job, selection, FROM)).toBe(isMeant);
  });

  it('takes the state for true, not the row', () => {
    const gone = jobOf({status: 'running'}, {state: {status: 'crashed', finishedAt: 20}});
    expect(isSelected(gone, {statuses: ['crashed']}, FROM)).toBe(true);
    expect(isSelected(gone, {statuses: ['running']}, FROM)).toBe(false);
    const unknown = jobOf({}, {unreadable: new Error('EACCES')});
    expect(isSelected(unknown, {statuses: ['unknown']}, FROM)).toBe(true);
    expect(isSelected(unknown, {statuses: ['running']}, FROM)).toBe(false);
  });

  it('counts a job of no worktree as one of the place of its repository', () => {
    const outside = jobOf({worktree: null, branch: null});
    expect(isSelected(outside, {here: true}, {here: '/work/x', place: '/work/x'})).toBe(true);
    expect(isSelected(outside, {worktree: 'x'}, {here: '/', place: '/work/x'})).toBe(true);
    expect(isSelected(outside, {here: true}, FROM)).toBe(false);
  });

  it.each<[string, JobState, number, boolean]>([
    ['goes on', RUNNING, 1e15, true],
    ['ended at that moment', ENDED, 20, true],
    ['was over before', ENDED, 21, false],
    ['may have ended then', {...ENDED, unseenEnd: [15, 40]}, 40, true],
    ['ended before for certain', {...ENDED, unseenEnd: [15, 40]}, 41, false],
    ['still runs without its wrapper', {...ENDED, unseenEnd: 'still-runs'}, 1e15, true],
    ['was closed before, whenever it ended', {...ENDED, unseenEnd: 'unknown'}, 26, false],
  ])('since a moment, one that %s', (_, state, since, isMeant) => {
    expect(isSelected(jobOf({}, {state}), {since}, FROM)).toBe(isMeant);
  });
});

it('a row of a closed job is left out only where the job cannot be meant', () => {
  const row = rowOf({status: 'failed', finished_at: 20, closed_at: 25});
  expect(selectedClosedRows([row], {statuses: ['failed'], since: 25}, FROM)).toHaveLength(1);
  expect(selectedClosedRows([row], {statuses: ['failed'], since: 26}, FROM)).toHaveLength(0);
  expect(selectedClosedRows([row], {statuses: ['completed']}, FROM)).toHaveLength(0);
  expect(selectedClosedRows([{...row, status: 'dreaming'}], {statuses: ['unknown']}, FROM)).toHaveLength(1);
});
