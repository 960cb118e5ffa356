import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {submitJobs} from '../../src/jobs/public.ts';
import {makeGate} from '../support/gate.ts';
import {clientOf} from '../support/library-jobs.ts';
import {Sandbox, until} from '../support/sandbox.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

const linesOf = (name: string) => readFileSync(join(sandbox.work, name), 'utf8').trim().split('\n');

describe('run --after', () => {
  it('starts when that job has completed, and says until then for what it waits', async () => {
    const gate = makeGate(sandbox);
    const first = await sandbox.submit(['--name', 'build', '-c', `${gate.pass}; echo build >> order`]);
    const run = await sandbox.stint([
      'run',
      '--name',
      'test',
      '--after',
      'build',
      '-c',
      'echo test >> order',
    ]);
    const need = `after ${first.slice(0, 6)}:build`;
    expect(run.stderr).toContain(`test is queued ${need}`);
    expect(JSON.parse(await sandbox.ok(['status', 'test', '--json']))).toMatchObject({
      status: 'queued',
      queue_position: null,
      queue_reason: need,
      queue_why: 'need',
      queue_needs: [{invocation_id: first.slice(0, 12), name: 'build', end: 'completed'}],
    });
    const told = await sandbox.ok(['status', 'test']);
    expect(told).toContain(`after      ${first.slice(0, 6)}:build has completed`);
    await gate.open();
    await sandbox.ok(['wait', 'test']);
    expect(linesOf('order')).toEqual(['build', 'test']);
  });

  it('skips a job whose need ended otherwise, with the reason, and what needs that; others run', async () => {
    const [build = ''] = (await sandbox.submit(['--name', 'build', '--', 'false'])).split(':');
    await sandbox.submit(['--name', 'test', '--after', build, '--', 'true']);
    await sandbox.submit(['--name', 'publish', '--after', 'test', '--', 'true']);
    await sandbox.submit(['--name', 'clean', '--after-any', 'publish', '--', 'true']);
    const rescue = await sandbox.stint(['run', '--wait', '--after-failed', 'build', '--', 'echo', 'rescued']);
    expect(rescue).toMatchObject({code: 0});
    const waited = await sandbox.stint(['wait', 'publish']);
    expect(waited.code).toBe(125);
    expect(waited.stderr).toContain('publish skipped: ');
    expect(await sandbox.stint(['wait', 'clean'])).toMatchObject({code: 0});
    const rows = new Map((await sandbox.list()).map(row => [row.name, row]));
    expect(rows.get('test')).toMatchObject({status: 'skipped', message: `${build.slice(0, 6)}:build failed`});
    expect(rows.get('publish')?.message).toMatch(/:test was skipped$/);
    const log = await sandbox.ok(['logs', 'test', '--json']);
    expect(log).toContain('"event":"skipped"');
  });

  it('refuses in one sentence what cannot be, and submits nothing', async () => {
    const other = join(sandbox.root, 'other');
    mkdirSync(other);
    const elsewhere = await sandbox.submit(['--', 'true'], {cwd: other});
    const refused = async (...args: string[]) => {
      const {code, stderr} = await sandbox.stint(['run', ...args, '--', 'true']);
      return `${code} ${stderr.split('\n')[0]}`;
    };
    expect(await refused('--after', 'nothing')).toMatch(/^3 stint: No job matches nothing\./);
    expect(await refused('--after', elsewhere)).toMatch(/^2 stint: .* is a job of another repository\./);
    const many = Array.from({length: 1001}, () => ['--after', 'x']).flat();
    expect(await refused(...many)).toBe('2 stint: A job can wait for 1000 others, not for 1001.');
    expect(await refused('--timeout', '0s')).toBe('2 stint: --timeout is no time at all.');
    expect(await refused('--retries', '-1')).toMatch(/^2 stint: /);
    expect(await refused('--retries', '101')).toMatch(/^2 stint: .*100 is the most\./);
    expect(await refused('--backoff', '9d')).toMatch(/^2 stint: .*longer than a week\./);
    expect(await refused('--retry-on', '256')).toMatch(/^2 stint: .*not exit codes from 0 to 255\./);
    expect(await sandbox.list()).toEqual([]);
  });
});

describe('submitJobs', () => {
  const options = () => ({cwd: sandbox.work, state: sandbox.state, env: {...sandbox.environment()}});

  it('runs a hundred jobs as a diamond, each after what it needs and never more at once than may', async () => {
    clientOf(sandbox).close(); // its coordinators carry the sandbox's mark
    await sandbox.ok(['parallel', '3']);
    const step = (name: string) =>
      `echo "+ ${name}" >> log; test $(ls running | wc -l) -lt 3 || echo "! ${name}" >> log; : > running/${name}; sleep 0.01; rm running/${name}; echo "- ${name}" >> log`;
    mkdirSync(join(sandbox.work, 'running'));
    writeFileSync(join(sandbox.work, 'log'), '');
    const middle = Array.from({length: 98}, (_, at) => `m${at}`);
    const jobs = [
      {name: 'bottom', command: step('bottom'), needs: middle},
      ...middle.map(name => ({name, command: step(name), needs: ['top']})),
      {name: 'top', command: step('top')},
    ];
    const submitted = await submitJobs({...options(), jobs});
    expect(submitted.map(({key}) => key.name)).toEqual(jobs.map(({name}) => name));
    expect(new Set(submitted.map(({key}) => key.invocation)).size).toBe(1);
    expect(await submitted[0]?.wait()).toMatchObject({name: 'bottom', status: 'completed'});
    const log = linesOf('log');
    expect(log.filter(line => line.startsWith('!'))).toEqual([]);
    expect(log.filter(line => line.startsWith('+')).length).toBe(100);
    const at = new Map(log.map((line, index) => [line, index]));
    for (const {name, needs = []} of jobs)
      for (const need of needs) expect(at.get(`- ${need}`)).toBeLessThan(at.get(`+ ${name}`) ?? 0);
  });

  it('refuses a graph that cannot be, and submits none of it', async () => {
    const of = (...needs: readonly (readonly [string, ...string[]])[]) =>
      submitJobs({
        ...options(),
        jobs: needs.map(([name, ...rest]) => ({name, command: 'true', needs: rest})),
      });
    await expect(of(['a', 'b'], ['b', 'a'])).rejects.toMatchObject({
      code: 'BAD_NEEDS',
      message: 'These jobs cannot be submitted: a needs b, b needs a: a cycle.',
    });
    await expect(of(['a', 'z'])).rejects.toMatchObject({
      code: 'BAD_NEEDS',
      message: 'These jobs cannot be submitted: a needs z, which is not submitted with it.',
    });
    await expect(of(['a'], ['a'])).rejects.toMatchObject({code: 'USAGE'});
    await expect(of()).rejects.toMatchObject({code: 'USAGE'});
    await expect(submitJobs({...options(), jobs: [{command: 'true', retries: -1}]})).rejects.toMatchObject({
      code: 'USAGE',
    });
    await expect(
      submitJobs({...options(), jobs: [{command: 'true', after: ['nothing']}]}),
    ).rejects.toMatchObject({code: 'NO_MATCH'});
    expect(await sandbox.coordinatorPid()).toBeUndefined();
  });
});

describe('a graph whose coordinator is killed in the middle', () => {
  it('goes on in its order, and each job ran once', async () => {
    clientOf(sandbox).close();
    const gate = makeGate(sandbox);
    const jobs = [
      {name: 'a', command: 'echo a >> order'},
      {name: 'b', command: `${gate.pass}; echo b >> order`, needs: ['a']},
      {name: 'c', command: 'echo c >> order; exit 1', needs: ['b']},
      {name: 'd', command: 'echo d >> order', needs: [{name: 'c', end: 'failed' as const}]},
      {name: 'e', command: 'echo e >> order', needs: ['c']},
    ];
    const submitted = await submitJobs({cwd: sandbox.work, state: sandbox.state, jobs});
    await until(async () =>
      (await sandbox.list()).some(({name, status}) => name === 'b' && status === 'running'),
    );
    await sandbox.killCoordinator();
    await gate.open();
    const [, , , d, e] = submitted;
    expect(await d?.wait()).toMatchObject({status: 'completed'});
    expect(await e?.wait()).toMatchObject({status: 'skipped'});
    expect(linesOf('order')).toEqual(['a', 'b', 'c', 'd']);
  });
});
