/** Whose a job is, and what keeps somebody from acting on jobs of others by mistake. */
import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {submit} from '../../src/jobs/public.ts';
import {type Listed, Sandbox} from '../support/sandbox.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

const CLAUDE = {CLAUDECODE: '1', CLAUDE_CODE_SESSION_ID: 's1'};
const ADA = {STINT_BY: 'ada'};

const sleeping = (name: string, env: NodeJS.ProcessEnv = {}) =>
  sandbox.submit(['--name', name, '--', 'sleep', '1000'], {env});

async function names(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string[]> {
  const listed = JSON.parse(await sandbox.ok(['ls', '--json', ...args], {env})) as Listed[];
  return listed.map(({name}) => name).sort();
}

async function statuses(): Promise<Record<string, string>> {
  return Object.fromEntries((await sandbox.list()).map(({name, status}) => [name, status]));
}

it('is said by --by, STINT_BY or the agent around, told by lists and status, and asked for by filters', async () => {
  await sandbox.submit(['--name', 'nobodys', '--', 'true']);
  await sandbox.submit(['--wait', '--name', 'claudes', '--', 'echo', 'hello'], {env: CLAUDE});
  await sandbox.submit(['--name', 'adas', '--', 'true'], {env: {...CLAUDE, ...ADA}});
  await sandbox.submit(['--name', 'gracs', '--by', 'grace', '--', 'true'], {
    env: ADA,
  });
  await sandbox.submit(['--name', 'runs', '--', 'sleep', '1000'], {
    env: {...CLAUDE, CLAUDE_CODE_SESSION_ID: 's2'},
  });
  const by = Object.fromEntries((await sandbox.list()).map(each => [each.name, each.by]));
  expect(by).toEqual({
    nobodys: null,
    claudes: 'claude-code/s1',
    adas: 'ada',
    gracs: 'grace',
    runs: 'claude-code/s2',
  });
  expect(await names(['--mine'], CLAUDE)).toEqual(['claudes']);
  expect(await names(['--by', 'claude-code'])).toEqual(['claudes', 'runs']);
  expect(await sandbox.ok(['logs', '--mine'], {env: CLAUDE})).toContain('hello');
  expect(await sandbox.ok(['status', 'claudes'])).toContain('  by         claude-code/s1\n');
});

it('is refused where it is no name, or nobody is known', async () => {
  for (const [args, env, code, told] of [
    [
      ['run', '--by', 'a\nb', '--', 'true'],
      {},
      2,
      '--by cannot say whose a job is: it holds a control character',
    ],
    [
      ['run', '--', 'true'],
      {STINT_BY: 'x'.repeat(300)},
      2,
      'STINT_BY cannot say whose a job is: it is 300 bytes',
    ],
    [['ls', '--mine'], {}, 2, '--mine was given, and nobody knows who you are'],
    [['ls', '--mine', '--by', 'ada'], ADA, 2, 'Give either --mine or --by'],
    [['cancel', '--all'], {STINT_BY: 'a\x07'}, 2, 'STINT_BY cannot say whose a job is'],
  ] as const) {
    const ended = await sandbox.stint(args, {env});
    expect([ended.code, ended.stderr]).toEqual([code, expect.stringContaining(told)]);
  }
});

it('is said by a program as well', async () => {
  await sandbox.submit(['--wait', '--', 'true']); // its coordinator ends with the sandbox
  const job = await submit({command: ['true'], by: 'a-program', cwd: sandbox.work, state: sandbox.state});
  await job.wait();
  expect((await sandbox.list())[0]?.by).toBe('a-program');
  await expect(submit({command: ['true'], by: 'a\nb', state: sandbox.state})).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringContaining('it holds a control character'),
  });
});

describe('an agent', () => {
  it('ends its own jobs and no others, unless it says so; a person ends what he likes', async () => {
    const [mine, adas, nobodys] = [
      await sleeping('mine', CLAUDE),
      await sleeping('adas', ADA),
      await sleeping('nobodys'),
    ];
    const refused = await sandbox.stint(['cancel', mine, adas, nobodys], {env: CLAUDE});
    expect(refused.code).toBe(4);
    expect(refused.stderr).toContain(
      `You are claude-code/s1, and did not start 2 jobs (${adas} of ada, ${nobodys} of somebody without a name): nothing was done.`,
    );
    expect(refused.stderr).toContain('--others');
    const shutdown = await sandbox.stint(['shutdown', '--cancel'], {env: CLAUDE});
    expect([shutdown.code, shutdown.stderr]).toEqual([4, expect.stringContaining('did not start 2 jobs')]);
    expect(await statuses()).toEqual({mine: 'running', adas: 'running', nobodys: 'running'});

    const all = await sandbox.stint(['cancel', '--all', '--json'], {env: CLAUDE});
    expect([all.code, JSON.parse(all.stdout)]).toEqual([
      0,
      expect.objectContaining({
        count: 1,
        names: [mine],
        others: [
          {name: adas, by: 'ada'},
          {name: nobodys, by: null},
        ],
      }),
    ]);
    const none = await sandbox.stint(['cancel', '--inv', adas.slice(0, 12)], {env: CLAUDE});
    expect([none.code, none.stderr]).toEqual([4, expect.stringContaining(`did not start ${adas} of ada`)]);
    await sandbox.ok(['cancel', '--others', adas], {env: CLAUDE});
    await sandbox.ok(['cancel', nobodys]);
    expect(await statuses()).toEqual({mine: 'cancelled', adas: 'cancelled', nobodys: 'cancelled'});
  });

  it('removes no jobs of others, and takes no pin from them', async () => {
    const adas = await sandbox.submit(['--wait', '--name', 'adas', '--', 'true'], {env: ADA});
    await sandbox.ok(['logs', '-f', adas]);
    await sandbox.ok(['pin', adas], {env: CLAUDE});
    for (const args of [
      ['unpin', adas],
      ['rm', adas],
      ['cancel', '--leftovers', adas],
      ['prune', '--older-than', '1s'],
    ]) {
      const {code, stderr} = await sandbox.stint(args, {env: CLAUDE});
      expect([code, stderr]).toEqual([4, expect.stringContaining('You are claude-code/s1')]);
    }
    await sandbox.ok(['prune'], {env: CLAUDE});
    await sandbox.ok(['prune', '--older-than', '1s', '--dry-run'], {env: CLAUDE});
    await sandbox.ok(['unpin', adas, '--others'], {env: CLAUDE});
    await sandbox.ok(['rm', adas], {env: ADA});
    expect(await sandbox.list()).toEqual([]);
  });

  it('moves no queued job of others', async () => {
    await sandbox.ok(['parallel', '1']);
    await sleeping('running');
    const adas = await sleeping('adas', ADA);
    const refused = await sandbox.stint(['move', adas, '--first'], {env: CLAUDE});
    expect([refused.code, refused.stderr]).toEqual([4, expect.stringContaining('You are claude-code/s1')]);
    for (const [more, env] of [
      [['--others'], CLAUDE],
      [[], ADA],
      [[], {}],
    ] as const)
      expect(await sandbox.ok(['move', adas, '--first', ...more], {env})).toContain('is the next to start');
  });
});

describe('ls --json --fields', () => {
  it('has only these fields and a job on each line: ten jobs in 1.5 KB', async () => {
    await sandbox.submit(['--wait', '--name', 'npm-run-build-0', '--by', 'codex', '--', 'true']);
    for (let at = 1; at < 10; at++)
      await submit({
        command: ['true'],
        name: `npm-run-build-${at}`,
        by: 'claude-code/0b9c7c1e',
        cwd: sandbox.work,
        state: sandbox.state,
      });
    const fields = 'invocation_short,name,status,exit_code,by';
    const text = await sandbox.ok(['ls', '--json', '--fields', fields]);
    const jobs = JSON.parse(text) as Listed[];
    expect(jobs.map(job => Object.keys(job).join())).toEqual(Array.from({length: 10}, () => fields));
    expect(text.trimEnd().split('\n')).toHaveLength(12);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1536);
    expect(await sandbox.ok(['ls', '--json', '--fields', 'name', '--name', 'none'])).toBe('[]\n');
  });
});
