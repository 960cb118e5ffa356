/** What is asked again and again costs the same however many jobs there are: no query reads a whole table. */
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

import {afterAll, beforeAll, expect, it, vi} from 'vitest';
import type {Parameters} from '../../src/store/driver/port.ts';
import {
  type Connection,
  findCandidates,
  hasUnfinished,
  JOBS_SCHEMA,
  lastNumber,
  listRecent,
  listRemoved,
  listRuns,
  listUnfinished,
  namesBeginning,
  namesOfInvocations,
  namesOfNewest,
  newestInvocations,
  newestRemoved,
  openForWriting,
  type RowFilter,
  rowsOfInvocations,
  unfinishedRows,
} from '../../src/store/index.ts';

let directory: string;
let db: Connection;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'stint-plans-'));
  db = openForWriting(join(directory, 'coordinator.db'), JOBS_SCHEMA);
});
afterAll(() => {
  db.close();
  rmSync(directory, {recursive: true});
});

const newest = (filter: RowFilter) => newestInvocations(db, filter, rows => rows, {limit: 10, most: 0});
const NO_FILTER = Object.fromEntries(
  ['by', 'hook', 'here', 'place', 'worktree', 'path', 'ending', 'until', 'since', 'statuses', 'tags'].map(
    key => [key, null],
  ),
);

it.each<[string, () => unknown, Parameters]>([
  ['the last invocations', () => listRecent(db, 10), [10]],
  ['the runs of a name', () => listRuns(db, 'npm', 10), ['npm', 10]],
  ['candidates for an address', () => findCandidates(db, '3f', 'npm'), [{name: 'npm', prefix: '3f'}]],
  ['what was removed of an invocation', () => listRemoved(db, '3f'), [{prefix: '3f'}]],
  ['the newest that was removed of a name', () => newestRemoved(db, 'npm'), ['npm']],
  ['what is unfinished', () => listUnfinished(db), []],
  ['rows of what is unfinished', () => unfinishedRows(db), []],
  ['the jobs of invocations', () => rowsOfInvocations(db, ['a']), ['["a"]']],
  ['the newest of a name', () => newest({names: ['npm']}), ['npm']],
  ['the newest with a status', () => newest({statuses: ['failed']}), ['failed']],
  ['the newest of any job', () => newest({}), [NO_FILTER]],
  ['whether anything is', () => hasUnfinished(db), []],
  ['the last number', () => lastNumber(db), []],
  ['by what the newest jobs are named', () => namesOfNewest(db, 10), [10]],
  [
    'by what the jobs of an invocation are named',
    () => namesOfInvocations(db, '3f', 10),
    [{prefix: '3f', limit: 10}],
  ],
  ['names that begin so', () => namesBeginning(db, 'np', 10), [{prefix: 'np', end: 'nq', limit: 10}]],
])('an index finds %s', (_, query, values) => {
  const prepare = vi.spyOn(db, 'prepare');
  query();
  const [[statement = ''] = []] = prepare.mock.calls;
  prepare.mockRestore();
  const steps = db.prepare<Parameters, {detail: string}>(`EXPLAIN QUERY PLAN ${statement}`).all(...values);
  expect(steps.length).toBeGreaterThan(0);
  const scans = steps.filter(({detail}) =>
    /^SCAN (?!CONSTANT ROW|beginning$)(?!.* USING )(?!.*VIRTUAL TABLE)/.test(detail),
  );
  expect(scans).toEqual([]);
});
