import {readFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {type KillPoint, startDoomed} from '../support/kill-point.ts';
import {Sandbox} from '../support/sandbox.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

describe('a job that is tried again', () => {
  it.each<[string, KillPoint]>([
    ['before its next attempt is written', {when: 'before', what: {written: '"attempt":2'}}],
    ['before that has a row', {when: 'after', what: {written: '"attempt":2'}}],
    ['before its end is recorded', {when: 'before', what: {written: '"event":"finished"'}}],
    ['after its end is recorded', {when: 'after', what: {written: '"event":"finished"'}}],
    ['after its log is closed', {when: 'after', what: {written: '"event":"closed"'}}],
  ])('runs twice, and no more, when the coordinator is killed %s', async (_, point) => {
    const {killed} = await startDoomed(sandbox, point);
    const command = 'echo run >> runs; test "$(wc -l < runs)" -ge 2 || exit 75';
    const address = await sandbox.submit([
      '--retries',
      '2',
      '--backoff',
      '10ms',
      '--name',
      'x',
      '-c',
      command,
    ]);
    await killed;
    expect(await sandbox.stint(['wait', address])).toMatchObject({code: 0});
    expect((await sandbox.list()).map(({attempt, status}) => [attempt, status])).toEqual([
      [1, 'failed'],
      [2, 'completed'],
    ]);
    expect(readFileSync(join(sandbox.work, 'runs'), 'utf8')).toBe('run\nrun\n');
  });
});

describe('a job whose time is over', () => {
  it.each<[string, KillPoint]>([
    ['before that is recorded', {when: 'before', what: {written: '"event":"cancelling"'}}],
    ['before it gets TERM', {when: 'after', what: {written: '"event":"cancelling"'}}],
    ['after it got TERM', {when: 'before', what: {written: '"event":"finished"'}}],
  ])('has timed out when the coordinator is killed %s', async (_, point) => {
    const {killed} = await startDoomed(sandbox, point);
    const address = await sandbox.submit(['--timeout', '200ms', '--name', 'x', '--', 'sleep', '60']);
    await killed;
    expect((await sandbox.stint(['wait', address])).code).toBe(124);
    const [job] = await sandbox.list();
    expect(job).toMatchObject({status: 'timed_out'});
  });
});
