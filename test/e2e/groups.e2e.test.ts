/** Groups of jobs with a limit of their own, priorities, and jobs that are moved in the queue. */
import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, expect, it} from 'vitest';

import {untilCounted} from '../support/coordinator.ts';
import {makeGate} from '../support/gate.ts';
import {Sandbox} from '../support/sandbox.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

it('run no more jobs at once than they may, beside other jobs, whoever coordinates', async () => {
  expect(await sandbox.ok(['parallel', '1', '--group', 'heavy'])).toBe('1\n');
  const gate = makeGate(sandbox);
  await sandbox.submit(['--name', 'a', '--group', 'heavy', '-c', gate.pass]);
  const {stderr} = await sandbox.stint(['run', '--name', 'b', '--group', 'heavy', '--', 'true']);
  expect(stderr).toContain(
    'b is queued: as many jobs of the group heavy run as may (the limit is 1). More at once: stint parallel 2 --group heavy',
  );
  await sandbox.ok(['run', '--wait', '--', 'true']);
  await sandbox.killCoordinator();
  await sandbox.ok(['parallel']);
  await untilCounted(sandbox, {running: 1, queued: 1});
  expect(await sandbox.ok(['groups'])).toBe(
    'GROUP  LIMIT  RUNNING  WAITING  BY\nheavy      1        1        1  stint parallel\n',
  );
  expect(await sandbox.ok(['status', 'b'])).toContain('  group      heavy\n');
  // Of a group that is gone the jobs have no limit.
  expect(await sandbox.ok(['parallel', 'none', '--group', 'heavy'])).toBe('none\n');
  await sandbox.ok(['wait', 'b']);
  expect(JSON.parse(await sandbox.ok(['groups', '--json']))).toEqual([
    {name: 'heavy', parallel: null, source: null, running: 1, waiting: 0},
  ]);
  await gate.open();
  await sandbox.ok(['wait', 'a']);
});

it('are those of the configuration too, unless somebody set another limit', async () => {
  const config = join(sandbox.root, 'config');
  mkdirSync(join(config, 'stint'), {recursive: true});
  writeFileSync(
    join(config, 'stint', 'config.yml'),
    'groups: {heavy: {parallel: 1}, light: {parallel: 8}}\n',
  );
  const env = {XDG_CONFIG_HOME: config};
  const groups = async () =>
    (await sandbox.ok(['groups', '--fields', 'name,parallel,source', '--format', 'csv'])).split('\n');
  await sandbox.ok(['run', '--wait', '--group', 'heavy', '--', 'true'], {env});
  expect(await groups()).toEqual(['name,parallel,source', 'heavy,1,configuration', '']);
  await sandbox.ok(['parallel', '2', '--group', 'heavy']);
  expect(await sandbox.ok(['groups', '-q'], {env})).toBe('heavy\nlight\n');
  await sandbox.killCoordinator();
  expect(await groups()).toEqual(['name,parallel,source', 'heavy,2,set', 'light,8,configuration', '']);
});

it('have to be there, and to be something', async () => {
  await sandbox.ok(['parallel', '1', '--group', 'heavy']);
  for (const [args, code, told] of [
    [['run', '--group', 'havy', '--', 'true'], 3, 'There is no group havy.'],
    [['run', '--group', 'a b', '--', 'true'], 2, 'not the name of a group'],
    [['parallel', '--group', 'havy'], 3, 'Did you mean: heavy'],
    [['parallel', 'none', '--group', 'havy'], 3, 'To make it: stint parallel 1 --group havy'],
    [['parallel', '0', '--group', 'heavy'], 2, 'not a whole number of at least 1'],
    [['parallel', '10001', '--group', 'heavy'], 2, 'at most 10000'],
    [['parallel', '1', '--group', 'a/b'], 2, "'a/b' cannot be the name of a group"],
    [['parallel', 'none'], 2, 'not a whole number of at least 1'],
    [['groups', '--fields', 'nam'], 2, "--fields names 'nam', which no group has."],
  ] as const) {
    const ended = await sandbox.stint(args);
    expect([ended.code, ended.stdout]).toEqual([code, '']);
    expect(ended.stderr).toContain(told);
  }
  expect(await sandbox.list()).toEqual([]);
  expect(await sandbox.ok(['parallel', '--group', 'heavy'])).toBe('1\n');
});

it('of those that wait the highest priority starts first, behind what was moved to the head', async () => {
  await sandbox.ok(['parallel', '1']);
  const gate = makeGate(sandbox);
  await sandbox.submit(['--name', 'runs', '-c', gate.pass]);
  const waiting = (name: string, ...more: readonly string[]) =>
    sandbox.submit(['--name', name, ...more, '-c', `echo ${name} >> order`]);
  await waiting('last');
  await waiting('low', '--priority=-1');
  await waiting('high', '--priority', '10');
  await waiting('moved');
  await waiting('after', '--after', 'moved');
  expect(await sandbox.ok(['status', 'high'])).toContain('  priority   10\n');
  expect(await sandbox.ok(['move', 'moved', '--first'])).toMatch(/^\w{12}:moved is the next to start\n$/);
  expect(await sandbox.ok(['move', 'last', '--last'])).toMatch(/last is number 4 of those that wait\n$/);
  for (const [args, code, told] of [
    [['move', 'runs', '--first'], 3, 'runs is running, and not queued any more.'],
    [['move', 'after', '--first'], 3, 'after does not wait for its turn: other jobs have to end first.'],
    [['move', 'high'], 2, 'Say where: --first or --last.'],
    [['move', 'nobody', '--first'], 3, 'No job matches nobody.'],
  ] as const) {
    const ended = await sandbox.stint(args);
    expect([ended.code, ended.stdout]).toEqual([code, '']);
    expect(ended.stderr).toContain(told);
  }
  await sandbox.killCoordinator();
  await sandbox.ok(['parallel']);
  await untilCounted(sandbox, {running: 1, queued: 5});
  await gate.open();
  await sandbox.ok(['wait', 'after', 'last', 'low', 'high']);
  const order = await sandbox.submit(['--wait', '--', 'cat', 'order']);
  expect((await sandbox.ok(['logs', order])).split('\n').filter(name => name !== 'after')).toEqual([
    'moved',
    'high',
    'low',
    'last',
    '',
  ]);
});

it('are made by two at once, and neither is lost', async () => {
  await sandbox.ok(['parallel']);
  await Promise.all(['a', 'b'].map(name => sandbox.ok(['parallel', '2', '--group', name])));
  await sandbox.killCoordinator();
  expect(await sandbox.ok(['groups', '-q'])).toBe('a\nb\n');
});
