import {chmodSync, existsSync, readFileSync, statSync, writeFileSync} from 'node:fs';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {type TemporaryDirectory, temporaryDirectory} from '../../../platform/testing/temporary-directory.ts';
import {ReaderCursor, readerName} from './reader-cursor.ts';

let directory: TemporaryDirectory;
const cursors: ReaderCursor[] = [];
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => {
  for (const cursor of cursors.splice(0)) cursor.close();
  directory.remove();
});

function open(reader = 'agent'): ReaderCursor {
  const cursor = ReaderCursor.open(directory.path, reader);
  if (cursor === undefined) throw new Error('there is no directory');
  cursors.push(cursor);
  return cursor;
}

describe('a cursor', () => {
  it('is kept in a private file, kind by kind', () => {
    open().advance({stdout: 5}, 9);
    open().advance({stderr: 3}, 9);
    expect(open().seen()).toEqual({stdout: 5, stderr: 3});
    const file = directory.at('readers', 'agent.json');
    expect(readFileSync(file, 'utf8')).toBe('{"stderr":3,"stdout":5}\n');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(directory.at('readers')).mode & 0o777).toBe(0o700);
  });

  it('is one for each reader', () => {
    open('a').advance({stdout: 5}, 9);
    open('a.json').advance({stdout: 1}, 9);
    expect([open('a'), open('a.json'), open('b')].map(each => each.seen())).toEqual([
      {stdout: 5},
      {stdout: 1},
      {},
    ]);
  });

  it('never goes back, whoever of two comes last', () => {
    const [slow, fast] = [open(), open()];
    fast.advance({stdout: 8, stderr: 2}, 9);
    slow.advance({stdout: 5, stderr: 4}, 9);
    expect(open().seen()).toEqual({stdout: 8, stderr: 4});
  });

  it('begins anew where it is beyond the last record that there can be', () => {
    open().advance({stdout: 100, stderr: 7}, 200);
    open().advance({stdout: 3}, 9);
    expect(open().seen()).toEqual({stdout: 3});
  });

  it('is nothing where its file is none, so that all is printed', () => {
    open().advance({stdout: 5}, 9);
    for (const text of ['', 'x', '[1]', '{"stdout":-1}', '{"stdout":"5"}', 'null']) {
      writeFileSync(directory.at('readers', 'agent.json'), text);
      expect(open().seen()).toEqual({});
    }
  });

  it('makes no directory of a job that is gone', () => {
    expect(ReaderCursor.open(directory.at('gone'), 'agent')).toBeUndefined();
    expect(existsSync(directory.at('gone'))).toBe(false);
  });

  it('says before anything is printed where it cannot be kept', () => {
    writeFileSync(directory.at('file'), '');
    expect(() => ReaderCursor.open(directory.at('file'), 'agent')).toThrow(
      expect.objectContaining({
        message: expect.stringContaining('Could not keep how far the reader agent has read'),
      }),
    );
  });

  it('refuses a file that others may use', () => {
    open().advance({stdout: 5}, 9);
    chmodSync(directory.at('readers', 'agent.json'), 0o666);
    expect(() => open().seen()).toThrow(expect.objectContaining({code: 'PERMISSIONS_TOO_OPEN'}));
  });
});

it.each(['', '.', '..', 'a/b', '../a', '.hidden', 'größe', 'a b', 'a\n', 'x'.repeat(121)])(
  '%j is no name',
  name => {
    expect(() => readerName(name)).toThrow(expect.objectContaining({code: 'USAGE'}));
  },
);

it.each(['default', 'a', 'my-agent_2.1', 'x'.repeat(120)])('%s is a name', name => {
  expect(readerName(name)).toBe(name);
});
