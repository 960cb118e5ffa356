import {
  chmodSync,
  chownSync as chown,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {makeFifosSync} from '../platform/index.ts';
import {type TemporaryDirectory, temporaryDirectory} from '../platform/testing/temporary-directory.ts';
import {readOthersFile, replaceOthersFile} from './others-file.ts';

let directory: TemporaryDirectory;
let path: string;
beforeEach(() => {
  directory = temporaryDirectory();
  path = directory.at('settings.json');
});
afterEach(() => directory.remove());

const replace = (content: string) => replaceOthersFile(readOthersFile(path), content);

describe('a file of another program', () => {
  it('keeps its mode', () => {
    writeFileSync(path, 'old');
    chmodSync(path, 0o664);
    expect(replace('new')).toBe(true);
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(statSync(path).mode & 0o7777).toBe(0o664);
    expect(readdirSync(directory.path)).toEqual(['settings.json']);
  });

  it.runIf(process.getuid?.() === 0)('keeps its owner, and a new one is that of its directory', () => {
    writeFileSync(path, 'old');
    const {uid, gid} = {uid: 12_345, gid: 54_321};
    chown(path, uid, gid);
    expect(replace('new')).toBe(true);
    expect(statSync(path)).toMatchObject({uid, gid});
    chown(directory.path, uid, gid);
    path = directory.at('another.json');
    expect(replace('new')).toBe(true);
    expect(statSync(path)).toMatchObject({uid, gid});
  });

  it('is the one that links lead to, also where it is yet to be made', () => {
    mkdirSync(directory.at('dotfiles'));
    symlinkSync('dotfiles/link', path);
    symlinkSync('settings', directory.at('dotfiles', 'link'));
    expect(readOthersFile(path).bytes).toBeUndefined();
    expect(replace('new')).toBe(true);
    expect(readFileSync(directory.at('dotfiles', 'settings'), 'utf8')).toBe('new');
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
  });

  it('is not replaced where it is not what was read any more', () => {
    const before = readOthersFile(path);
    writeFileSync(path, 'came');
    expect(replaceOthersFile(before, 'new')).toBe(false);
    const came = readOthersFile(path);
    writeFileSync(path, 'gone');
    expect(replaceOthersFile(came, 'new')).toBe(false);
    expect(readFileSync(path, 'utf8')).toBe('gone');
    expect(readdirSync(directory.path)).toEqual(['settings.json']);
  });

  it('is replaced over what a killed one left beside it, and not over anything else', () => {
    writeFileSync(directory.at('.settings.json.stint.new'), 'half', {mode: 0o644});
    writeFileSync(directory.at('settings.json.new'), 'of somebody', {mode: 0o644});
    expect(replace('new')).toBe(true);
    expect(readdirSync(directory.path).sort()).toEqual(['settings.json', 'settings.json.new']);
    expect(readFileSync(directory.at('settings.json.new'), 'utf8')).toBe('of somebody');
  });

  it('has to be a file', () => {
    makeFifosSync([path]);
    expect(() => readOthersFile(path)).toThrow('it is no regular file');
    path = directory.path;
    expect(() => readOthersFile(path)).toThrow();
  });
});
