/** A coordinator that is killed at every step of a removal: nothing but what was to go is gone, and the next pass finishes it. */
import {readdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, expect, it} from 'vitest';

import {startDoomed} from '../support/kill-point.ts';
import {jobDirectories, runShortly} from '../support/library-jobs.ts';
import {Sandbox, until} from '../support/sandbox.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

const NAMES = ['a', 'b', 'c', 'd', 'e'];

async function runAll(): Promise<void> {
  await runShortly(sandbox, NAMES);
  await until(async () => (await sandbox.list()).every(({closed_at}) => closed_at !== null));
}

/** What lies in the directory of jobs, whatever it is. */
function entries(): string[] {
  const [directory = ''] = jobDirectories(sandbox);
  return readdirSync(join(directory, '..', '..'), {recursive: true, encoding: 'utf8'});
}

it.each([
  ['before the first directory is renamed', 'before', {call: 'renameSync', path: '/jobs/'}],
  ['after it was renamed', 'after', {call: 'renameSync', path: '/jobs/'}],
  [
    'after the last one was, before the rows are removed',
    'after',
    {call: 'renameSync', path: '/jobs/', nth: 2},
  ],
  ['after the rows were removed', 'before', {call: 'unlinkSync', path: '.removing-'}],
  ['after a file was removed', 'after', {call: 'unlinkSync', path: '.removing-'}],
  ['before the directory of a job is', 'before', {call: 'rmdirSync', path: '.removing-'}],
  ['after that was', 'after', {call: 'rmdirSync', path: '.removing-'}],
  ['after the directory of an invocation was', 'after', {call: 'rmdirSync', path: '.removing-', nth: 2}],
] as const)('killed %s', async (_, when, what) => {
  await runAll();
  await sandbox.ok(['shutdown']);
  const {killed} = await startDoomed(sandbox, {when, what});
  const pruning = sandbox.ok(['prune', '--older-than', '0s']); // asks the next coordinator again
  await killed;
  await pruning;
  expect((await sandbox.list()).map(({name}) => name).reverse()).toEqual(['c', 'd', 'e']);
  expect(entries().filter(name => name.includes('.removing-'))).toEqual([]);
  expect(jobDirectories(sandbox)).toHaveLength(3);
  for (const name of ['a', 'b']) expect(await sandbox.ok(['stats', name])).toContain('1 run: 1 completed');
  expect((await sandbox.ok(['doctor'])).match(/PROBLEM/)).toBeNull();
});

it('killed between the files of a job beside which something else lies, it is not half there', async () => {
  await runAll();
  const [first = ''] = jobDirectories(sandbox).filter(path => path.endsWith('/a'));
  writeFileSync(join(first, 'notes.txt'), 'mine');
  await sandbox.ok(['shutdown']);
  const {killed} = await startDoomed(sandbox, {
    when: 'after',
    what: {call: 'renameSync', path: '/a/spec.json'},
  });
  const pruning = sandbox.ok(['prune', '--older-than', '0s']);
  await killed;
  await pruning;
  expect((await sandbox.list()).map(({name}) => name).reverse()).toEqual(['c', 'd', 'e']);
  expect(readdirSync(first)).toEqual(['notes.txt']);
  expect(entries().filter(name => name.includes('.removing-'))).toEqual([]);
  expect(await sandbox.ok(['stats', 'a'])).toContain('1 run: 1 completed');
});
