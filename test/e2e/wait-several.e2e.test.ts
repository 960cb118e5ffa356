import {afterEach, beforeEach, expect, it} from 'vitest';

import {untilCounted} from '../support/coordinator.ts';
import {makeGate} from '../support/gate.ts';
import {Sandbox} from '../support/sandbox.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

it('waits for what goes on with a tag or in a group, and for nothing where nothing does', async () => {
  await sandbox.ok(['parallel', '4', '--group', 'heavy']);
  const [one, two] = [makeGate(sandbox, 'one'), makeGate(sandbox, 'two')];
  await sandbox.submit(['--name', 'a', '--tag', 'ci', '--group', 'heavy', '-c', `${one.pass}; exit 4`]);
  await sandbox.submit(['--name', 'b', '--tag', 'ci', '-c', two.pass]);
  await sandbox.submit(['--wait', '--name', 'c', '--tag', 'ci', '--', 'true']);
  const group = sandbox.stint(['wait', '--group', 'heavy', '--tag', 'ci', '--here']);
  const tag = sandbox.stint(['wait', '--tag', 'ci', '--json']);
  await untilCounted(sandbox, {running: 2, connections: 3});
  await one.open();
  expect(await group).toMatchObject({code: 4, stderr: 'stint: a failed with exit code 4\n'});
  await two.open();
  const told = await tag;
  expect(told.code).toBe(4);
  const names = (JSON.parse(told.stdout) as {name: string}[]).map(({name}) => name);
  expect(names.sort()).toEqual(['a', 'b']);
  expect(await sandbox.stint(['wait', '--tag', 'ci', '--group', 'heavy'])).toEqual({
    code: 0,
    stdout: '',
    stderr:
      'stint: nothing to wait for: no job of this repository with the tag ci and of the group heavy goes on\n',
  });
  expect((await sandbox.stint(['wait', '--tag', 'ic'])).code).toBe(125);
  expect((await sandbox.stint(['wait', '--tag', 'ci', 'a'])).stderr).toContain('not both');
});

it('fails fast: ends with the first that does not complete, and says which still go on', async () => {
  const [one, two] = [makeGate(sandbox, 'one'), makeGate(sandbox, 'two')];
  const slow = await sandbox.submit(['--name', 'slow', '-c', one.pass]);
  const bad = await sandbox.submit(['--name', 'bad', '-c', `${two.pass}; exit 7`]);
  const good = await sandbox.submit(['--name', 'good', '--', 'true']);
  const waiting = sandbox.stint(['wait', '--fail-fast', slow, bad, good]);
  await sandbox.ok(['wait', '-q', good]);
  await two.open();
  expect(await waiting).toEqual({
    code: 7,
    stdout: '',
    stderr: `stint: bad failed with exit code 7\nstint: good completed\nstint: slow (running) goes on. To wait again: stint wait ${slow}\n`,
  });
  await one.open();
  expect((await sandbox.stint(['wait', '--fail-fast', slow, good])).code).toBe(0);
  expect((await sandbox.stint(['wait', '--any', '--fail-fast', slow])).stderr).toContain('not several');
});
