/** What the shells ask at every Tab: it is fast, and whatever is broken it is silent. In real shells: test/system/completions.test.ts. */
import {spawnSync} from 'node:child_process';
import {chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest';

import {sqliteDriver} from '../../src/store/index.ts';
import {type RunOptions, Sandbox} from '../support/sandbox.ts';
import {shell} from '../support/shell.ts';

const FLAGS = 'words\n--follow\n';

let sandbox: Sandbox;
beforeAll(() => {
  sandbox = new Sandbox();
});
afterAll(() => sandbox.dispose());

const asked = (line: string, options?: RunOptions) => sandbox.stint(['__complete', 'bash', line], options);

/** No address, no word about it, and commands and options all the same. */
async function expectSilence(options: RunOptions = {}): Promise<void> {
  expect(await asked('stint logs ', options)).toEqual({code: 0, stdout: 'words\n', stderr: ''});
  expect(await asked('stint logs --foll', options)).toEqual({code: 0, stdout: FLAGS, stderr: ''});
  for (const line of ['stint run --tag ', 'stint cancel --hook ', 'stint events read '])
    expect(await asked(line, options)).toEqual({code: 0, stdout: 'words\n', stderr: ''});
}

describe('stint completions', () => {
  it.each(['bash', 'zsh', 'fish'])('prints a script that %s can read', async name => {
    const script = await sandbox.ok(['completions', name]);
    expect(script).toContain(`Completions of stint for ${name}. In ~/`);
    if (spawnSync(name, ['--version']).status !== 0) return; // test/system needs it there
    const path = join(sandbox.root, name);
    writeFileSync(path, script);
    const {status, stderr} = spawnSync(name, ['-n', path], {encoding: 'utf8'});
    expect({status, stderr}).toEqual({status: 0, stderr: ''});
  });

  it('tells the line for each of them', async () => {
    const help = await sandbox.ok(['completions', '--help']);
    for (const line of [
      'eval "$(stint completions bash)"',
      'eval "$(stint completions zsh)"',
      'stint completions fish | source',
    ])
      expect(help).toContain(line);
  });

  it('names the shells that there are', async () => {
    const none = await sandbox.stint(['completions']);
    expect([none.code, none.stdout]).toEqual([2, '']);
    expect(none.stderr).toContain('No shell was named.\n       The shells are: bash, zsh, fish.');
    const unknown = await sandbox.stint(['completions', 'fihs']);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain(
      'There are no completions for "fihs".\n       Did you mean: stint completions fish?',
    );
  });

  it('says so where it cannot be written', async () => {
    const {code, stderr} = await shell(sandbox, 'stint completions bash >/dev/full');
    expect([code, stderr]).toEqual([1, expect.stringContaining('Cannot write to stdout')]);
  });
});

describe('an answer', () => {
  it('knows the jobs that are there, and what became of them', async () => {
    const address = await sandbox.submit([
      '--quiet',
      '--tag',
      'a tag',
      '--name',
      'sleeps',
      '--',
      'sleep',
      '1000',
    ]);
    expect((await asked('stint cancel sl')).stdout).toBe('words\nsleeps\n');
    expect((await asked(`stint status ${address.slice(0, 5)}`)).stdout).toBe(`words\n${address}\n`);
    expect((await asked('stint cancel --tag ')).stdout).toBe('words\na\\ tag\n');
    const told = async () =>
      (await sandbox.stint(['__complete', 'fish', 'stint status sl'])).stdout.split('\n')[1];
    expect(await told()).toMatch(/^sleeps\trunning \d+\w+ ago$/);
    await sandbox.killCoordinator();
    expect(await told()).toMatch(/^sleeps\trunning \d+\w+ ago$/);
    expect(await sandbox.coordinatorPid()).toBeUndefined();
    await sandbox.ok(['cancel', 'sleeps', '--grace', '0s']);
    expect(await told()).toMatch(/^sleeps\tcancelled \d+\w+ ago$/);
    expect((await asked('stint cancel ')).stdout).toBe('words\n');
  });

  it('knows the topics of the event log', async () => {
    await sandbox.ok(['events', 'append', 'builds', '{"kind":"a","payload":1}']);
    expect((await asked('stint events read b')).stdout).toBe('words\nbuilds\n');
  });

  it('goes nowhere without a complaint where nobody reads it', async () => {
    const {code, stderr} = await shell(
      sandbox,
      'stint __complete bash "stint " >&- && stint __complete bash "stint " >/dev/full && stint __complete && stint __complete csh x',
    );
    expect([code, stderr]).toEqual([0, '']);
  });
});

describe('nothing is said, and nothing made,', () => {
  let place = '';
  const env = () => ({env: {STINT_STATE_DIR: place}});
  afterEach(() => rmSync(place, {recursive: true, force: true}));

  it('where nothing was ever run', async () => {
    place = join(sandbox.root, 'nothing');
    await expectSilence(env());
    expect(existsSync(place)).toBe(false);
  });

  it('where the state directory is a file, or open to all', async () => {
    place = join(sandbox.root, 'broken');
    writeFileSync(place, '');
    await expectSilence(env());
    rmSync(place);
    mkdirSync(place);
    chmodSync(place, 0o777);
    await expectSilence(env());
    expect(readdirSync(place)).toEqual([]);
  });

  it('where the home is below /proc, or there is none', async () => {
    for (const HOME of ['/proc/1/nowhere', '', 'relative'])
      await expectSilence({env: {STINT_STATE_DIR: '', XDG_STATE_HOME: '', XDG_CACHE_HOME: '', HOME}});
  });

  it.each([
    ['damaged', 'this is no database, though it is long enough for the head of one'.repeat(100)],
    ['empty', ''],
  ])('where the database is %s', async (_, content) => {
    place = join(sandbox.root, 'damaged');
    await sandbox.ok(['run', '--wait', '--', 'true'], env());
    await sandbox.ok(['shutdown'], env());
    const [repo = ''] = readdirSync(join(place, 'repos'));
    const database = join(place, 'repos', repo, 'coordinator.db');
    for (const end of ['', '-wal', '-shm']) rmSync(`${database}${end}`, {force: true});
    writeFileSync(database, content, {mode: 0o600});
    await expectSilence(env());
  });

  it('where the schema is of another version', async () => {
    place = join(sandbox.root, 'versions');
    await sandbox.ok(['run', '--wait', '--', 'true'], env());
    await sandbox.ok(['shutdown'], env());
    const [repo = ''] = readdirSync(join(place, 'repos'));
    const database = join(place, 'repos', repo, 'coordinator.db');
    for (const version of [1, 99]) {
      const db = sqliteDriver().connect(database, {timeout: 1000});
      db.exec(`PRAGMA user_version = ${version}`);
      db.close();
      await expectSilence(env());
    }
    expect(existsSync(join(place, 'coordinator.sock'))).toBe(false);
  });

  it('where the directory is gone', async () => {
    place = join(sandbox.root, 'gone');
    const script =
      'mkdir gone && cd gone && rmdir ../gone && stint __complete bash "stint logs --foll" && stint __complete zsh "stint logs "';
    const {code, stdout, stderr} = await shell(sandbox, script);
    expect([code, stdout.toString(), stderr]).toEqual([0, `${FLAGS}words\n`, '']);
  });
});
