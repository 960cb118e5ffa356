import {readFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, expect, it} from 'vitest';

import {sqliteDriver} from '../../src/store/index.ts';
import {Sandbox} from '../support/sandbox.ts';

const PACKAGE = join(import.meta.dirname, '..', '..', 'package.json');

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

it('prints the version of the package', async () => {
  const {version} = JSON.parse(readFileSync(PACKAGE, 'utf8')) as {version: string};
  for (const word of ['version', '--version', '-V']) expect(await sandbox.ok([word])).toBe(`${version}\n`);
  expect(JSON.parse(await sandbox.ok(['version', '--json']))).toEqual({
    version,
    node: process.versions.node,
    sqlite: {driver: sqliteDriver().name, version: sqliteDriver().version()},
  });
});
