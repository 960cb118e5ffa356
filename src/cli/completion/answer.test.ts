import {describe, expect, it} from 'vitest';

import {findCommand} from '../command-line/find-command.ts';
import {COMMANDS} from '../definitions/commands.ts';
import {answer} from './answer.ts';
import type {Sources} from './completions.ts';

const BREAKS = ' \t\n"\'@><=;|&(:';

const named = (...names: string[]): Sources => ({
  jobs: () =>
    names.map((name, at) => ({
      invocation: `abcdef00000${at}`,
      name,
      attempt: 1,
      worktree: '/w',
      branch: 'topic/x',
      hook: null,
      by: null,
      tags: [name],
      isOpen: false,
      about: () => 'failed 3m ago',
    })),
  commands: COMMANDS,
  find: words => {
    try {
      return findCommand(words);
    } catch {
      return undefined;
    }
  },
  here: () => '/w',
  topics: async () => [],
  groups: async () => [],
  variables: () => [],
  statuses: [],
  formats: ['json'],
});

const bash = (line: string, ...names: string[]) => answer('bash', line, BREAKS, named(...names));

describe('the answer to bash', () => {
  it('is quoted as the line is where the cursor stands', async () => {
    expect(await bash('stint logs \\$', '$(x) "y\'')).toBe('words\n\\$\\(x\\)\\ \\"y\\\'\n');
    expect(await bash('stint logs "\\$', '$(x) "y\'!')).toBe('words\n\\$(x) \\"y\'"\\!"\n');
    expect(await bash("stint logs '$", "$(x) 'y")).toBe("words\n$(x) '\\''y\n");
  });

  it('begins where bash begins to replace', async () => {
    expect(await bash('stint logs topic/x:n', 'npm-test')).toBe('words\nnpm-test\n');
    expect(await bash('stint logs "topic/x:n', 'npm-test')).toBe('words\ntopic/x:npm-test\n');
    expect(await bash('stint logs topic/x\\:n', 'npm-test')).toBe('words\ntopic/x:npm-test\n');
    expect(await bash('stint ls --format=', 'x')).toBe('words\njson\n');
    expect(await answer('bash', 'stint logs topic/x:n', ' ', named('npm-test'))).toBe(
      'words\ntopic/x:npm-test\n',
    );
  });

  it('says when more is to follow without a blank', async () => {
    expect(await bash('stint logs top', 'npm-test')).toBe('open\ntopic/x:\n');
  });

  it('says where a command of its own begins, in words and in characters', async () => {
    expect(await bash('stint run --tag \u{1f600} -- echo a', 'x')).toBe('command 5 21\n');
  });
});

describe('the answer to zsh and fish', () => {
  it('is as it is, with what it is about', async () => {
    expect(await answer('fish', "stint logs 'a", '', named('a b'))).toBe(
      'words\na b\tfailed 3m ago\nabcdef000000:a b\tfailed 3m ago\n',
    );
    expect(await answer('zsh', 'stint logs top', '', named('x'))).toBe('words\nopen\ttopic/x:\t/w\n');
  });

  it('leaves it to them what fits', async () => {
    expect(await answer('fish', 'stint logs TEST', '', named('npm-test'))).toContain('npm-test\t');
    expect(await answer('zsh', 'stint logs n-t', '', named('npm-test'))).toContain('npm-test\t');
    expect(await answer('zsh', 'stint logs t-n', '', named('npm-test'))).toBe('words\n');
    expect(await bash('stint logs TEST', 'npm-test')).toBe('words\n');
  });

  it('does not stumble over what fish has before a command', async () => {
    for (const before of ['A=1 ', 'not ', 'and A=1 command '])
      expect(await answer('fish', `${before}stint logs np`, '', named('npm-test'))).toContain('npm-test');
  });
});

it('is never more than lines of text, whatever is typed', async () => {
  for (const line of [
    '',
    'stint',
    ' ',
    'stint "',
    "stint '",
    'stint \\',
    'stint logs $(',
    'stint run --cwd=\u001b',
    '\u0000',
  ])
    for (const shell of ['bash', 'zsh', 'fish'] as const)
      expect(await answer(shell, line, BREAKS, named('a\u001bb', 'c'))).toMatch(
        /^(words|open|directories|command)([\t\n]|\P{Cc})*$/u,
      );
});
