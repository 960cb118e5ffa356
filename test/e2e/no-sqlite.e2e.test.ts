/**
 * A stint without SQLite: what it says, and that it leaves nothing behind. A Node that has one of its own is told to hide it,
 * which a coordinator is not: there `run` would work.
 */
import {existsSync, mkdirSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest';

import {sqliteDriver} from '../../src/store/index.ts';
import {copyPackageTree, type PackageTree} from '../support/package-tree.ts';
import {type RunOptions, Sandbox} from '../support/sandbox.ts';

const isOwn = sqliteDriver().name === 'node:sqlite';
const WITHOUT = isOwn ? {NODE_OPTIONS: '--no-experimental-sqlite'} : {};
const APPEND = ['events', 'append', 'log', '{"kind":"a","payload":1}'];
const NODE = process.versions.node;
const WHY = isOwn ? `this Node (${NODE}) was built without it` : `Node ${NODE} brings none`;

let tree: PackageTree;
let sandbox: Sandbox;
let options: RunOptions;
beforeAll(() => {
  tree = copyPackageTree();
});
afterAll(() => tree.remove());
beforeEach(() => {
  sandbox = new Sandbox();
  options = {bin: tree.bin, env: WITHOUT};
  rmSync(join(tree.root, 'node_modules'), {recursive: true, force: true});
});
afterEach(() => sandbox.dispose());

const message = (what: string) => `There is no SQLite: ${WHY}, and the package better-sqlite3 ${what}.`;
const hint = (command: string) =>
  `Use Node 24 or newer, or run: npm ${command} --global --allow-scripts=better-sqlite3 better-sqlite3`;

describe('without the package', () => {
  it.each([
    ...(isOwn ? [] : [['run', ['run', '--', 'true'], 1] as const]),
    ...(isOwn ? [] : [['run --wait', ['run', '--wait', '--', 'true'], 125] as const]),
    ['events append', APPEND, 1] as const,
  ])('%s says in one sentence what is missing, and what to do', async (_, args, code) => {
    const ended = await sandbox.stint(args, options);
    expect([ended.code, ended.stdout]).toEqual([code, '']);
    expect(ended.stderr.split('\n').slice(0, -1)).toEqual([
      `stint: ${message('is not installed beside stint')}`,
      `       ${hint('install')}@12   (stint in a project: without --global)`,
    ]);
    expect(existsSync(sandbox.state) ? readdirSync(sandbox.state).sort() : []).toEqual(
      args[0] === 'run' ? ['coordinator.log'] : [],
    );
  });

  it('the error has a code for programs', async () => {
    const {stderr} = await sandbox.stint([...APPEND, '--json'], options);
    expect(JSON.parse(stderr)).toMatchObject({error: {code: 'NO_SQLITE', retryable: false}});
  });

  it('completions are silent', async () => {
    for (const [line, stdout] of [
      ['stint logs ', 'words\n'],
      ['stint logs --foll', 'words\n--follow\n'],
    ] as const)
      expect(await sandbox.stint(['__complete', 'bash', line], options)).toEqual({
        code: 0,
        stdout,
        stderr: '',
      });
  });

  it('doctor and version tell it, and what needs none works', async () => {
    const {code, stdout} = await sandbox.stint(['doctor', '--json'], options);
    expect(code).toBe(1);
    expect((JSON.parse(stdout) as {findings: unknown}).findings).toMatchObject([
      {level: 'ok', about: 'version'},
      {level: 'problem', about: 'sqlite', message: message('is not installed beside stint')},
    ]);
    expect(JSON.parse(await sandbox.ok(['version', '--json'], options))).toMatchObject({sqlite: null});
    expect(await sandbox.ok(['run', '--help'], options)).toContain('Usage: stint run');
  });
});

describe('with a package', () => {
  function install(addon?: string): void {
    const directory = join(tree.root, 'node_modules', 'better-sqlite3');
    const built = join(directory, 'build', 'Release');
    mkdirSync(built, {recursive: true});
    writeFileSync(join(directory, 'package.json'), '{"name": "better-sqlite3", "main": "index.js"}');
    const looksForItself = "throw new Error('Could not locate the bindings file. Tried: here and there')";
    writeFileSync(join(directory, 'index.js'), `module.exports = function () { ${looksForItself}; };`);
    if (addon !== undefined) writeFileSync(join(built, 'better_sqlite3.node'), addon);
  }

  it('that is not compiled, says so', async () => {
    install();
    const {stderr} = await sandbox.stint(APPEND, options);
    expect(stderr).toContain(message('beside stint is not compiled'));
    expect(stderr).toContain(hint('rebuild'));
  });

  it('that cannot be loaded, says why in one line', async () => {
    install('this is no shared object');
    const {stderr} = await sandbox.stint(APPEND, options);
    expect(stderr).toContain('the package better-sqlite3 beside stint cannot be loaded (');
    expect(stderr.trimEnd().split('\n')).toHaveLength(2);
  });
});
