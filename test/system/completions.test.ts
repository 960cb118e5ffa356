/** Completions in real shells on a terminal: a line is typed, Tab is pressed, and its words are printed instead of run. */
import {spawnSync} from 'node:child_process';
import {chmodSync, existsSync, mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterAll, beforeAll, describe, expect, it} from 'vitest';

import {Sandbox, STINT, until} from '../support/sandbox.ts';
import {programOnTerminal, type Terminal} from '../support/terminal.ts';

const EVIL = [
  '$(touch executed)',
  '`touch executed`',
  'semicolon; touch executed',
  'a b',
  "it's",
  'double"quote',
  '~root',
  'bang!bang',
  'star*',
  '{x,y}',
  'back\\slash',
  '#hash',
  '& touch executed',
  '\u00fc\u4e2d',
];

interface ShellUnderTest {
  readonly start: readonly string[];
  readonly setup: string;
  readonly args: string;
}

const SHELLS: Readonly<Record<string, ShellUnderTest>> = {
  bash: {
    start: ['bash', '--norc', '--noprofile', '-i'],
    setup: 'eval "$(stint completions bash)"',
    args: `args() { printf '<%s>' "$@"; echo; }`,
  },
  zsh: {
    start: ['zsh', '-f', '-i'],
    setup: 'bindkey -e; eval "$(stint completions zsh)"',
    args: `args() { printf '<%s>' "$@"; echo; }`,
  },
  fish: {
    start: ['fish', '--no-config', '-i'],
    setup: 'stint completions fish | source',
    args: `function args; printf '<%s>' $argv; echo; end`,
  },
};

let sandbox: Sandbox;
let invocation: string;
beforeAll(async () => {
  sandbox = new Sandbox();
  const bin = join(sandbox.root, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'stint'), `#!/bin/sh\nexec '${process.execPath}' '${STINT}' "$@"\n`);
  chmodSync(join(bin, 'stint'), 0o755);
  mkdirSync(join(sandbox.work, 'some directory'));
  writeFileSync(join(sandbox.work, 'records.jsonl'), '');
  const options = ['--wait', '--quiet', '--tag', 'nightly build'];
  await sandbox.submit([...options, '--name', 'npm-test', '--', 'true']);
  for (const name of EVIL) await sandbox.submit([...options, '--name', name, '--', 'true']);
  const jobs = await sandbox.list();
  const found = jobs.find(({name}) => name === 'npm-test');
  invocation = found?.invocation_id ?? '';
  expect(jobs).toHaveLength(EVIL.length + 1);
});
afterAll(() => sandbox.dispose());

describe.each(Object.keys(SHELLS))('completions in %s', name => {
  const isThere = spawnSync('sh', ['-c', `command -v ${name}`]).status === 0;
  const inShell = it.skipIf(!isThere && process.env.CI === undefined);
  const quoted = (text: string) => text.replace(/[^a-z]/gi, '\\$&');
  const inDouble = (text: string) => text.replace(name === 'fish' ? /[$"\\]/g : /[$`"\\]/g, '\\$&');

  inShell('fill in commands, options, addresses, values and files', async () => {
    const completed = await typedIn(name, sandbox);
    for (const [line, words] of [
      ['stint eve', '<events>'],
      ['stint events app', '<events><append>'],
      ['stint logs np', '<logs><npm-test>'],
      ['stint logs "np', '<logs><npm-test>'],
      [`stint logs ${invocation.slice(0, 6)}`, `<logs><${invocation}:npm-test>`],
      [`stint logs ${invocation}:n`, `<logs><${invocation}:npm-test>`],
      [`stint logs "${invocation}:n`, `<logs><${invocation}:npm-test>`],
      ['stint logs --foll', '<logs><--follow>'],
      ['stint ls --format mark', '<ls><--format><markdown>'],
      ['stint ls --format=mark', '<ls><--format=markdown>'],
      ['stint cancel --tag nig', '<cancel><--tag><nightly build>'],
      ['stint cancel --tag="nig', '<cancel><--tag=nightly build>'],
      ['stint run --cwd=som', '<run><--cwd=some directory>'],
      ['stint run --cwd som', '<run><--cwd><some directory>'],
      ['stint run -- ech', '<run><--><echo>'],
      ['stint run --now -- cat rec', '<run><--now><--><cat><records.jsonl>'],
      ['stint progress report ./rec', '<progress><report><./records.jsonl>'],
      ['true; stint logs np', '<logs><npm-test>'],
      ['stint nonsense np', '<nonsense><np>'],
    ] as const) {
      const printed = (await completed(line))?.replace('/>', '>'); // zsh takes the slash away again
      expect({line, printed}).toEqual({line, printed: `<stint>${words}`});
    }
  });

  inShell('quote whatever a name holds, and execute none of it', async () => {
    const completed = await typedIn(name, sandbox);
    for (const [at, evil] of EVIL.entries()) {
      const begun = evil.startsWith('ba') ? evil.slice(0, 3) : [...evil].slice(0, 2).join('');
      const lines = [`stint logs ${quoted(begun)}`];
      if (at % 2 === 0) lines.push(`stint logs "${inDouble(begun)}`);
      else if (!/['\\]/.test(begun)) lines.push(`stint logs '${begun}`);
      for (const line of lines) {
        const printed = await completed(line);
        expect({line, printed}).toEqual({line, printed: `<stint><logs><${evil}>`});
      }
    }
    expect(existsSync(join(sandbox.work, 'executed'))).toBe(false);
  });

  inShell('say nothing where nothing can be read, and know the commands all the same', async () => {
    const state = join(sandbox.root, `broken-${name}`);
    writeFileSync(state, 'no directory');
    const completed = await typedIn(name, sandbox, {STINT_STATE_DIR: state});
    expect(await completed('stint logs np')).toBe('<stint><logs><np>');
    expect(await completed('stint logs --foll')).toBe('<stint><logs><--follow>');
    expect(completed.shown()).not.toMatch(/stint:|rror|broken/);
  });
});

const LIMIT_MS = 30_000;

/** A shell that completes; what it gets typed it completes at its end, and prints the words from `stint` on. */
async function typedIn(name: string, place: Sandbox, env: NodeJS.ProcessEnv = {}) {
  const {start, setup, args} = SHELLS[name] as ShellUnderTest;
  const terminal: Terminal = programOnTerminal(place, [400, 50], start, {
    env: {
      PATH: `${join(place.root, 'bin')}:${process.env.PATH}`,
      HOME: place.root,
      XDG_CONFIG_HOME: place.root,
      XDG_DATA_HOME: place.root,
      LC_ALL: 'C.UTF-8',
      PS1: '$ ',
      CI: '',
      ...env,
    },
  });
  const entered = (line: string) => {
    terminal.type(line);
    terminal.enter();
  };
  entered(`${args}; ${setup}; echo load""ed`);
  await until(() => /[\n\r]loaded\r/.test(plainText(terminal.text)), LIMIT_MS);
  let before = terminal.text.length;
  const printed = () => /[\n\r]((?:<[^\n\r]*>)+)\r/.exec(plainText(terminal.text.slice(before)))?.[1];
  const completed = async (line: string) => {
    before = terminal.text.length;
    terminal.type(`${line}\t`);
    const rest = line.indexOf('stint');
    // To the front, and over what stands there: the words are printed instead.
    terminal.type(`\u0001${'\u001b[C'.repeat(rest)}args `);
    terminal.enter();
    await until(() => printed() !== undefined, LIMIT_MS);
    return printed();
  };
  return Object.assign(completed, {shown: () => plainText(terminal.text)});
}

/** Without what moves and colours. */
function plainText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escapes are what is meant
  return text.replace(/\u001b(\[[0-9;?]*[a-zA-Z]|[()][0-9A-Z]|[=>]|\][^\u0007]*\u0007)/g, '');
}
