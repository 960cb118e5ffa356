/** A session is opened where files of others lie, at its path or beside it: they stay as they are, whatever is in them. */
import {chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

import fc from 'fast-check';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {codeOf} from '../../base/index.ts';
import {turn} from '../testing/recorded.ts';
import {openJsonlSink} from './jsonl/open-jsonl-sink.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stint-foreign-'));
});
afterEach(() => rmSync(directory, {recursive: true}));

const FOREIGN: Readonly<Record<string, string>> = {
  'a JSON file': '{"my":"json file"}',
  'JSON lines': '{"ts":1}\n{"ts":2}\n',
  'a database': `SQLite format 3\0${'\0'.repeat(100)}`,
  text: 'a,b\n1,2\n',
  'a blank line': '\n',
  'a byte order mark': '\xef\xbb\xbf{"index":0,',
  'another order of keys': '{"emitted_at_ms":1,"index":0}\n',
  'a number that is none': '{"index":x',
  blanks: '{"index": 1}\n',
  zeros: '\0'.repeat(4096),
};

/** Which file, beside the session `report.csv`. */
const NAMES = ['report.csv', 'report-000007.csv', 'report.csv.torn', 'report.csv.idx', 'report.csv.lock'];

function files(): [string, string, number][] {
  return readdirSync(directory).map(name => {
    const path = join(directory, name);
    return [name, readFileSync(path, 'latin1'), statSync(path).mode];
  });
}

function put(name: string, content: string, mode = 0o600): void {
  writeFileSync(join(directory, name), content, {encoding: 'latin1', mode});
}

function expectRefused(start: 'fresh' | 'continue'): void {
  const before = files();
  const open = () => openJsonlSink({path: join(directory, 'report.csv'), start});
  expect(codeIn(open)).toBe('NOT_A_STINT_FILE');
  expect(files()).toEqual(before);
}

function codeIn(open: () => unknown): string | undefined {
  try {
    open();
    return undefined;
  } catch (error) {
    return codeOf(error);
  }
}

describe.each(['continue', 'fresh'] as const)('a session that is to %s', start => {
  it.each(NAMES.flatMap(name => Object.keys(FOREIGN).map(what => [name, what] as const)))(
    'leaves %s alone that holds %s',
    (name, what) => {
      put(name, FOREIGN[what] ?? '');
      expectRefused(start);
    },
  );

  it('leaves a file of others alone that lies among its own', () => {
    put('report.csv', '{"index":0,"emitted_at_ms":1,"event":{"type":"x"}}\n');
    put('report-000007.csv', 'a,b\n');
    expectRefused(start);
  });

  it('says that a file is not its own before it asks for its mode', () => {
    put('report.csv', 'a,b\n');
    chmodSync(join(directory, 'report.csv'), 0o644);
    expectRefused(start);
  });

  it('leaves everything alone that does not begin as a session, whatever it is', () => {
    const bytes = fc.oneof(
      fc.uint8Array({minLength: 1, maxLength: 40}),
      fc.tuple(fc.nat(9), fc.uint8Array({maxLength: 20})).map(([length, rest]) => {
        return new Uint8Array([...Buffer.from('{"index":'.slice(0, length)), ...rest]);
      }),
    );
    fc.assert(
      fc.property(bytes, content => {
        const text = Buffer.from(content).toString('latin1');
        fc.pre(!/^\{"index":\d/.test(text) && !'{"index":'.startsWith(text));
        put('report.csv', text);
        expectRefused(start);
      }),
      {numRuns: 200},
    );
  });
});

describe('a session', () => {
  it.each(['', '{', '{"ind', '{"index":', '{"index":0', '{"index":0,"emitted_at_ms":1,"ev'])(
    'that was torn behind %j is recorded from its beginning',
    torn => {
      put('report.csv', torn);
      const sink = openJsonlSink({path: join(directory, 'report.csv')});
      sink.handleEvent(turn(0));
      sink.close();
      expect(readFileSync(join(directory, 'report.csv'), 'utf8')).toMatch(/^\{"index":0,.*\n$/);
      const kept = torn === '' ? [] : ['report.csv.torn'];
      expect(readdirSync(directory).sort()).toEqual(expect.arrayContaining(['report.csv', ...kept]));
    },
  );

  it.each(['', '{"fi', '{"file":"report.csv"}\n', '{"fi\n{"file":"report.csv"}\n'])(
    'goes on beside torn records that begin with %j',
    torn => {
      put('report.csv', '{"index":0');
      put('report.csv.torn', torn);
      openJsonlSink({path: join(directory, 'report.csv')}).close();
      expect(readFileSync(join(directory, 'report.csv.torn'), 'utf8').startsWith(torn)).toBe(true);
    },
  );
});
