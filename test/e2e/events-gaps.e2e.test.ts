/** Entries that are missing, lines that are none, and input that is no entry: said in words and by the exit code. */
import {appendFileSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {openDatabase} from '../../src/store/testing/open-database.ts';
import {type Finished, Sandbox} from '../support/sandbox.ts';
import {shell} from '../support/shell.ts';

let sandbox: Sandbox;
beforeAll(() => {
  sandbox = new Sandbox();
});
afterAll(() => sandbox.dispose());

const idsIn = ({stdout}: Finished) => [...stdout.matchAll(/^\{"id":(\d+),/gm)].map(([, id]) => Number(id));

async function append(input: string, ...args: string[]): Promise<{code: number | null; stderr: string}> {
  writeFileSync(join(sandbox.work, 'input'), input);
  return shell(sandbox, `stint events append ${args.join(' ')} < input`);
}

describe.each(['file', 'sqlite'])('a topic of the backend %s that lacks entries', backend => {
  const topic = 'holed';
  let place: string[];
  const events = (...args: string[]) => sandbox.stint(['events', ...args, ...place]);
  beforeAll(async () => {
    place =
      backend === 'file' ? ['--dir', join(sandbox.root, 'log')] : ['--db', join(sandbox.root, 'log.db')];
    await append('1\n2\n3\n4\n5\n6\n7\n8\n', topic, '--kind', 'n', ...place);
    remove([3, 4, 8]);
  });

  function remove(ids: readonly number[]): void {
    if (backend === 'sqlite') {
      const db = openDatabase(join(sandbox.root, 'log.db'));
      for (const id of ids) db.prepare('DELETE FROM events WHERE id = ?').run(id);
      db.close();
      return;
    }
    const path = join(sandbox.root, 'log', 'topics', topic, 'log.jsonl');
    const lines = readFileSync(path, 'utf8').split('\n');
    const isKept = (line: string) => !ids.some(id => id < 8 && line.startsWith(`{"id":${id},`));
    writeFileSync(path, lines.filter(isKept).join('\n'));
  }

  it('is read with exit code 1, and says which', async () => {
    const all = await events('read', topic);
    expect(all.code).toBe(1);
    const last = backend === 'file' ? [8] : [];
    expect(idsIn(all)).toEqual([1, 2, 5, 6, 7, ...last]);
    expect(all.stderr).toContain(
      `The topic holed lacks entries 3 to 4${backend === 'file' ? '.' : ', entry 8.'}`,
    );
    expect(all.stderr).toContain('stint events verify holed');
    expect((await events('verify', topic)).code).toBe(1);
  });

  it('is read with 0 where none is missing', async () => {
    expect(await events('read', topic, '--after', '4', '--limit', '3')).toMatchObject({code: 0, stderr: ''});
  });

  it('is followed with a word at the gap, and exit code 1 in the end', async () => {
    const tail = await events('tail', topic, '--count', '4');
    expect(tail.code).toBe(1);
    expect(idsIn(tail)).toEqual([1, 2, 5, 6]);
    expect(tail.stderr).toContain('stint: the topic holed lacks entries 3 to 4\n');
  });

  it('says what a consumer misses because it was compacted away', async () => {
    await events('ack', topic, 'slow', '1');
    await events('compact', topic, '5');
    const tail = await events('tail', topic, '--consumer', 'slow', '--count', '2');
    expect(tail.code).toBe(0);
    expect(idsIn(tail)).toEqual([6, 7]);
    expect(tail.stderr).toBe('stint: entries 2 to 5 of holed: compacted away before it was read\n');
    expect(await events('read', topic, '--limit', '2')).toMatchObject({code: 0, stderr: ''});
  });
});

describe('a file of a topic that somebody edited', () => {
  it('is appended to and read as before', async () => {
    const place = ['--dir', join(sandbox.root, 'edited')];
    await append('1\n2\n', 't', '--kind', 'n', ...place);
    const path = join(sandbox.root, 'edited', 'topics', 't', 'log.jsonl');
    writeFileSync(path, `\ufeff${readFileSync(path, 'utf8').replaceAll('\n', '\r\n')}`);
    appendFileSync(path, '\n \n');
    expect(await append('3\n', 't', '--kind', 'n', ...place)).toMatchObject({code: 0, stderr: ''});
    const read = await sandbox.stint(['events', 'read', 't', ...place]);
    expect([read.code, read.stderr, idsIn(read)]).toEqual([0, '', [1, 2, 3]]);
    expect(await sandbox.ok(['events', 'verify', ...place])).toContain('3 entries');
  });
});

describe('input that is no line of JSON for each entry', () => {
  it.each([
    [
      'an array on one line',
      '[{"kind":"a","payload":1}]\n',
      [],
      'it is an array, not one entry',
      "jq -c '.[]'",
    ],
    ['an array over lines', '[\n{"kind":"a","payload":1}\n]\n', [], 'it begins an array', "jq -c '.[]'"],
    ['an object over lines', '{\n "kind": "a",\n "payload": 1\n}\n', [], 'it begins an object', 'jq -c . '],
    ['a payload over lines', '{"a":\n1}\n', ['--kind', 'k'], 'it begins an object', 'jq -c . '],
    ['a number too large', '{"kind":"a","payload":1E400}\n', [], 'its number 1E400 is larger', 'as a text'],
    [
      'a number that changes',
      '12345678901234567890\n',
      ['--kind', 'k'],
      'would become 12345678901234567000',
      'as a text',
    ],
  ] as const)('%s is refused with what to do', async (_, input, args, message, hint) => {
    const {code, stderr} = await append(input, 'input', ...args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(stderr).toMatch(/^stint: Line 1 was not appended/);
    expect(stderr).toContain(hint);
    expect((await sandbox.stint(['events', 'read', 'input'])).code).toBe(3);
  });
});
