import {describe, expect, it} from 'vitest';

import {findCommand} from '../command-line/find-command.ts';
import {COMMANDS} from '../definitions/commands.ts';
import {completionsFor, type Sources} from './completions.ts';
import type {KnownJob} from './known-job.ts';

const job = (name: string, invocation: string, more: Partial<KnownJob> = {}): KnownJob => ({
  invocation,
  name,
  attempt: 1,
  worktree: '/work',
  branch: 'main',
  hook: null,
  by: null,
  tags: [],
  isOpen: false,
  about: () => 'completed 1m ago',
  ...more,
});

const JOBS: readonly KnownJob[] = [
  job('serve', 'aaaaaaaaaaaa', {worktree: '/topic', branch: 'topic/x', isOpen: true, tags: ['web', 'slow']}),
  job('npm-test', 'abbbbbbbbbbb', {isOpen: true, hook: 'pre-push'}),
  job('twice', 'cccccccccccc', {isOpen: true}),
  job('twice', 'dddddddddddd', {isOpen: true}),
  job('npm-test', 'eeeeeeeeeeee', {attempt: 2}),
  job('beef', 'ffffffffffff'),
  job('a:b', '111111111111'),
  job('-dash', '222222222222'),
  job('line\nbreak', '333333333333', {tags: ['tag\nwith', '\u001b[31m']}),
];

const sources: Sources = {
  jobs: () => JOBS,
  commands: COMMANDS,
  find: words => {
    try {
      return findCommand(words);
    } catch {
      return undefined;
    }
  },
  here: () => '/work',
  groups: async () => ['heavy', 'light'],
  topics: async ({db}) => [`topic-of-${String(db)}`],
  variables: () => ['HOME', 'PATH'],
  statuses: ['queued', 'failed', 'crashed'],
  formats: ['table', 'json'],
};

/** The values that are offered for the last of these words. */
async function offer(...words: string[]): Promise<readonly string[]> {
  const current = words.pop() ?? '';
  const completion = await completionsFor(words, current, sources, value => value.startsWith(current));
  return completion.kind === 'words' ? completion.candidates.map(({value}) => value) : [completion.kind];
}

describe('the words that are offered', () => {
  it('are, behind a command that is the first word of others too, these and its own options', async () => {
    expect(await offer('mcp', '')).toEqual(expect.arrayContaining(['install', 'uninstall', '--read-only']));
    expect(await offer('mcp', 'un')).toEqual(['uninstall']);
    expect(await offer('mcp', '--read')).toEqual(['--read-only']);
    expect(await offer('help', 'mcp', '')).toEqual(['install', 'uninstall']);
    expect(await offer('mcp', 'install', '--client', 'co')).toEqual(['codex']);
    expect(await offer('ls', '')).not.toContain('install');
  });

  it('are commands, each first word once, and then those behind it', async () => {
    expect(await offer('')).toEqual(
      expect.arrayContaining(['run', 'ls', 'events', 'progress', 'completions', 'help']),
    );
    expect((await offer('')).filter(word => word === 'events')).toHaveLength(1);
    expect(await offer('events', 'a')).toEqual(['append', 'ack']);
    expect(await offer('help', 'progress', '')).toEqual(['emit', 'report']);
    expect(await offer('help', 'ls', '')).toEqual([]);
    expect(await offer('nonsense', '')).toEqual([]);
    expect(await offer('events', 'nonsense', '')).toEqual([]);
    expect(await offer('--')).toEqual(['--help', '--version']);
  });

  it('are options that were not given yet, or may be again', async () => {
    expect(await offer('wait', '--ti')).toEqual(['--timeout']);
    expect(await offer('wait', '--any', '--an')).toEqual([]);
    expect(await offer('run', '--tag', 'x', '--ta')).toEqual(['--tag']);
    expect(await offer('logs', '-f', '--fo')).toEqual([]);
    expect(await offer('logs', '-f')).toEqual(['-f']);
    expect(await offer('ls', '-')).not.toContain('-q');
    expect(await offer('shutdown', '')).toEqual([
      '--leave',
      '--cancel',
      '--grace',
      '--others',
      '--json',
      '--help',
    ]);
    expect(await offer('logs', '--', '-')).not.toContain('--follow');
  });

  it('are values, behind a blank and behind an equals sign', async () => {
    expect(await offer('ls', '--format', '')).toEqual(['table', 'json']);
    expect(await offer('ls', '--format=j')).toEqual(['--format=json']);
    expect(await offer('run', '--on-stall', '')).toEqual(['notify', 'cancel', 'none']);
    expect(await offer('run', '--tag', '')).toEqual(['web', 'slow']);
    expect(await offer('run', '--env', 'P')).toEqual(['PATH=']);
    expect(await offer('run', '--env=HOME=')).toEqual([]);
    expect(await offer('cancel', '--hook=')).toEqual(['--hook=pre-push']);
    expect(await offer('logs', '--worktree', '')).toEqual(['topic/x', 'main', '/topic', '/work']);
    expect(await offer('logs', '-n', '')).toEqual([]);
    expect(await offer('run', '--cwd=')).toEqual(['directories']);
    expect(await offer('events', 'read', '--db', 'x', '')).toEqual(['topic-of-x']);
    expect(await offer('completions', '')).toEqual(['bash', 'zsh', 'fish']);
  });

  it('leave the command of run to the shell, wherever it begins', async () => {
    const command = async (...words: string[]) =>
      completionsFor(words.slice(0, -1), words.at(-1) ?? '', sources, () => true);
    expect(await command('run', '')).toEqual({kind: 'command', at: 1});
    expect(await command('run', '--tag', 'x', '--', 'ec')).toEqual({kind: 'command', at: 4});
    expect(await command('run', '--now', 'git', '--no-pager', 'lo')).toEqual({kind: 'command', at: 2});
    expect(await command('run', '--', '-')).toEqual({kind: 'command', at: 2});
  });
});

describe('addresses', () => {
  it('are names, those of this worktree first, then invocations with their names, then worktrees', async () => {
    expect(await offer('logs', '')).toEqual([
      'npm-test',
      'twice',
      'serve',
      'aaaaaaaaaaaa:serve',
      'abbbbbbbbbbb:npm-test',
      'cccccccccccc:twice',
      'dddddddddddd:twice',
      'eeeeeeeeeeee:npm-test@2',
      'ffffffffffff:beef',
      '111111111111',
      '222222222222:-dash',
      'topic/x:',
      'main:',
    ]);
  });

  it('go on behind a worktree, an id, and the first digits of one', async () => {
    expect(await offer('logs', 'topic/x:')).toEqual(['topic/x:serve', 'topic/x:aaaaaaaaaaaa:serve']);
    expect(await offer('logs', 'abb:')).toEqual(['abb:npm-test']);
    expect(await offer('logs', 'topic/x:aaaaaaaaaaaa:')).toEqual(['topic/x:aaaaaaaaaaaa:serve']);
    expect(await offer('logs', 'nowhere:')).toEqual([]);
  });

  it('of jobs to be ended are of those that have not, and a name is one that means one', async () => {
    const open = await offer('cancel', '');
    expect(open).toContain('npm-test');
    expect(open).not.toContain('twice');
    expect(open).not.toContain('serve');
    expect(open).toEqual(expect.arrayContaining(['aaaaaaaaaaaa:serve', 'cccccccccccc:twice']));
    expect(open).not.toContain('ffffffffffff:beef');
    expect(await offer('cancel', '--leftovers', 'f')).toEqual(['ffffffffffff:beef']);
  });

  it('are not offered again, nor where no more are taken', async () => {
    expect(await offer('wait', 'npm-test', 'n')).toEqual([]);
    expect(await offer('status', 'npm-test', 'n')).toEqual([]);
  });

  it('may be paths for a report', async () => {
    expect(await offer('progress', 'report', './r')).toEqual(['files']);
    expect(await offer('progress', 'report', 'ser')).toEqual(['serve']);
  });
});

it('nothing with a control character is ever offered', async () => {
  const all = [
    ...(await offer('logs', '--job', '')),
    ...(await offer('logs', '')),
    ...(await offer('run', '--tag', '')),
  ];
  expect(all.filter(value => /\p{Cc}/u.test(value))).toEqual([]);
});

it('what is offered is bounded', async () => {
  const many = Array.from({length: 1000}, (_, at) => job(`job-${at}`, String(at).padStart(12, '0')));
  const asked = (current: string) =>
    completionsFor(['logs'], current, {...sources, jobs: () => many}, value => value.startsWith(current));
  expect(await asked('job')).toMatchObject({candidates: {length: 200}});
  expect(await asked('')).toMatchObject({candidates: {length: 90}});
});
