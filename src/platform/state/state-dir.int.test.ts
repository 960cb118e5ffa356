import {chmodSync, existsSync, mkdirSync, statSync, symlinkSync, writeFileSync} from 'node:fs';

import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import {type TemporaryDirectory, temporaryDirectory} from '../testing/temporary-directory.ts';
import {findStateDirectory, insideState, openStateDirectory, stateDirectoryPath} from './state-dir.ts';

let directory: TemporaryDirectory;
let state: string;
beforeEach(() => {
  directory = temporaryDirectory();
  state = directory.at('state');
});
afterEach(() => {
  vi.unstubAllEnvs();
  directory.remove();
});

describe('the place of the state directory', () => {
  function placeWith(env: Record<string, string | undefined>): string {
    for (const name of ['STINT_STATE_DIR', 'XDG_STATE_HOME', 'HOME']) vi.stubEnv(name, env[name]);
    return stateDirectoryPath();
  }

  it.each<[Record<string, string | undefined>, string]>([
    [{STINT_STATE_DIR: '/a', XDG_STATE_HOME: '/b', HOME: '/c'}, '/a'],
    [{STINT_STATE_DIR: '/a/../b/'}, '/b'],
    [{STINT_STATE_DIR: 'here'}, `${process.cwd()}/here`],
    [{STINT_STATE_DIR: '', XDG_STATE_HOME: '/b', HOME: '/c'}, '/b/stint'],
    [{XDG_STATE_HOME: 'relative', HOME: '/c'}, '/c/.local/state/stint'],
    [{HOME: '/c'}, '/c/.local/state/stint'],
  ])('with %j is %s', (env, expected) => {
    expect(placeWith(env)).toBe(expected);
  });

  it('is not known without a home', () => {
    expect(() => placeWith({})).toThrow(expect.objectContaining({code: 'STATE_DIR_UNUSABLE'}));
  });
});

describe('the state directory', () => {
  it('is made private, with its parents, and found again', () => {
    const deep = directory.at('a', 'b', 'state');
    expect(findStateDirectory(deep)).toBeUndefined();
    expect(existsSync(directory.at('a'))).toBe(false);
    expect(openStateDirectory(deep)).toBe(deep);
    for (const path of [deep, directory.at('a')]) expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(findStateDirectory(deep)).toBe(deep);
  });

  it('is known by its real path', () => {
    mkdirSync(state, {mode: 0o700});
    symlinkSync(state, directory.at('link'));
    expect(openStateDirectory(directory.at('link'))).toBe(state);
  });

  it('is refused when others may use it, with the chmod to run', () => {
    mkdirSync(state);
    chmodSync(state, 0o755);
    for (const open of [findStateDirectory, openStateDirectory]) {
      expect(() => open(state)).toThrow(
        expect.objectContaining({
          code: 'PERMISSIONS_TOO_OPEN',
          message: `${state} can be read or written by others (mode 755).`,
          hint: `Run: chmod 700 '${state}'`,
        }),
      );
    }
  });

  it.each<[string, () => string, RegExp]>([
    ['it is a file', () => file(state), /state is a file, not a directory\.$/],
    ['a parent is a file', () => `${file(state)}/below`, /a part of its path is a file/],
    ['its links go in a circle', () => circle(), /its symbolic links go in a circle/],
    ['its name is too long', () => directory.at('x'.repeat(300)), /the path is too long/],
  ])('is refused when %s', (_, path, message) => {
    const bad = path();
    for (const open of [findStateDirectory, openStateDirectory]) {
      expect(() => open(bad)).toThrow(
        expect.objectContaining({code: 'STATE_DIR_UNUSABLE', message: expect.stringMatching(message)}),
      );
    }
  });

  it.each(['/proc/nowhere/state', '/proc/self/state', '/proc/1/a/b/state'])(
    'cannot be made at %s, and that is said',
    path => {
      expect(() => openStateDirectory(path)).toThrow(
        expect.objectContaining({code: 'STATE_DIR_UNUSABLE', message: expect.stringContaining(path)}),
      );
    },
  );

  it('is refused when it is a link into nothing', () => {
    symlinkSync(directory.at('gone'), state);
    expect(findStateDirectory(state)).toBeUndefined();
    expect(() => openStateDirectory(state)).toThrow(expect.objectContaining({code: 'STATE_DIR_UNUSABLE'}));
  });

  function file(path: string): string {
    writeFileSync(path, '');
    return path;
  }

  function circle(): string {
    symlinkSync(directory.at('b'), directory.at('a'));
    symlinkSync(directory.at('a'), directory.at('b'));
    return directory.at('a');
  }
});

describe('a path inside the state directory', () => {
  beforeEach(() => mkdirSync(`${state}/repos/real`, {recursive: true, mode: 0o700}));

  it('is what it looks like, whether it exists or not', () => {
    expect(insideState(state, 'repos', 'real')).toBe(`${state}/repos/real`);
    expect(insideState(state, 'repos', 'new', 'deep')).toBe(`${state}/repos/new/deep`);
  });

  it('may lead elsewhere inside', () => {
    symlinkSync(`${state}/repos/real`, `${state}/repos/link`);
    expect(insideState(state, 'repos', 'link')).toBe(`${state}/repos/real`);
    expect(insideState(state, 'repos', 'link', 'new')).toBe(`${state}/repos/real/new`);
  });

  it.each([
    ['itself', ['repos', 'out']],
    ['on the way to what exists', ['repos', 'out', 'there']],
    ['on the way to what is yet to be made', ['repos', 'out', 'new', 'deep']],
  ])('is refused when a link leads out of it: %s', (_, parts) => {
    mkdirSync(directory.at('outside', 'there'), {recursive: true});
    symlinkSync(directory.at('outside'), `${state}/repos/out`);
    expect(() => insideState(state, ...parts)).toThrow(
      expect.objectContaining({
        code: 'STATE_DIR_UNUSABLE',
        message: expect.stringContaining('is a link that leads out of the state directory'),
      }),
    );
  });

  it('is refused when a link leads to what does not exist outside', () => {
    symlinkSync(directory.at('gone'), `${state}/repos/out`);
    expect(() => insideState(state, 'repos', 'out')).toThrow(
      expect.objectContaining({code: 'STATE_DIR_UNUSABLE'}),
    );
  });
});
