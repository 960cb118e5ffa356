/** A coordinator that is killed while one job takes the place of another: both promises are kept, and each runs once. */
import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, expect, it} from 'vitest';

import {type KillPoint, startDoomed} from '../support/kill-point.ts';
import {addressIn, Sandbox, until} from '../support/sandbox.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

const POINTS: readonly (readonly [string, KillPoint])[] = [
  ['before the wish to end the other is recorded', {when: 'before', what: {written: '"cancelling"'}}],
  ['after that was recorded', {when: 'after', what: {written: '"cancelling"'}}],
  ['before the end of the other is recorded', {when: 'before', what: {written: '"finished"'}}],
];

it.each(POINTS)('%s', async (_, point) => {
  const {killed} = await startDoomed(sandbox, point);
  const first = await sandbox.submit(['--name', 'web', '-c', 'echo one >> ran; touch up; exec sleep 1000']);
  await until(() => existsSync(join(sandbox.work, 'up')));
  const second = await sandbox.stint([
    'run',
    '--name',
    'web',
    '--if-running',
    'replace',
    '-c',
    'echo two >> ran',
  ]);
  await killed;
  expect((await sandbox.stint(['wait', addressIn(second)])).code).toBe(0);
  expect((await sandbox.stint(['wait', '-q', first])).code).toBe(143);
  expect(readFileSync(join(sandbox.work, 'ran'), 'utf8')).toBe('one\ntwo\n');
});
