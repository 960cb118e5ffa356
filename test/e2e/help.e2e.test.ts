import {afterAll, beforeAll, describe, expect, it} from 'vitest';

import {findCommand} from '../../src/cli/command-line/find-command.ts';
import {COMMANDS} from '../../src/cli/definitions/commands.ts';
import {Sandbox} from '../support/sandbox.ts';

let sandbox: Sandbox;
beforeAll(() => {
  sandbox = new Sandbox();
});
afterAll(() => sandbox.dispose());

describe('stint --help', () => {
  it('names every command and nothing that is none, on stdout', async () => {
    const text = await sandbox.ok(['--help']);
    const [, list = ''] = /\nCommands:\n((?: {2}.*\n)+)/.exec(text) ?? [];
    const named = list
      .trimEnd()
      .split('\n')
      .map(line => line.trim().split(/ {2,}/)[0]);
    expect(named).toEqual(COMMANDS.map(({name}) => name));
    for (const word of ['-h', 'help']) expect(await sandbox.ok([word])).toBe(text);
    for (const words of commandLines(text)) expectReal(words);
  });

  it('is what stint prints without a command, as a mistake', async () => {
    const {code, stdout, stderr} = await sandbox.stint([]);
    expect([code, stdout + stderr]).toEqual([2, await sandbox.ok(['--help'])]);
  });
});

describe.each(COMMANDS.map(({name}) => name))('stint %s --help', name => {
  it('names every option that there is, and its examples use real ones', async () => {
    const text = await sandbox.ok([...name.split(' '), '--help']);
    expect(await sandbox.ok(['help', ...name.split(' ')])).toBe(text);
    const definition = COMMANDS.find(each => each.name === name);
    for (const {flags} of definition?.options ?? []) expect(text).toContain(`\n  ${flags} `);
    const lines = commandLines(text.slice(text.indexOf('\nExamples:')));
    expect(lines.length).toBeGreaterThan(0);
    for (const words of lines) expectReal(words);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(120);
  });
});

it('is given also where the rest of the line makes no sense', async () => {
  const text = await sandbox.ok(['logs', '--help']);
  expect(await sandbox.ok(['logs', '--nonsense', '--help'])).toBe(text);
  expect(await sandbox.ok(['logs', 'a', 'b', 'c', '-h'])).toBe(text);
});

describe('a command of two words', () => {
  it('is listed by its first word, which alone is a mistake', async () => {
    const text = await sandbox.ok(['progress', '--help']);
    expect(text).toContain('\n  progress emit    ');
    expect(text).toContain('\n  progress report  ');
    for (const words of [
      ['progress', '-h'],
      ['help', 'progress'],
    ])
      expect(await sandbox.ok(words)).toBe(text);
    const {code, stdout} = await sandbox.stint(['progress']);
    expect([code, stdout]).toEqual([2, text]);
  });

  it('has a second word that is one of those there are', async () => {
    for (const words of [
      ['progress', 'emti'],
      ['help', 'progress', 'emti'],
    ]) {
      const {code, stderr} = await sandbox.stint(words);
      expect([code, stderr]).toEqual([
        2,
        'stint: There is no command progress emti.\n       Did you mean: stint progress emit?\n       There are: progress emit, progress report.\n',
      ]);
    }
  });
});

it('is not given where the command that is to be run is asked for its help', async () => {
  const address = await sandbox.submit(['--wait', 'echo', '--help', '-h']);
  expect(await sandbox.ok(['logs', address])).toBe('--help -h\n');
  const {code, stderr} = await sandbox.stint(['run', '--nonsense', '--', 'echo', '--help']);
  expect([code, stderr]).toEqual([2, "stint: Unknown option '--nonsense'.\n       Run: stint run --help\n"]);
});

/** The words behind `stint` in every example, up to a pipe. */
function commandLines(text: string): string[][] {
  return [...text.matchAll(/^ +stint (.*)$/gm)].map(([, line = '']) => {
    const [example = ''] = line.split(/ {2,}| \| /);
    return example.split(' ');
  });
}

/** The command exists and has the options that are used. */
function expectReal(typed: readonly string[]): void {
  if (typed[0]?.startsWith('<')) return;
  const named = findCommand(typed);
  if (named.kind === 'group') throw new Error(`stint ${typed.join(' ')} is no command`);
  const {command, rest} = named;
  const known = command.options.flatMap(({flags}) => flags.split(/[ ,]+/));
  const end = rest.indexOf('--');
  const own = (end < 0 ? rest : rest.slice(0, end)).filter(word => /^--?[a-z]/.test(word));
  for (const option of own) expect(known, `${command.name} ${option}`).toContain(option);
}
