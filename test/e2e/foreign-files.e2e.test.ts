/** Files of other programs where stint is told to write: it says so and changes nothing. */
import {mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {Sandbox} from '../support/sandbox.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

function put(name: string, content: string, mode = 0o600): string {
  const path = join(sandbox.work, name);
  mkdirSync(dirname(path), {recursive: true, mode: 0o700});
  writeFileSync(path, content, {mode, encoding: 'latin1'});
  return path;
}

/** All files below the working directory, with what is in them. */
function files(): [string, string][] {
  return readdirSync(sandbox.work, {recursive: true, withFileTypes: true})
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .sort()
    .map(path => [path, readFileSync(path, 'latin1')]);
}

async function expectRefused(args: readonly string[]): Promise<void> {
  const before = files();
  const {code, stderr} = await sandbox.stint([...args, '--json']);
  expect(JSON.parse(stderr)).toMatchObject({error: {code: 'NOT_A_STINT_FILE'}});
  expect(code).toBe(4);
  expect(files()).toEqual(before);
}

/** The head of a database: of which program, and how often its schema was changed. */
function database(application: number, changes: number): string {
  const head = Buffer.alloc(4096);
  head.write('SQLite format 3\0');
  head.writeUInt16BE(4096, 16);
  head.writeUInt32BE(changes, 40);
  head.writeUInt32BE(application, 68);
  return head.toString('latin1');
}

describe('events append', () => {
  it.each([
    ['a text', 'my notes\n', 0o600],
    ['a text that others may read', 'my notes\n', 0o644],
    ['the database of another program', database(0x12345678, 1), 0o644],
    ['a database of nobody in particular', database(0, 3), 0o644],
  ])('refuses %s as its database', async (_, content, mode) => {
    const path = put('notes.db', content, mode);
    await expectRefused(['events', 'append', 'topic', '{"kind":"a","payload":1}', '--db', path]);
  });

  it.each(['log.jsonl', 'log-000002.jsonl', 'torn.jsonl', 'lock'])(
    'refuses a directory in which %s is of another program',
    async name => {
      put(join('log', 'topics', 'topic', name), '{"my":"json file"}');
      const directory = join(sandbox.work, 'log');
      const args = ['events', 'append', 'topic', '{"kind":"a","payload":1}', '--dir', directory];
      const before = readFileSync(join(directory, 'topics', 'topic', name), 'utf8');
      const {code, stderr} = await sandbox.stint([...args, '--json']);
      expect({code, stderr}).toMatchObject({code: 4, stderr: expect.stringContaining('NOT_A_STINT_FILE')});
      expect(readFileSync(join(directory, 'topics', 'topic', name), 'utf8')).toBe(before);
    },
  );
});

describe('progress emit', () => {
  it.each(['a,b\n1,2\n', '{"my":"json file"}', '{\n  "event": "x"\n}\n', database(0, 1), '[1]\n'])(
    'leaves %j alone, and the script goes on',
    async content => {
      const path = put('report', content);
      const env = {STINT_PROGRESS_JSONL: path};
      const {code, stderr} = await sandbox.stint(['progress', 'emit', 'a_start', '--phase', 'a'], {env});
      expect({code, stderr}).toMatchObject({code: 0, stderr: expect.stringContaining("is not stint's")});
      expect(readFileSync(path, 'latin1')).toBe(content);
    },
  );

  it.each(['', '\n', '{"event":"x","more":[1]}\n', '{"event":"x"', '{"ev'])(
    'goes on behind %j',
    async content => {
      const path = put('report', content);
      const env = {STINT_PROGRESS_JSONL: path};
      await sandbox.ok(['progress', 'emit', 'a_start', '--phase', 'a'], {env});
      expect(readFileSync(path, 'latin1')).toMatch(/"event":"a_start".*\n$/);
    },
  );
});

describe('the state directory', () => {
  it('keeps settings of another program', async () => {
    mkdirSync(sandbox.state, {mode: 0o700});
    const path = join(sandbox.state, 'settings.json');
    writeFileSync(path, '// mine\n{"editor": 1}\n', {mode: 0o600});
    expect(await sandbox.stint(['parallel', '3'])).toMatchObject({code: 4});
    expect(readFileSync(path, 'utf8')).toBe('// mine\n{"editor": 1}\n');
  });

  it('in which the log is of another program is used, and the log left alone', async () => {
    mkdirSync(sandbox.state, {mode: 0o700});
    const path = join(sandbox.state, 'coordinator.log');
    writeFileSync(path, 'not yours\n', {mode: 0o600});
    await sandbox.ok(['run', '--wait', '--', 'true']);
    expect(readFileSync(path, 'utf8')).toBe('not yours\n');
  });
});
