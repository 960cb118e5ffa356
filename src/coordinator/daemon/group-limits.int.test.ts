import {readFileSync, writeFileSync} from 'node:fs';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {type TemporaryDirectory, temporaryDirectory} from '../../platform/testing/temporary-directory.ts';
import {GroupLimits} from './group-limits.ts';

let directory: TemporaryDirectory;
const heard: (readonly [string, number][])[] = [];
const open = () => new GroupLimits(directory.path, limits => void heard.push([...limits]));

beforeEach(() => {
  directory = temporaryDirectory();
  heard.length = 0;
});

afterEach(() => directory.remove());

describe('the limits of groups', () => {
  it('are those that were set by hand, then those of a configuration, and the next coordinator knows both', () => {
    const groups = open();
    groups.learn({heavy: 4, light: 8});
    groups.set('heavy', 1);
    groups.learn({heavy: 5, light: 8});
    expect(new Map(open().limits)).toEqual(new Map(Object.entries({heavy: 1, light: 8})));
    expect(['heavy', 'light', 'other'].map(name => open().sourceOf(name))).toEqual([
      'set',
      'configuration',
      undefined,
    ]);
  });

  it('of a group that is taken away are gone, until a configuration tells of it again', () => {
    const groups = open();
    groups.set('heavy', 1);
    groups.learn({heavy: 4});
    groups.set('heavy', null);
    expect(groups.names).toEqual([]);
    groups.learn({heavy: 4});
    expect(open().names).toEqual(['heavy']);
  });

  it('are written and told only when they change, and leave other settings as they are', () => {
    writeFileSync(directory.at('settings.json'), '{"parallel":3}\n', {mode: 0o600});
    const groups = open();
    groups.set('heavy', 1);
    groups.set('heavy', 1);
    groups.learn({});
    expect(heard).toEqual([[['heavy', 1]]]);
    expect(JSON.parse(readFileSync(directory.at('settings.json'), 'utf8'))).toEqual({
      parallel: 3,
      groups: {heavy: 1},
      configured_groups: {},
    });
  });

  it('that cannot be ones are passed over in the file, and another program keeps its own', () => {
    const path = directory.at('settings.json');
    writeFileSync(path, '{"groups":{"a":0,"b":-1,"c":"2","d e":1,"f":3,"__proto__":2},"parallel":2}', {
      mode: 0o600,
    });
    expect(open().names).toEqual(['f']);
    writeFileSync(path, '{"theme":"dark"}', {mode: 0o600});
    expect(() => open().set('heavy', 1)).toThrow(expect.objectContaining({code: 'NOT_A_STINT_FILE'}));
    expect(readFileSync(path, 'utf8')).toBe('{"theme":"dark"}');
    expect(heard).toEqual([]);
  });
});
