import {spawnSync} from 'node:child_process';
import {mkdirSync, symlinkSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, expect, it} from 'vitest';

import {pathBytes, pathText} from '../../base/index.ts';
import {type TemporaryDirectory, temporaryDirectory} from '../testing/temporary-directory.ts';
import {realPath, withPlainPath} from './plain-path.ts';

let directory: TemporaryDirectory;
let odd: string;
beforeEach(() => {
  directory = temporaryDirectory();
  odd = pathText(Buffer.concat([Buffer.from(`${realPath(directory.path)}/caf`), Buffer.of(0xe9)]));
  mkdirSync(pathBytes(odd));
});
afterEach(() => directory.remove());

it('a link to a directory that is not UTF-8 has its real path', () => {
  const link = join(directory.path, 'link');
  symlinkSync(pathBytes(odd), link);
  expect(realPath(link)).toBe(odd);
});

it('a program is started in a directory that is not UTF-8', () => {
  const {stdout} = withPlainPath(odd, cwd => spawnSync('/bin/pwd', ['-P'], {cwd}));
  expect(stdout.toString('latin1')).toBe(`${Buffer.from(pathBytes(odd)).toString('latin1')}\n`);
});

it('a plain path is given as it is, and one that leads nowhere is told', () => {
  expect(withPlainPath('/no/such/é', path => path)).toBe('/no/such/é');
  expect(() => withPlainPath(`${odd}/none`, () => undefined)).toThrow(/ENOENT/);
});
