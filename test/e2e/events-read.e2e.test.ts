/** Looking at the event log and after it: topics, read, ack, compact, verify, describe. */
import {existsSync, mkdirSync, readdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {openDatabase} from '../../src/store/testing/open-database.ts';
import {isInstalled} from '../support/programs.ts';
import {Sandbox} from '../support/sandbox.ts';
import {shell} from '../support/shell.ts';
import {onTerminal} from '../support/terminal.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

async function events(line: string) {
  return sandbox.stint(['events', ...line.split(' ')]);
}

async function ok(line: string): Promise<string> {
  return sandbox.ok(['events', ...line.split(' ')]);
}

/** Ids of the entries that were printed. */
async function ids(line: string): Promise<number[]> {
  return [...(await ok(line)).matchAll(/^\{"id":(\d+),/gm)].map(([, id]) => Number(id));
}

/** Appends entries of the kinds named by the letters. */
async function append(topic: string, kinds: string, ...options: string[]): Promise<void> {
  const input = join(sandbox.work, 'input.jsonl');
  writeFileSync(input, [...kinds].map(kind => `{"kind":"${kind}","payload":"${kind}"}\n`).join(''));
  const script = `stint events append ${topic} ${options.join(' ')} < '${input}'`;
  const {code, stderr} = await shell(sandbox, script);
  expect([code, stderr]).toEqual([0, '']);
}

describe('stint events read', () => {
  it('prints entries as JSON lines: all, behind an id, so many, the last, of some kinds', async () => {
    await append('t', 'abcabcab');
    const [first] = (await ok('read t')).split('\n');
    expect(JSON.parse(first ?? '')).toEqual({
      id: 1,
      kind: 'a',
      payload: 'a',
      headers: {},
      occurred_at_ms: expect.any(Number),
    });
    for (const [line, wanted] of [
      ['read t', [1, 2, 3, 4, 5, 6, 7, 8]],
      ['read t --json', [1, 2, 3, 4, 5, 6, 7, 8]],
      ['read t --after 6', [7, 8]],
      ['read t --after 8', []],
      ['read t --after 9', []],
      ['read t --limit 2', [1, 2]],
      ['read t --limit 0', []],
      ['read t --after 2 --limit 2', [3, 4]],
      ['read t --last 3', [6, 7, 8]],
      ['read t --last 0', []],
      ['read t --last 3 --after 7', [8]],
      ['read t --kind b', [2, 5, 8]],
      ['read t --kind b --kind c --limit 3', [2, 3, 5]],
      ['read t --kind a --last 2', [4, 7]],
      ['read t --kind a --last 2 --after 4', [7]],
      ['read t --kind x --last 2', []],
    ] as const)
      expect([line, await ids(line)]).toEqual([line, wanted]);
  });

  it('finds the last of a kind far from the end, and reads more than a page', async () => {
    await append('t', `${'a'.repeat(5)}${'b'.repeat(2500)}`);
    expect(await ids('read t --kind a --last 2')).toEqual([4, 5]);
    expect(await ids('read t --after 2 --limit 2200')).toHaveLength(2200);
    expect(await ids('read t --kind b --last 2100')).toHaveLength(2100);
  });

  it('says in words that there is no such topic, with those that may be meant', async () => {
    const {code, stdout, stderr} = await events('read builds');
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toBe(
      'stint: There is no topic builds.\n       Nothing was appended yet. Run: stint events append builds\n',
    );
    await append('builds', 'a');
    for (const line of ['read bilds', 'verify bilds', 'ack bilds me', 'compact bilds 1']) {
      const told = await events(line);
      expect([line, told.code, told.stdout]).toEqual([line, 3, '']);
      expect(told.stderr).toBe('stint: There is no topic bilds.\n       Did you mean: builds?\n');
    }
  });

  it('ends quietly when its reader has enough', async () => {
    await append('t', 'a'.repeat(5000));
    const {code, stderr, stdout} = await shell(sandbox, 'stint events read t | head -n 1');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.toString()).toMatch(/^\{"id":1,/);
  });

  it.skipIf(!isInstalled('python3'))(
    'prints a line for people on a terminal, without anything that steers it',
    async () => {
      const entry = JSON.stringify({
        kind: 'a\u001b[2J',
        payload: '\u001b[2J',
        headers: {by: 'me'},
        occurred_at_ms: 0,
      });
      await sandbox.ok(['events', 'append', 't', entry]);
      const terminal = onTerminal(sandbox, [120, 20], ['events', 'read', 't']);
      expect(await terminal.ended).toBe(0);
      expect(terminal.lines[0]).toMatch(
        /^1 {2}(Jan 1|Dec 31) \d\d:00:00\.000 {2}a\\x1b\[2J {2}"\\u001b\[2J" {2}by=me$/,
      );
      const asJson = onTerminal(sandbox, [120, 20], ['events', 'read', 't', '--json']);
      expect(await asJson.ended).toBe(0);
      expect(asJson.lines[0]).toMatch(/^\{"id":1,/);
    },
  );
});

describe('where nothing was appended yet', () => {
  it('looking makes nothing on the disk', async () => {
    expect(await ok('topics --json')).toBe('[]\n');
    expect(await ok('verify --json')).toBe('[]\n');
    expect(JSON.parse(await ok('describe --json'))).toEqual({
      backend: 'sqlite',
      location: join(sandbox.state, 'events.db'),
      size_bytes: null,
      topics: 0,
      queued: 0,
    });
    for (const line of ['topics', 'verify', 'describe', 'read t', 'ack t me', 'compact t 1'])
      await events(line);
    const elsewhere = join(sandbox.root, 'no', 'where.db');
    await events(`topics --db ${elsewhere}`);
    await events(`topics --dir ${elsewhere}`);
    expect(existsSync(sandbox.state)).toBe(false);
    expect(existsSync(join(sandbox.root, 'no'))).toBe(false);
    const empty = join(sandbox.root, 'empty.db');
    writeFileSync(empty, '', {mode: 0o600});
    expect(await ok(`topics --json --db ${empty}`)).toBe('[]\n');
    mkdirSync(join(sandbox.root, 'files'));
    writeFileSync(join(sandbox.root, 'files', 'of others'), '');
    expect(await ok(`topics --json --dir ${join(sandbox.root, 'files')}`)).toBe('[]\n');
    expect(readdirSync(sandbox.root).filter(name => name.startsWith('empty'))).toEqual(['empty.db']);
    expect(readdirSync(join(sandbox.root, 'files'))).toEqual(['of others']);
  });
});

describe('stint events topics and describe', () => {
  it('list what there is, as a table and as data', async () => {
    await append('builds', 'aaaa');
    await append('a.chained', 'a', '--chain');
    await ok('compact builds 3');
    expect(await ok('topics')).toBe(
      'TOPIC      ENTRIES  FIRST  LATEST  CHAINED\na.chained        1      1       1  yes\nbuilds           1      4       4  no\n',
    );
    expect(JSON.parse(await ok('topics --json'))).toEqual([
      {topic: 'a.chained', entries: 1, first: 1, latest: 1, chained: true},
      {topic: 'builds', entries: 1, first: 4, latest: 4, chained: false},
    ]);
    expect(await ok('topics --format csv')).toContain('builds,1,4,4,false\n');
    expect((await events('topics --format xml')).code).toBe(2);
    expect(await ok('describe')).toMatch(
      new RegExp(
        `^backend {3}sqlite\nlocation {2}${sandbox.state}/events\\.db\nsize {6}\\S+ \\S+\ntopics {4}2\n$`,
      ),
    );
  });
});

describe('stint events ack', () => {
  it('moves a cursor forward, back only when forced, and shows it', async () => {
    await append('t', 'abc');
    expect(await ok('ack t me')).toBe('me has acknowledged nothing of t\n');
    expect(JSON.parse(await ok('ack t me --json'))).toEqual({
      topic: 't',
      consumer: 'me',
      cursor: null,
      latest: 3,
    });
    expect(await ok('ack t me 2')).toBe('me is done with t up to 2 of 3\n');
    const back = await events('ack t me 1');
    expect([back.code, back.stdout]).toEqual([0, 'me is done with t up to 2 of 3\n']);
    expect(back.stderr).toContain('the cursor goes forward only');
    expect(JSON.parse(await ok('ack t me 0 --force --json'))).toMatchObject({cursor: 0});
  });

  it.each([
    ['ack t', "Missing required argument 'consumer'."],
    ['ack t me -1', "'-1'"],
    ['ack t me x', "The id is 'x', not a whole number of at least 0."],
    ['ack t me 4', "4 cannot be acknowledged: the topic's newest entry is 3."],
    ['ack t me --force', '--force needs an id'],
    ['ack t/x me', '"t/x" cannot be a topic.'],
    ['read t --after -1', "'-1'"],
    ['read t --last 1 --limit 1', 'Give either --limit or --last, not both.'],
    ['compact t', 'Give either the id up to which entries go away, or --keep.'],
    ['compact t 1 --keep 1', 'Give either the id up to which entries go away, or --keep.'],
    ['compact t 4', 'There is no entry 4 in t: the newest one is 3.'],
    ['compact t -1', "'-1'"],
    ['tail t --after 1 --last 1', 'Give one of --after, --last and --consumer'],
    ['tail t --ack', '--ack needs --consumer'],
    ['tail t --count 0', "--count is '0', not a whole number of at least 1."],
    ['nothing', 'There is no command events nothing.'],
  ])('and others refuse wrong usage: events %s', async (line, message) => {
    await append('t', 'abc');
    const {code, stdout, stderr} = await events(line);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(await ids('read t')).toEqual([1, 2, 3]);
  });
});

describe('stint events compact and verify', () => {
  it('remove the oldest entries, and what is left verifies', async () => {
    await append('t', 'abcdef', '--chain');
    expect(await ok('compact t 2')).toBe('2 removed, 4 left; the newest id is 6\n');
    expect(JSON.parse(await ok('compact t --keep 3 --json'))).toEqual({
      removed: 1,
      remaining: 3,
      latest: 6,
      checkpointed: true,
    });
    expect(await ids('read t')).toEqual([4, 5, 6]);
    expect(await ok('verify')).toBe('ok       t: 3 entries, all there and as they were appended\n');
    expect(await ok('compact t --keep 0')).toBe('3 removed, 0 left; the newest id is 6\n');
    await append('t', 'g');
    expect(await ids('read t')).toEqual([7]);
    expect(JSON.parse(await ok('verify t --json'))).toEqual([
      {topic: 't', ok: true, checked: 1, chained: true, id: null, reason: null},
    ]);
  });

  it('tell which entry of which topic is altered or missing, and exit with 1', async () => {
    await append('altered', 'abc', '--chain');
    await append('missing', 'abc');
    await append('whole', 'a');
    const db = openDatabase(join(sandbox.state, 'events.db'));
    db.exec(`UPDATE events SET payload = '"z"' WHERE topic_id = 1 AND id = 2`);
    db.exec('DELETE FROM events WHERE topic_id = 2 AND id = 3');
    db.close();
    const {code, stdout} = await events('verify');
    expect(code).toBe(1);
    expect(stdout.split('\n')).toEqual([
      'PROBLEM  altered: entry 2: it is not what was appended (1 entry before it is whole)',
      'PROBLEM  missing: entry 3: it is missing (2 entries before it are whole)',
      'ok       whole: 1 entry, all there; not chained',
      '',
    ]);
    expect((await events('verify whole')).code).toBe(0);
    const told = await events('verify missing altered --json');
    expect(told.code).toBe(1);
    expect(JSON.parse(told.stdout)).toMatchObject([
      {topic: 'missing', ok: false, id: 3},
      {topic: 'altered', ok: false, id: 2, reason: 'it is not what was appended'},
    ]);
  });
});
