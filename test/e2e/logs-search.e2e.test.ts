/** Searching a log, and what is printed of it: `--grep`, `--plain`, `--max-bytes`, `--until`. */
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterAll, beforeAll, describe, expect, it} from 'vitest';

import {Sandbox} from '../support/sandbox.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = new Sandbox();
  const long = `${'x'.repeat(65_534)}needle${'y'.repeat(10)}`;
  writeFileSync(join(sandbox.work, 'long'), `${long}\n`);
  await sandbox.ok([
    'run',
    '--wait',
    '-q',
    '--name',
    'job',
    '-c',
    'seq 1 30; echo "say \\"Hi\\"" >&2; cat long',
  ]);
  await sandbox.ok([
    'run',
    '--wait',
    '-q',
    '--name',
    'bytes',
    '-c',
    "printf '\\377needle\\n\\377other\\nlast'",
  ]);
  await sandbox.ok(['run', '--wait', '-q', '--name', 'lines', '-c', 'seq 30']);
  const bars = String.raw`printf 'a\033[31mred\033[0m\n10%%\r100%%\nb 1\nc 1\n\033[2A\033[Kb 2\n\033[Kc 2\nend\n'`;
  await sandbox.ok(['run', '--wait', '-q', '--name', 'bars', '-c', bars]);
});
afterAll(() => sandbox.dispose());

async function logs(...args: string[]): Promise<string[]> {
  return (await sandbox.ok(['logs', ...args])).split('\n').slice(0, -1);
}

describe('--grep', () => {
  it('prints the lines that match, and exits with 3 where none does', async () => {
    expect(await logs('job', '--grep', '^.?7$')).toEqual(['7', '17', '27']);
    expect(await logs('job', '--grep', '"HI"', '-i')).toEqual(['say "Hi"']);
    expect(await logs('job', '--grep', '"Hi"')).toEqual(['say "Hi"']);
    expect(await logs('job', '--grep', '^1$', '-f')).toEqual(['1']);
    for (const more of [[], ['-f'], ['--json'], ['--stdout']]) {
      const {code, stdout} = await sandbox.stint(['logs', 'job', '--grep', 'nothing', ...more]);
      expect([code, stdout]).toEqual([3, '']);
    }
    expect((await sandbox.stint(['logs', 'job', '--grep', 'Hi', '--stdout'])).code).toBe(3);
  });

  it('prints lines around them', async () => {
    expect(await logs('job', '--grep', '^.?7$', '-C1', '--stdout')).toEqual([
      '6',
      '7',
      '8',
      '--',
      '16',
      '17',
      '18',
      '--',
      '26',
      '27',
      '28',
    ]);
    expect(await logs('job', '--grep', '^.?7$', '-C', '1', '-n', '1')).toEqual(['26', '27', '28']);
    const records = (await logs('job', '--grep', '^7$', '-C1', '--json')).map(line => JSON.parse(line));
    expect(records.map(({data}) => data)).toEqual(['6', '7', '8']);
  });

  it('finds what is in a line that is several records, and in bytes that are no text', async () => {
    expect((await logs('job', '--grep', 'needle')).map(line => line.length)).toEqual([65_550]);
    expect(await logs('bytes', '--grep', 'needle')).toEqual(['ÿneedle']);
    expect(await logs('bytes', '--grep', 'last')).toEqual(['last']);
  });

  it('finds in statuses where these are asked for', async () => {
    expect(await logs('job', '--grep', '^# closed$', '--status')).toEqual(['# closed']);
  });

  it('gives up on a pattern that would take for ever, in one sentence', async () => {
    const {code, stderr} = await sandbox.stint(['logs', 'job', '--grep', '(?=(x+)+z)']);
    expect(code).toBe(2);
    expect(stderr).toContain("Gave up on --grep '(?=(x+)+z)': matching it takes too long.");
    expect(await sandbox.stint(['logs', 'job', '--grep', '(x+)+z'])).toMatchObject({code: 3});
  });
});

it('--plain prints what a terminal would show in the end', async () => {
  expect(await logs('bars', '--plain')).toEqual(['ared', '100%', 'b 2', 'c 2', 'end']);
  expect(await logs('bars', '--plain', '--grep', 'ared|2', '-n', '2')).toEqual(['b 2', 'c 2']);
});

it('--max-bytes prints the end in whole lines, and says what was left out', async () => {
  const {stdout, stderr} = await sandbox.stint(['logs', 'lines', '--max-bytes', '10']);
  expect(stdout).toBe('28\n29\n30\n');
  expect(stderr).toBe('stint: 27 lines (72 B) before these were left out by --max-bytes\n');
  const all = await sandbox.stint(['logs', 'bars', '--max-bytes', '1KB']);
  expect(all.stderr).toBe('');
});

it('--until prints what was before, and what is of before may be nothing', async () => {
  expect(await logs('job', '--until', 'now')).toEqual(await logs('job'));
  expect(await logs('job', '--until', '10m')).toEqual([]);
  expect(await logs('job', '--since', 'yesterday', '--until', 'now', '-n', '1', '--stderr')).toEqual([
    'say "Hi"',
  ]);
});

it.each([
  [['--grep', '('], "--grep is '(', which is no regular expression"],
  [['-C', '1'], '--context says something only together with --grep'],
  [['-i'], '--ignore-case says something only together with --grep'],
  [['--grep', 'x', '-C', 'x'], "--context is 'x', not a whole number"],
  [['--grep', 'x', '-C', '99999'], '--context is 99999, more than 1000'],
  [['--since', 'tomorrow'], "--since is 'tomorrow', which lies in the future"],
  [['--since', '10m', '--until', '20m'], '--until is before --since'],
  [['--max-bytes', '0'], "--max-bytes is '0', not a size"],
  [['--max-bytes', '-1'], "--max-bytes is '-1', not a size"],
  [['--max-bytes', '9999TB'], '--max-bytes is 9999TB, more than 1GiB'],
  [['--max-bytes', '1KB', '-f'], 'Give either --max-bytes or --follow, not both'],
  [['--raw', '--plain'], 'Give either --plain or --raw, not both'],
  [['--raw', '-t'], 'Give either --timestamps or --raw, not both'],
  [['--json', '--utc'], 'Give either --utc or --json, not both'],
  [['--json', '--plain'], 'Give either --plain or --json, not both'],
  [['--reader', 'x'], '--reader says something only together with --since-last'],
  [['--since-last', '--reader', '../x'], "--reader is '../x', which is no name of a reader"],
  [['--since-last', '--since', '1h'], 'Give either --since-last or --since, not both'],
  [['--progress', '--grep', 'x'], '--grep is about its output'],
  [['--progress', '--max-bytes', '1KB'], '--max-bytes is about its output'],
])('refuses %j', async (args, sentence) => {
  const {code, stdout, stderr} = await sandbox.stint(['logs', 'job', ...args]);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(sentence);
  expect(stderr).not.toMatch(/\n {4}at /);
});
