/** A stint that was built by another Node: this one keeps what it compiles itself, where it can and where that is safe. */
import {chmodSync, existsSync, mkdirSync, readdirSync, rmSync, statSync} from 'node:fs';
import module from 'node:module';
import {join} from 'node:path';

import {afterAll, afterEach, beforeAll, beforeEach, expect, it} from 'vitest';

import {copyPackageTree, type PackageTree} from '../support/package-tree.ts';
import {Sandbox} from '../support/sandbox.ts';

const canKeep = 'enableCompileCache' in module; // from 22.8 on

let tree: PackageTree;
let sandbox: Sandbox;
beforeAll(() => {
  tree = copyPackageTree();
  const built = join(tree.root, 'dist', 'cli');
  for (const name of readdirSync(built)) if (name.endsWith('.cache')) rmSync(join(built, name));
});
afterAll(() => tree.remove());
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

const files = (place: string) =>
  existsSync(place)
    ? readdirSync(place, {recursive: true}).filter(name => statSync(join(place, String(name))).isFile())
    : [];

it('is run from there, privately, and the same with and without', async () => {
  const home = join(sandbox.root, 'home');
  mkdirSync(home);
  const env = {XDG_CACHE_HOME: '', HOME: home};
  const place = join(home, '.cache', 'stint', 'compiled');
  const said = [];
  for (let time = 0; time < 3; time++) said.push(await sandbox.stint(['ls', '--help'], {bin: tree.bin, env}));
  expect(new Set(said.map(each => JSON.stringify(each))).size).toBe(1);
  expect(files(place).length > 0).toBe(canKeep);
  if (canKeep) expect(statSync(place).mode & 0o777).toBe(0o700);
  await sandbox.ok(['run', '--wait', '--', 'true'], {bin: tree.bin, env});
  expect(await sandbox.ok(['ls', '--format', 'yaml'], {bin: tree.bin, env})).toContain('status: completed');
});

it.each<[string, (home: string) => NodeJS.ProcessEnv]>([
  ['there is no home', () => ({HOME: ''})],
  ['the home cannot be', () => ({HOME: '/proc/nowhere'})],
  ['nothing can be made in it', () => ({HOME: '/proc'})],
  ['it is no directory', () => ({HOME: '/dev/null'})],
  ['it is named from here', () => ({HOME: 'home'})],
  [
    'others may write there',
    home => {
      chmodSync(home, 0o777);
      return {HOME: home};
    },
  ],
  [
    'others may write where it would be kept',
    home => {
      const place = join(home, '.cache', 'stint', 'compiled');
      mkdirSync(place, {recursive: true});
      chmodSync(place, 0o777);
      return {HOME: home};
    },
  ],
])('is not kept where %s, and stint works', async (_, envOf) => {
  const home = join(sandbox.work, 'home');
  mkdirSync(home);
  const env = {...envOf(home), XDG_CACHE_HOME: ''};
  expect(await sandbox.ok(['ls'], {bin: tree.bin, env})).toBe('');
  expect(files(home)).toEqual([]);
});
