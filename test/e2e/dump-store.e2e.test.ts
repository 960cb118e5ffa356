import {afterEach, beforeEach, expect, it} from 'vitest';

import {Sandbox} from '../support/sandbox.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

it('prints every row of a table, one JSON object per line', async () => {
  const address = await sandbox.submit(['--name', 'job', '--sample', '2', '--tag', 'a', '-c', 'exit 3']);
  await sandbox.ok(['logs', '-f', address]);
  const id = address.slice(0, 12);
  const rows = async (table: string) =>
    (await sandbox.ok(['dump-store', table])).split('\n').flatMap(line => (line ? [JSON.parse(line)] : []));
  expect(await rows('jobs')).toEqual([
    expect.objectContaining({
      invocation_id: id,
      name: 'job',
      attempt: 1,
      status: 'failed',
      exit_code: 3,
      tags: '["a"]',
      sample_every: 2,
      command: 'exit 3',
      closed_at: expect.any(Number),
    }),
  ]);
  expect(await rows('invocations')).toEqual([
    expect.objectContaining({id, trigger_command: expect.stringContaining('run'), cwd: sandbox.work}),
  ]);
  expect(await rows('repo_policy')).toEqual([{key: 'place', value: sandbox.work}]);
  expect(JSON.parse(await sandbox.ok(['dump-store', 'jobs', '--json']))).toEqual(await rows('jobs'));
  expect(await sandbox.ok(['dump-store', 'repo_policy', '--format', 'csv'])).toBe(
    `key,value\nplace,${sandbox.work}\n`,
  );
});

it.each<[readonly string[], number, string]>([
  [
    ['sqlite_master'],
    2,
    'There is no table sqlite_master.\n       There are: jobs, invocations, past_runs, repo_policy.\n',
  ],
  [[], 2, 'No table was named.\n       There are: jobs, invocations, past_runs, repo_policy.\n'],
  [['jobs'], 3, 'Nothing was ever run in this repository, so there is no database.\n'],
])('refuses %j', async (args, code, message) => {
  expect(await sandbox.stint(['dump-store', ...args])).toEqual({
    code,
    stdout: '',
    stderr: `stint: ${message}`,
  });
});
