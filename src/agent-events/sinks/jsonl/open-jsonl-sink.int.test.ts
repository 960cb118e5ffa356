/** Opening the file of a session: the first time, again, after a crash, beside others, and where it cannot be. */
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {basename, dirname, join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {codeOf, StintError} from '../../../base/index.ts';
import {followRecords, listSegments, readRecords, segmentPath} from '../../../journal/index.ts';
import {recorded, turn, turns} from '../../testing/recorded.ts';
import type {JsonlSinkOptions} from './jsonl-options.ts';
import type {JsonlSink} from './jsonl-sink.ts';
import {openJsonlSink} from './open-jsonl-sink.ts';

let directory: string;
let path: string;
const sinks: JsonlSink[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stint-session-'));
  path = join(directory, 's.jsonl');
});
afterEach(() => {
  for (const sink of sinks.splice(0)) sink.close();
  rmSync(directory, {recursive: true});
});

type Others = Omit<JsonlSinkOptions, 'path' | 'directory' | 'sessionId'>;

function opened(options: Others & {path?: string} = {}): JsonlSink {
  const sink = openJsonlSink({path, ...options});
  sinks.push(sink);
  return sink;
}

/** Opens, records these turns, and closes. */
function record(from: number, to: number, options: Others = {}): void {
  const sink = opened(options);
  for (let at = from; at < to; at++) {
    sink.handleEvent(turn(at));
    sink.flush();
  }
  sink.close();
}

const upTo = (end: number) => Array.from({length: end}, (_, at) => at);

function thrownBy(act: () => unknown): StintError {
  try {
    act();
  } catch (error) {
    if (error instanceof StintError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('a session', () => {
  it('is made with its directories, for its owner only', () => {
    path = join(directory, 'a', 'b', 's.jsonl');
    const sink = opened();
    expect(sink.path).toBe(path);
    expect(sink.eventCount).toBe(0);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
  });

  it('goes on where it ended, and counts from its beginning', () => {
    for (let round = 0; round < 5; round++) {
      const sink = opened();
      expect(sink.eventCount).toBe(round * 3);
      for (let at = 0; at < 3; at++) sink.handleEvent(turn(round * 3 + at));
      sink.close();
      expect(sink.eventCount).toBe(round * 3 + 3);
    }
    expect(turns(path)).toEqual(upTo(15));
  });

  it.each([1, 150, 250])('goes on over files of %i bytes and more', maxBytes => {
    for (let from = 0; from < 12; from += 3) record(from, from + 3, {maxBytes});
    expect(turns(path)).toEqual(upTo(12));
    expect(listSegments(path).length).toBeGreaterThan(3);
    for (const segment of listSegments(path).slice(0, -1)) {
      const size = statSync(segmentPath(path, segment)).size;
      expect(size).toBeGreaterThanOrEqual(maxBytes);
      expect(size).toBeLessThan(maxBytes + 150);
    }
  });

  it('goes on behind a rotation that died before it wrote', () => {
    record(0, 3, {maxBytes: 150});
    writeFileSync(segmentPath(path, (listSegments(path).at(-1) ?? 0) + 1), '', {mode: 0o600});
    record(3, 5, {maxBytes: 150});
    expect(turns(path)).toEqual(upTo(5));
  });

  it('is removed with all its files where it is wanted fresh', () => {
    record(0, 8, {maxBytes: 150});
    appendFileSync(segmentPath(path, listSegments(path).at(-1) ?? 0), '{"ind');
    opened().close();
    writeFileSync(join(directory, 'other.jsonl'), '');
    const sink = opened({start: 'fresh'});
    expect(sink.eventCount).toBe(0);
    sink.handleEvent(turn(0));
    sink.close();
    expect(turns(path)).toEqual([0]);
    expect(readdirSync(directory).sort()).toEqual(['other.jsonl', 's.jsonl', 's.jsonl.lock']);
  });

  it('keeps its times, also where the given clock is broken', () => {
    const times = [5000.9, Number.NaN, -1, Number.POSITIVE_INFINITY, 7000];
    const now = () => {
      const time = times.shift();
      if (time === undefined) throw new Error('stopped');
      return time;
    };
    const sink = opened({now});
    for (let at = 0; at < 6; at++) sink.handleEvent(turn(at));
    sink.close();
    const all = recorded(path).map(({emittedAtMs}) => emittedAtMs);
    expect([all[0], all[2], all[4]]).toEqual([5000, -1, 7000]);
    for (const at of [1, 3, 5]) expect(all[at]).toBeGreaterThan(1.7e12);
  });
});

describe('a session whose writer died', () => {
  it('loses nothing but the torn line, wherever that was torn, and keeps what there was of it', () => {
    record(0, 3);
    const whole = readFileSync(path);
    const lastLine = whole.lastIndexOf('\n', -2) + 1;
    for (let end = lastLine; end <= whole.length; end++) {
      writeFileSync(path, whole.subarray(0, end));
      rmSync(`${path}.torn`, {force: true});
      const isWhole = end === whole.length;
      const next = isWhole ? 3 : 2;
      const sink = opened();
      expect(sink.eventCount).toBe(next);
      sink.handleEvent(turn(next));
      sink.close();
      expect(turns(path)).toEqual(upTo(next + 1));
      expect(existsSync(`${path}.torn`)).toBe(end > lastLine && !isWhole);
      if (end === lastLine || isWhole) continue;
      expect(JSON.parse(readFileSync(`${path}.torn`, 'utf8'))).toMatchObject({
        file: 's.jsonl',
        offset: lastLine,
        text: whole.toString('utf8', lastLine, end),
      });
    }
  });

  it('goes on after a tear in its last file too', () => {
    record(0, 7, {maxBytes: 250});
    const last = segmentPath(path, listSegments(path).at(-1) ?? 0);
    truncateSync(last, statSync(last).size - 4);
    record(6, 9, {maxBytes: 250});
    expect(turns(path)).toEqual(upTo(9));
    expect(readFileSync(`${path}.torn`, 'utf8')).toContain(`"file":"${basename(last)}"`);
  });

  it.each<[string, string, number]>([
    ['that is no record', 'rubbish\n', 3],
    ['that is blank', '\n\n', 3],
    ['of NULs', `${'\0'.repeat(5000)}\n`, 3],
    ['that is broken behind its number', '{"index":3,"emitted_at_ms":1,"frame_de\n', 4],
    [
      'with a number that is none',
      '{"index":7.5,"type":"a"}\n{"index":99999999999999999999,"type":"a"}\n',
      3,
    ],
    ['of NULs before an event', `\0\0{"index":3,"emitted_at_ms":1,"frame_depth":null,"type":"a"}\n`, 4],
    [
      'of two events that are glued',
      '{"index":3,"emitted_at_ms":1,"frame_depth":null,"type":"a"}{"index":4,"emitted_at_ms":1,"type":"b"}\n',
      5,
    ],
    ['of another program', '{"type":"a"}\n[1]\n', 3],
  ])('goes on behind the last number where it ends with a line %s', (_, damage, next) => {
    record(0, 3);
    appendFileSync(path, damage);
    const sink = opened();
    expect(sink.eventCount).toBe(next);
    sink.handleEvent(turn(next));
    sink.close();
    const all = [...readRecords(path)].flatMap(({values}) => values);
    expect(all.at(-1)).toMatchObject({index: next, iteration: next});
    expect(all.filter(({index}) => index === next)).toHaveLength(1);
    expect(readFileSync(path, 'latin1')).toContain(Buffer.from(damage).toString('latin1'));
  });
});

describe('those who follow a session', () => {
  it('get every event once and in order while it changes its file at every write', async () => {
    const sink = opened({maxBytes: 200});
    const count = 300;
    const abort = new AbortController();
    const follow = async () => {
      const seen: unknown[] = [];
      for await (const {values} of followRecords(path, {signal: abort.signal, strict: true})) {
        for (const {index, iteration} of values) {
          expect(index).toBe(iteration);
          seen.push(iteration);
        }
        if (seen.length >= count) break;
      }
      return seen;
    };
    const followers = Array.from({length: 3}, follow);
    try {
      for (let at = 0; at < count; at++) {
        sink.handleEvent(turn(at));
        if (at % 3 === 0) await new Promise(resolve => setImmediate(resolve));
        if (at % 100 === 50) followers.push(follow());
      }
      sink.close();
      for (const seen of await Promise.all(followers)) expect(seen).toEqual(upTo(count));
    } finally {
      abort.abort();
    }
    expect(listSegments(path).length).toBeGreaterThan(50);
  });
});

describe('a session that somebody records', () => {
  it('is refused to another, by any path, until it is closed', () => {
    const sink = opened();
    symlinkSync(directory, `${directory}-link`);
    try {
      for (const other of [path, join(`${directory}-link`, 's.jsonl')]) {
        const error = thrownBy(() => openJsonlSink({path: other, start: 'fresh'}));
        expect(error).toMatchObject({
          code: 'BUSY',
          message: `Cannot record into ${other}: somebody else is recording into it.`,
          hint: expect.stringContaining('One sink writes a session'),
        });
      }
    } finally {
      rmSync(`${directory}-link`);
    }
    sink.handleEvent(turn(0));
    sink.close();
    record(1, 2);
    expect(turns(path)).toEqual([0, 1]);
  });

  it('is free again where an opening failed', () => {
    record(0, 1);
    mkdirSync(`${path}.torn`);
    appendFileSync(path, '{"index":1');
    expect(thrownBy(() => opened()).message).toContain(`${path}.torn`);
    expect(readFileSync(path, 'utf8')).toMatch(/\n\{"index":1$/);
    rmSync(`${path}.torn`, {recursive: true});
    record(1, 2);
    expect(turns(path)).toEqual([0, 1]);
  });
});

describe('a session by its id', () => {
  const ids = [
    '../../etc/passwd',
    '..',
    '.',
    '',
    'a',
    'A b',
    'a-000001',
    'a.torn',
    '\ud800',
    'x'.repeat(500),
    '/',
    'a\0b',
  ];

  it('has a file of its own in the directory, whatever the id is', () => {
    const one = join(directory, 'one', 'sessions');
    for (const [at, sessionId] of ids.entries()) {
      const sink = openJsonlSink({directory: one, sessionId, maxBytes: 1});
      sinks.push(sink);
      expect(sink.eventCount).toBe(0);
      for (let events = 0; events < 3; events++) {
        sink.handleEvent({...turn(events), session_id: `${at}`});
        sink.flush();
      }
    }
    for (const [at, sink] of sinks.entries()) {
      expect(dirname(sink.path)).toBe(one);
      expect(turns(sink.path)).toEqual([0, 1, 2]);
      expect(new Set(recorded(sink.path).map(({event}) => event.session_id))).toEqual(new Set([`${at}`]));
    }
    expect(readdirSync(directory)).toEqual(['one']);
    expect(readdirSync(join(directory, 'one'))).toEqual(['sessions']);
  });
});

describe('a session that cannot be recorded', () => {
  it.each<[string, object]>([
    ['durability', {durability: 'always'}],
    ['syncIntervalMs', {syncIntervalMs: 0}],
    ['syncIntervalMs', {syncIntervalMs: Number.NaN}],
    ['syncIntervalMs', {syncIntervalMs: Number.POSITIVE_INFINITY}],
    ['start', {start: 'new'}],
    ['maxBytes', {maxBytes: 0, start: 'fresh'}],
    ['maxBytes', {maxBytes: Number.NaN, start: 'fresh'}],
    ['path', {path: ''}],
    ['path', {path: undefined}],
    ['directory', {directory: ''}],
    ['sessionId', {sessionId: 7}],
  ])('is refused for a wrong %s, and nothing is touched: %o', (what, wrong) => {
    record(0, 2);
    const before = readFileSync(path);
    const place = what === 'directory' || what === 'sessionId' ? {directory, sessionId: 's'} : {path};
    const options = {...place, ...wrong} as JsonlSinkOptions;
    const error = thrownBy(() => openJsonlSink(options));
    expect(error).toMatchObject({code: 'USAGE', message: expect.stringContaining(`: ${what} is `)});
    expect(readFileSync(path)).toEqual(before);
    expect(readdirSync(directory).sort()).toEqual(['s.jsonl', 's.jsonl.lock']);
  });

  it.each<[string, () => string, string]>([
    ['below a file', () => join(madeFile('f'), 's.jsonl'), 'ENOTDIR'],
    ['two levels below a file', () => join(madeFile('f'), 'a', 's.jsonl'), 'ENOTDIR'],
    ['below /proc', () => '/proc/sessions/s.jsonl', 'ENOENT'],
    ['in /proc', () => '/proc/s.jsonl', 'ENOENT'],
    ['at a directory', () => directory, 'no regular file'],
    ['at a device', () => '/dev/full', 'no regular file'],
    ['at a link', madeLink, 'no regular file'],
    ['at a name that is too long', () => join(directory, `${'x'.repeat(300)}.jsonl`), 'ENAMETOOLONG'],
    ['at a path with a NUL', () => join(directory, 'a\0b'), 'null bytes'],
  ])('%s says so, and leaves nothing behind', (_, make, reason) => {
    const place = make();
    const before = [readdirSync(directory), readdirSync(dirname(directory)), readdirSync('/dev')].map(names =>
      names.filter(name => name.includes('.lock') || name.includes('jsonl')),
    );
    const error = thrownBy(() => openJsonlSink({path: place}));
    expect(error.code).toBe('INTERNAL');
    expect(error.message).toMatch(/^Could not write .*\.$/s);
    expect(error.message).toContain(place);
    expect(error.message).toContain(reason);
    expect(
      [readdirSync(directory), readdirSync(dirname(directory)), readdirSync('/dev')].map(names =>
        names.filter(name => name.includes('.lock') || name.includes('jsonl')),
      ),
    ).toEqual(before);
  });

  it('because others may use its file says how to mend that', () => {
    writeFileSync(path, '');
    chmodSync(path, 0o644);
    const error = thrownBy(() => opened());
    expect([error.code, error.hint]).toEqual(['PERMISSIONS_TOO_OPEN', `Run: chmod 600 '${path}'`]);
    expect(readdirSync(directory)).toEqual(['s.jsonl']);
    chmodSync(path, 0o600);
    record(0, 1);
    chmodSync(`${path}.lock`, 0o666);
    expect(thrownBy(() => opened()).hint).toBe(`Run: chmod 600 '${path}.lock'`);
  });

  it('because a file of it cannot be removed is told of', () => {
    record(0, 1);
    mkdirSync(`${path}.idx`);
    expect(codeOf(thrownBy(() => opened({start: 'fresh'})))).toBe('INTERNAL');
    rmSync(`${path}.idx`, {recursive: true});
    record(1, 2);
    expect(turns(path)).toEqual([0, 1]);
  });

  function madeFile(name: string): string {
    copyFileSync('/dev/null', join(directory, name));
    return join(directory, name);
  }

  function madeLink(): string {
    symlinkSync(join(directory, 'nowhere'), join(directory, 'link'));
    return join(directory, 'link');
  }
});
