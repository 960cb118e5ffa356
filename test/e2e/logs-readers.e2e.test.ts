/** `logs --since-last`: what a reader has not seen yet, each line once, whoever is killed. */
import {appendFileSync, chmodSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {makeGate} from '../support/gate.ts';
import {Sandbox, until} from '../support/sandbox.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

const since = (...more: string[]) => ['logs', 'job', '--since-last', ...more];

/** Kills the reader when it is about to move its cursor. */
function doomed(): NodeJS.ProcessEnv {
  const preload = join(sandbox.root, 'doomed.cjs');
  writeFileSync(
    preload,
    `const fs = require('node:fs');
const {renameSync} = fs;
fs.renameSync = (...args) => {
  if (String(args[1]).includes('/readers/')) process.kill(process.pid, 'SIGKILL');
  return renameSync(...args);
};
`,
  );
  return {NODE_OPTIONS: `--require ${preload}`};
}

async function journalOf(name: string): Promise<string> {
  return String((await sandbox.list()).find(job => job.name === name)?.log);
}

describe('a reader', () => {
  it('gets each line once while a job runs, and an unfinished one when it is whole or the job is over', async () => {
    const [first, second] = [makeGate(sandbox, 'first'), makeGate(sandbox, 'second')];
    await sandbox.submit([
      '--name',
      'job',
      '-c',
      `echo a; ${first.pass}; printf b; ${second.pass}; echo c; printf d`,
    ]);
    await until(async () => (await sandbox.ok(['logs', 'job'])) === 'a\n');
    expect(await sandbox.ok(since())).toBe('a\n');
    expect(await sandbox.ok(since())).toBe('');
    await first.open();
    expect(await sandbox.ok(since())).toBe('');
    await second.open();
    await sandbox.ok(['wait', 'job', '-q']);
    await sandbox.ok(['logs', '-f', 'job']);
    expect(await sandbox.ok(since())).toBe('bc\nd\n');
    expect(await sandbox.ok(since())).toBe('');
    expect(await sandbox.ok(since('--reader', 'other'))).toBe('a\nbc\nd\n');
    const records = (await sandbox.ok(since('--reader', 'json', '--json'))).trimEnd().split('\n');
    expect(records.map(line => JSON.parse(line).seq)).toEqual(records.map((_, at) => at));
    expect(await sandbox.ok(since('--reader', 'json', '--json'))).toBe('');
  });

  it('that is killed before its cursor moved gets the same lines again', async () => {
    await sandbox.ok(['run', '--wait', '-q', '--name', 'job', '-c', 'echo a; echo b']);
    const killed = await sandbox.stint(since(), {env: doomed()});
    expect([killed.code, killed.stdout]).toEqual([null, 'a\nb\n']);
    expect(await sandbox.ok(since())).toBe('a\nb\n');
    expect(await sandbox.ok(since())).toBe('');
  });

  it('sees what is printed of only one stream, of matches or of the last lines as seen', async () => {
    await sandbox.ok(['run', '--wait', '-q', '--name', 'job', '-c', 'seq 1 9; echo err >&2']);
    expect(await sandbox.ok(since('--stderr'))).toBe('err\n');
    expect(await sandbox.ok(since('-n', '2'))).toBe('8\n9\n');
    expect((await sandbox.stint(since('--grep', '.'))).code).toBe(3);
    expect(await sandbox.ok(since('--reader', 'x', '--max-bytes', '4', '--stdout'))).toBe('8\n9\n');
    expect(await sandbox.ok(since('--reader', 'x', '--stdout'))).toBe('');
  });

  it('has a cursor in each of several jobs', async () => {
    for (const name of ['one', 'two'])
      await sandbox.ok(['run', '--wait', '-q', '--name', name, '--', 'echo', name]);
    expect(await sandbox.ok(['logs', 'one', '--since-last'])).toBe('one\n');
    expect(await sandbox.ok(['logs', 'one', 'two', '--since-last'])).toBe('two | two\n');
    expect(await sandbox.ok(['logs', 'one', 'two', '--since-last'])).toBe('');
  });

  it('misses and doubles nothing when two read at once, again and again', async () => {
    await sandbox.ok(['run', '--wait', '-q', '--name', 'job', '--', 'seq', '1', '500']);
    const both = await Promise.all([sandbox.ok(since()), sandbox.ok(since())]);
    expect(both.some(text => text.split('\n').length === 501)).toBe(true);
    expect(await sandbox.ok(since())).toBe('');
  });
});

describe('a log that is not what it was', () => {
  it('is read on where its first segments are gone', async () => {
    await sandbox.ok(['run', '--wait', '-q', '--name', 'job', '--', 'seq', '1', '3000']);
    const journal = await journalOf('job');
    expect((await sandbox.ok(since())).split('\n')).toHaveLength(3001);
    const lines = readFileSync(journal, 'utf8').split('\n');
    const last = Number(JSON.parse(lines.at(-2) ?? '').seq);
    writeFileSync(journal.replace('.jsonl', '-000001.jsonl'), '', {mode: 0o600});
    rmSync(journal);
    appendFileSync(
      journal.replace('.jsonl', '-000001.jsonl'),
      `{"seq":${last + 5},"ts":1,"kind":"stdout","data":"later"}\n{"seq":${last + 6},"ts":1,"kind":"status","data":{"event":"closed"}}\n`,
    );
    expect((await sandbox.stint(since())).stdout).toBe('later\n');
  });

  it('is told anew where it is another one', async () => {
    await sandbox.ok(['run', '--wait', '-q', '--name', 'job', '--', 'seq', '1', '30']);
    await sandbox.ok(since());
    const journal = await journalOf('job');
    writeFileSync(
      journal,
      '{"seq":0,"ts":1,"kind":"stdout","data":"new"}\n{"seq":1,"ts":1,"kind":"status","data":{"event":"closed"}}\n',
    );
    const {stdout, stderr} = await sandbox.stint(since());
    expect(stdout).toBe('new\n');
    expect(stderr).toContain(
      'job: its log is another one than the reader default has read, so all of it is new',
    );
    expect((await sandbox.stint(since())).stdout).toBe('');
  });
});

it('works without a coordinator, and leaves no more than small private files', async () => {
  await sandbox.ok(['run', '--wait', '-q', '--name', 'job', '--', 'echo', 'a']);
  await sandbox.killCoordinator();
  expect(await sandbox.ok(since())).toBe('a\n');
  const directory = join(dirname(await journalOf('job')), 'readers');
  expect(readdirSync(directory).sort()).toEqual(['.lock', 'default.json']);
  chmodSync(join(directory, 'default.json'), 0o644);
  const {code, stdout, stderr} = await sandbox.stint(since());
  expect([code, stdout]).toEqual([4, '']);
  expect(stderr).toContain('can be read or written by others');
});
