import {mkdirSync, rmSync, writeFileSync} from 'node:fs';

import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';

import {StintError} from '../base/index.ts';
import {type TemporaryDirectory, temporaryDirectory} from '../platform/testing/temporary-directory.ts';
import {readConfiguration} from './configuration.ts';

let directory: TemporaryDirectory;
beforeEach(() => {
  directory = temporaryDirectory();
  vi.stubEnv('XDG_CONFIG_HOME', directory.path);
  mkdirSync(directory.at('stint'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  directory.remove();
});

const path = () => directory.at('stint', 'config.yml');

function configure(text: string): void {
  writeFileSync(path(), text);
}

/** What it says about a configuration that cannot be used. */
async function problems(text: string): Promise<string | undefined> {
  configure(text);
  const error: unknown = await readConfiguration().catch((thrown: unknown) => thrown);
  if (!(error instanceof StintError)) throw new Error('it was taken');
  expect(error).toMatchObject({
    code: 'USAGE',
    message: `The configuration ${path()} cannot be used.`,
  });
  return error.hint?.replaceAll(path(), 'config.yml');
}

describe('the configuration', () => {
  it('is none where there is no file, and no directory', async () => {
    expect(await readConfiguration()).toBeUndefined();
    rmSync(directory.at('stint'), {recursive: true});
    expect(await readConfiguration()).toBeUndefined();
    writeFileSync(directory.at('stint'), '');
    expect(await readConfiguration()).toBeUndefined();
  });

  it.each(['', '# nothing yet\n', '---\n'])('may be empty: %j', async text => {
    configure(text);
    expect(await readConfiguration()).toEqual({path: path()});
  });

  it('tells the place of the event log', async () => {
    configure('event_log_backend: file\nevent_log_dir: /somewhere\nevent_log_sqlite_path: /else/e.db\n');
    expect(await readConfiguration()).toEqual({
      path: path(),
      event_log_backend: 'file',
      event_log_dir: '/somewhere',
      event_log_sqlite_path: '/else/e.db',
    });
  });

  it.each([
    ['drop_env: [A, B_1]\n', ['A', 'B_1']],
    ['drop_env:\n  - A\n', ['A']],
    ['drop_env: []\n', []],
  ])('holds a list: %j', async (text, drop_env) => {
    configure(text);
    expect(await readConfiguration()).toEqual({path: path(), drop_env});
  });

  it('holds a choice', async () => {
    configure('own_scope: true\n');
    expect(await readConfiguration()).toEqual({path: path(), own_scope: true});
    for (const text of ['own_scope: yes\n', 'own_scope: 1\n', 'own_scope:\n'])
      expect(await problems(text)).toBe('config.yml:1:1: own_scope is neither true nor false');
  });

  it('holds texts, and numbers as texts', async () => {
    configure('linger: 5s\nstall_after: 0\non_stall: cancel\nnotify: \'notify-send "$STINT_MESSAGE"\'\n');
    expect(await readConfiguration()).toEqual({
      path: path(),
      linger: '5s',
      stall_after: '0',
      on_stall: 'cancel',
      notify: 'notify-send "$STINT_MESSAGE"',
    });
  });

  it.each([
    [
      'an unknown key',
      'stal_after: 5m\n',
      /^config.yml:1:1: stal_after is not known; allowed are .*drop_env, event_log_backend, .*groups, /,
    ],
    ['a value that is no text', '# one\nnotify: [a, b]\n', /^config.yml:2:1: notify is no text$/],
    [
      'a list that is a text',
      'drop_env: A\n',
      /^config.yml:1:1: drop_env is no list of names of variables, such as \[RUNNER_TRACKING_ID\]$/,
    ],
    ['a list that is missing', 'drop_env:\n', /^config.yml:1:1: drop_env is no list of names of variables/],
    ['what is no name in a list', 'drop_env: [A, B=1]\n', /^config.yml:1:1: drop_env is no list/],
    ['a blank in a list', 'drop_env: [""]\n', /^config.yml:1:1: drop_env is no list/],
    ['a list in a list', 'drop_env: [[A]]\n', /^config.yml:1:1: drop_env is no list/],
    ['no groups', 'groups: heavy\n', /^config.yml:1:1: groups is no list of groups with their limits/],
    ['a group without a limit', 'groups: {heavy: {}}\n', /^config.yml:1:1: groups is no list/],
    ['a limit of none', 'groups: {heavy: {parallel: 0}}\n', /^config.yml:1:1: groups is no list/],
    ['a limit that is no number', 'groups: {heavy: {parallel: two}}\n', /^config.yml:1:1: groups is no list/],
    ['an absurd limit', 'groups: {heavy: {parallel: 1000000}}\n', /^config.yml:1:1: groups is no list/],
    ['a strange name', 'groups: {"a b": {parallel: 1}}\n', /^config.yml:1:1: groups is no list/],
    [
      'more of a group',
      'groups: {heavy: {parallel: 1, colour: red}}\n',
      /^config.yml:1:1: groups is no list/,
    ],
    ['a value that is missing', 'notify:\n', /^config.yml:1:1: notify is no text$/],
    [
      'a key that is no text',
      '? [linger]\n: 5s\n',
      /^config.yml: a key is no text; allowed are .*drop_env, event_log_backend, .*groups, /,
    ],
    ['what is no list of keys', '- linger\n', /^config.yml: it is no list of keys and values$/],
    ['a key twice', 'linger: 5s\nlinger: 6s\n', /^config.yml:2:1: /],
    ['no YAML', 'linger: "5s\n', /^config.yml:\d+:\d+: /],
    ['a tag that nobody knows', 'linger: !seconds 5\n', /^config.yml:1:9: /],
  ])('is refused with the place for %s', async (_, text, expected) => {
    expect(await problems(text)).toMatch(expected);
  });

  it('is refused with everything that is wrong in it', async () => {
    expect((await problems('a: 1\nb: 2\nlinger: []\n'))?.split('\n')).toHaveLength(3);
  });

  it('is refused when it cannot be read', async () => {
    mkdirSync(path());
    await expect(readConfiguration()).rejects.toMatchObject({code: 'USAGE'});
  });

  it('is in the home directory where no other is told by an absolute path', async () => {
    configure('linger: 5s\n');
    mkdirSync(directory.at('.config', 'stint'), {recursive: true});
    writeFileSync(directory.at('.config', 'stint', 'config.yml'), 'linger: 6s\n');
    vi.stubEnv('HOME', directory.path);
    for (const elsewhere of ['', undefined, '.']) {
      vi.stubEnv('XDG_CONFIG_HOME', elsewhere);
      expect(await readConfiguration()).toMatchObject({linger: '6s'});
    }
  });
});
