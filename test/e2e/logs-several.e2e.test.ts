/** Logs of several jobs, or of one that nobody named: merged by their times. */
import {mkdirSync} from 'node:fs';
import {join} from 'node:path';

import {afterAll, beforeAll, describe, expect, it} from 'vitest';

import {type JobRecord, Sandbox} from '../support/sandbox.ts';

let sandbox: Sandbox;
/** Every record of both jobs with the name of its job, in the order of their times. */
let all: (JobRecord & {name: string})[];

beforeAll(async () => {
  sandbox = new Sandbox();
  const text = (word: string, end: string) =>
    `for n in 1 2 3; do echo ${word} $n; sleep 0.15; done; echo ${word} err >&2; ${end}`;
  await sandbox.submit(['--name', 'one', '--tag', 'pair', '-c', text('one', 'printf open')]);
  await sandbox.submit(['--name', 'two', '--tag', 'pair', '-c', text('two', 'exit 3')]);
  await sandbox.stint(['wait', 'one', 'two', '-q']);
  const lists = await Promise.all(
    ['one', 'two'].map(async name => (await sandbox.records(name)).map(record => ({...record, name}))),
  );
  all = lists.flat().sort((a, b) => a.ts - b.ts || (a.name < b.name ? -1 : 1) || a.seq - b.seq);
});
afterAll(() => sandbox.dispose());

function lines(records = all): string[] {
  return records.filter(({kind}) => kind !== 'status').map(({name, data}) => `${name} | ${data}`);
}

async function logs(...args: string[]): Promise<string[]> {
  return (await sandbox.ok(['logs', ...args])).split('\n').slice(0, -1);
}

describe('several jobs', () => {
  it.each([
    ['by name', ['one', 'two']],
    ['by a tag', ['--tag', 'pair']],
    ['by names', ['--name', 'one,two']],
    ['followed to their ends', ['-f', 'one', 'two']],
    ['of which one is named twice', ['one', 'two', 'one']],
    ['the last invocations', ['--last', '2']],
  ])('%s are merged by time, each line with the name of its job', async (_, args) => {
    expect(await logs(...args)).toEqual(lines());
  });

  it.each([[[]], [['-f']]])('the last lines are those of the merged: %j', async more => {
    expect(await logs('one', 'two', '-n', '4', ...more)).toEqual(lines().slice(-4));
    expect(await logs('one', 'two', '-n', '0', ...more)).toEqual([]);
    expect(await logs('one', 'two', '-n', '1000', ...more)).toEqual(lines());
  });

  it('give records that tell of which job they are', async () => {
    const address = async (name: string) => {
      const job = (await sandbox.list()).find(each => each.name === name);
      return `${job?.invocation_id}:${name}`;
    };
    const addresses = {one: await address('one'), two: await address('two')};
    const expected = all.map(({name, ...record}) =>
      JSON.stringify({...record, job: addresses[name as 'one' | 'two']}),
    );
    expect(await logs('one', 'two', '--json')).toEqual(expected);
    expect(await logs('--tag', 'pair', '--json', '-f', '-n', '3')).toEqual(expected.slice(-3));
    expect(await logs('--failed', '--json')).toEqual(expected.filter(line => line.includes(':two"')));
  });

  it('are searched each by itself', async () => {
    expect(await logs('one', 'two', '--grep', '[23]$')).toEqual(lines().filter(line => /[23]$/.test(line)));
    expect(await logs('one', 'two', '--grep', '[23]$', '-n', '2')).toEqual(
      lines()
        .filter(line => /[23]$/.test(line))
        .slice(-2),
    );
    const around = (await logs('one', 'two', '--grep', '2$', '-C', '1')).filter(line => line !== '--');
    const near = lines().filter(line => / (1|2|3)$/.test(line));
    expect(around).toEqual(near);
  });

  it('fit the filters as well where they are named', async () => {
    expect(await logs('one', 'two', '--failed')).toEqual(lines().filter(line => line.startsWith('two')));
    const {code, stderr} = await sandbox.stint(['logs', 'one', '--failed']);
    expect([code, stderr]).toEqual([3, expect.stringContaining('None of these jobs fits the filters.')]);
    expect((await sandbox.stint(['logs', '--tag', 'nope'])).code).toBe(3);
  });
});

describe('without an address', () => {
  it('it is the newest job of this worktree, else of the repository, and stderr says where', async () => {
    const newest = lines().filter(line => line.startsWith('two'));
    const {stdout, stderr} = await sandbox.stint(['logs']);
    expect(stdout.split('\n').slice(0, -1)).toEqual(newest.map(line => line.replace('two | ', '')));
    expect(stderr).toBe('');
    expect(await logs('-n', '1', '-f')).toEqual(['two err']);
  });

  it('says where nothing was run', async () => {
    const empty = join(sandbox.root, 'empty');
    mkdirSync(empty);
    const {code, stdout, stderr} = await sandbox.stint(['logs'], {cwd: empty});
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toContain('Nothing was run in this repository yet.');
  });
});

describe('times before the lines', () => {
  it('are local, in UTC, or since the start of the first', async () => {
    const [first] = all.filter(({kind}) => kind !== 'status');
    const utc = new Date(first?.ts ?? 0).toISOString().slice(11);
    expect((await logs('one', 'two', '--utc'))[0]).toBe(`${first?.name} | ${utc} ${first?.data}`);
    expect((await logs('one', 'two', '-t'))[0]).toMatch(/^one \| \d\d:\d\d:\d\d\.\d{3} one 1$/);
    expect((await logs('one', 'two', '--relative', '-f'))[0]).toMatch(/^one \| \+0:00:0\d\.\d{3} one 1$/);
  });
});
