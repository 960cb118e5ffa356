import {mkdirSync, rmSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';

import {afterEach, beforeEach, expect, it} from 'vitest';

import {makeGate} from '../support/gate.ts';
import {fromProgram} from '../support/program.ts';
import {Sandbox, until} from '../support/sandbox.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

async function view(address: string): Promise<Record<string, unknown>> {
  return JSON.parse(await sandbox.ok(['status', address, '--json'])) as Record<string, unknown>;
}

it('runs a job again with its name, tags, options, directory and bytes, in the environment of the caller', async () => {
  const below = join(sandbox.work, 'below');
  mkdirSync(below);
  const given = [
    '--name',
    'job',
    '--tag',
    'ci',
    '--merge',
    '--timeout',
    '1h',
    '--priority',
    '3',
    '--cwd',
    below,
  ];
  const script = 'umask; pwd; echo "$PWD $NOTE $(printenv OLD || echo gone)"; exit 3';
  const first = await sandbox.submit([...given, '--env', 'OLD=1', '-c', script]);
  expect((await sandbox.stint(['wait', '-q', first])).code).toBe(3);
  const again = (await sandbox.ok(['retry', first, '--env', 'NOTE=new'])).trim();
  expect((await sandbox.stint(['wait', again, '-q'])).code).toBe(3);
  expect(await sandbox.ok(['logs', again])).toBe(
    `0022\n${below}\n${below} new gone\n`.replace('0022', umask()),
  );
  const [old, now] = [await view(first), await view(again)];
  for (const field of ['name', 'tags', 'command', 'cwd', 'group']) expect(now[field]).toEqual(old[field]);
  expect(now.invocation_id).not.toBe(old.invocation_id);
});

function umask(): string {
  return `0${process.umask().toString(8).padStart(3, '0')}`;
}

it('runs a graph again: what failed, what was skipped for it, and in their order', async () => {
  const build = await sandbox.submit(['--name', 'build', '-c', 'test -e fixed && echo build >> order']);
  const lint = await sandbox.submit(['--name', 'lint', '--', 'true']);
  const deploy = await sandbox.submit([
    '--name',
    'deploy',
    '--after',
    build,
    '--after',
    lint,
    '-c',
    'cat order',
  ]);
  await sandbox.stint(['wait', '-q', deploy]);
  expect((await view(deploy)).status).toBe('skipped');
  const plan = JSON.parse(await sandbox.ok(['retry', '--failed', '--dry-run', '--json']));
  expect(plan).toMatchObject([
    {name: 'build', retry_of: build, after: []},
    {name: 'deploy', retry_of: deploy, after: ['build']},
  ]);
  expect(await sandbox.list()).toHaveLength(3);
  writeFileSync(join(sandbox.work, 'fixed'), '');
  const ended = await sandbox.stint(['retry', deploy, '--wait', '--json']); // what it waited for in vain comes along
  expect(ended.code).toBe(0);
  const jobs = JSON.parse(ended.stdout) as {address: string; status: string; name: string}[];
  expect(jobs.map(({name, status}) => [name, status])).toEqual([
    ['build', 'completed'],
    ['deploy', 'completed'],
  ]);
  expect(await sandbox.ok(['logs', jobs[1]?.address ?? ''])).toBe('build\n');
  expect(await sandbox.stint(['retry', '--failed'])).toEqual({
    code: 0,
    stdout: '',
    stderr: 'stint: nothing to run again: the newest run of each job of this worktree did not fail\n',
  });
});

it('refuses what goes on, also while its next attempt waits, and what completed unless it is named', async () => {
  const gate = makeGate(sandbox);
  const running = await sandbox.submit(['--name', 'slow', '-c', gate.pass]);
  const refused = await sandbox.stint(['retry', 'slow']);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain(`${running} (running) has not ended: nothing was retried.`);
  await gate.open();
  await sandbox.ok(['wait', '-q', running]);
  const done = await sandbox.stint(['retry', 'slow']);
  expect([done.code, done.stderr]).toEqual([3, expect.stringContaining(`${running} completed`)]);
  const flaky = await sandbox.submit([
    '--name',
    'flaky',
    '--retries',
    '1',
    '--backoff',
    '1h',
    '-c',
    'exit 1',
  ]);
  await until(async () =>
    (await sandbox.list()).some(({name, attempt}) => name === 'flaky' && attempt === 2),
  );
  expect((await sandbox.stint(['retry', 'flaky'])).stderr).toContain('(queued) has not ended');
  await sandbox.ok(['cancel', '-q', flaky]);
  expect((await sandbox.stint(['retry', '--last', '--dry-run'])).stdout).toContain(`${flaky}@2  cancelled`);
  const again = (await sandbox.ok(['retry', '-q', `${running.slice(0, 12)}:slow`])).trim();
  await gate.open();
  expect((await sandbox.stint(['wait', again])).code).toBe(0);
});

it('says what it cannot run again, and submits nothing then', async () => {
  const below = join(sandbox.work, 'below');
  mkdirSync(below);
  const lost = await sandbox.submit(['--name', 'lost', '--cwd', below, '-c', 'exit 1']);
  const bare = await sandbox.submit(['--name', 'bare', '-c', 'exit 1']);
  await sandbox.stint(['wait', '-q', lost, bare]);
  rmSync(below, {recursive: true});
  rmSync(join(dirname(journalOf((await sandbox.stint(['wait', '--json', bare])).stdout)), 'spec.json'));
  const [gone, unknown] = [await sandbox.stint(['retry', lost]), await sandbox.stint(['retry', 'bare'])];
  expect([gone.code, gone.stderr]).toEqual([2, expect.stringContaining(`lost is gone: ${below}`)]);
  expect([unknown.code, unknown.stderr]).toEqual([3, expect.stringContaining('spec.json is gone')]);
  for (const [args, code] of [
    [['retry'], 2],
    [['retry', '--failed', '--last'], 2],
    [['retry', 'nothing'], 3],
  ] as const)
    expect((await sandbox.stint(args)).code).toBe(code);
  expect(await sandbox.list()).toHaveLength(1);
});

it('does the same for a program', async () => {
  const first = await sandbox.submit(['--name', 'job', '-c', 'exit $(printenv CODE || echo 1)']);
  await sandbox.stint(['wait', '-q', first]);
  const told = await fromProgram(
    sandbox,
    `const [job] = await retryJobs({addresses: ['job'], env: {CODE: '0'}});
     const {status} = await job.wait();
     const none = await retryJobs({failed: true});
     const refused = await retryJobs({}).catch(({code}) => code);
     console.log(JSON.stringify({name: job.key.name, status, none: none.length, refused}));`,
  );
  expect(told).toEqual({name: 'job', status: 'completed', none: 0, refused: 'USAGE'});
});

function journalOf(waited: string): string {
  const [job] = JSON.parse(waited) as {log: string}[];
  return job?.log ?? '';
}
