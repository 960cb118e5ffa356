/** A sink over a journal in real files, on a disk that fails when the test says so. */
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setImmediate as nextTurn} from 'node:timers/promises';

import fc from 'fast-check';
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';

import {type JournalOptions, listSegments, openJournal} from '../../../journal/index.ts';
import type {UnknownAgentEvent} from '../../event.ts';
import {FaultyDisk} from '../../testing/faulty-disk.ts';
import {recorded, turn, turns} from '../../testing/recorded.ts';
import {JsonlSink, type JsonlSinkParts} from './jsonl-sink.ts';

let directory: string;
let path: string;
let disk: FaultyDisk;
let said: string[];
let clock: number;
const sinks: JsonlSink[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stint-sink-'));
  path = join(directory, 's.jsonl');
  disk = new FaultyDisk();
  said = [];
  clock = 1000;
});
afterEach(() => {
  vi.useRealTimers();
  for (const sink of sinks.splice(0)) sink.close();
  rmSync(directory, {recursive: true});
});

type Settings = Partial<Omit<JsonlSinkParts, 'journal'>> & Pick<JournalOptions, 'maxSegmentBytes'>;

function opened({maxSegmentBytes = 1_000_000, ...parts}: Settings = {}): JsonlSink {
  const {durability = 'none'} = parts;
  const journal = openJournal(
    {path, maxSegmentBytes, indexBy: 'index', syncOnRotate: durability !== 'none'},
    disk,
  );
  const sink = new JsonlSink({
    path,
    journal,
    firstIndex: 0,
    durability,
    syncIntervalMs: 1000,
    redactor: undefined,
    now: () => clock++,
    warn: message => said.push(message),
    release: () => journal.close(),
    ...parts,
  });
  sinks.push(sink);
  return sink;
}

/** What comes from a program without types. */
const given = (value: unknown) => value as UnknownAgentEvent;
const long = (iteration: number, length = 10_000): UnknownAgentEvent => ({
  ...turn(iteration),
  content: 'x'.repeat(length),
});
const thrower = (error: unknown) => () => {
  throw error;
};

describe('events that are handed over', () => {
  it('are in the file when the event loop comes round, numbered and with their time and depth', async () => {
    const sink = opened();
    sink.handleEvent(turn(0));
    sink.handleEvent(turn(1), {frameDepth: 3});
    for (const frameDepth of [-1, 1.5, Number.NaN, 2 ** 60]) sink.handleEvent(turn(2), {frameDepth});
    expect(recorded(path)).toEqual([]);
    expect(sink.eventCount).toBe(6);
    await nextTurn();
    const all = recorded(path);
    expect(all.map(({emittedAtMs}) => emittedAtMs)).toEqual([1000, 1001, 1002, 1003, 1004, 1005]);
    expect(all.map(({frameDepth}) => frameDepth)).toEqual([null, 3, null, null, null, null]);
    expect(all[1]?.event).toEqual(turn(1));
    expect(sink.health()).toEqual({written: 6, dropped: 0, lastError: undefined, since: undefined});
  });

  it('go out before that when 64 KiB have come together, or somebody flushes', () => {
    const sink = opened();
    for (let at = 0; at < 6; at++) sink.handleEvent(long(at));
    expect(recorded(path)).toEqual([]);
    sink.handleEvent(long(6));
    expect(turns(path)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    sink.handleEvent(turn(7));
    sink.flush();
    sink.flush();
    expect(turns(path).at(-1)).toBe(7);
  });

  it('may come while one is handed over', () => {
    const sink = opened();
    const nested = {
      ...turn(1),
      toJSON() {
        sink.handleEvent(turn(0));
        return turn(1);
      },
    };
    sink.handleEvent(nested);
    sink.handleEvent({...nested, toJSON: () => sink.handleEvent(turn(2))});
    sink.handleEvent(turn(3));
    sink.close();
    expect(turns(path)).toEqual([0, 1, 2, 'gap 1', 3]);
  });
});

describe('what cannot be recorded', () => {
  const cycle: Record<string, unknown> = {type: 'a'};
  cycle.self = cycle;
  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'agent_message_chunk'],
    ['an object without a type', {session_id: 's'}],
    ['an array', [turn(0)]],
    ['a BigInt in it', {type: 'a', n: 1n}],
    ['itself in it', cycle],
    ['a getter that throws', {type: 'a', get b() { throw new Error('broken'); }}], // biome-ignore format: one line
    ['a toJSON that throws', {type: 'a', toJSON: thrower(new Error('broken'))}],
    ['a type that throws', {get type() { throw new Error('broken'); }}], // biome-ignore format: one line
    ['something that throws what has no text', {type: 'a', toJSON: thrower(Object.create(null))}],
    ['something that throws nothing', {type: 'a', toJSON: thrower(undefined)}],
    [
      'something that throws what must not be looked at',
      {type: 'a', toJSON: thrower(new Proxy({}, {getPrototypeOf: thrower(new Error('broken'))}))},
    ],
    [
      'an error whose message is no text',
      {type: 'a', toJSON: thrower(Object.assign(new Error(), {message: {n: 1n}}))},
    ],
    [
      'a proxy that throws at everything',
      new Proxy({}, {get: thrower(1), has: thrower(2), ownKeys: thrower(3)}),
    ],
  ])('is counted, and told of in its place: %s', (_, event) => {
    const sink = opened();
    sink.handleEvent(turn(0));
    sink.handleEvent(given(event));
    sink.handleEvent(given(event));
    sink.handleEvent(turn(3));
    sink.handleEvent(given(event));
    expect(sink.health().dropped).toBe(3);
    sink.flush();
    expect(turns(path)).toEqual([0, 'gap 2', 3, 'gap 1']);
    expect(sink.eventCount).toBe(4);
    const {lastError, ...health} = sink.health();
    expect(health).toEqual({written: 2, dropped: 3, since: undefined});
    expect(lastError).toMatch(/./);
    expect(recorded(path)[1]?.event).toMatchObject({reason: lastError, since_ms: 1001});
    expect(said).toEqual([]);
  });

  it('is told of at the end of the turn, when nothing else comes, with its session', async () => {
    const sink = opened();
    sink.handleEvent(given({session_id: 'mine'}));
    await nextTurn();
    expect(recorded(path).map(({event}) => event)).toEqual([
      {
        type: 'gap',
        session_id: 'mine',
        dropped: 1,
        since_ms: 1000,
        reason: expect.stringContaining('no type'),
      },
    ]);
  });

  it('takes no more room than a line of text, whatever it says', () => {
    const sink = opened();
    sink.handleEvent(given({type: 'a', session_id: 7, toJSON: thrower(new Error('x'.repeat(1_000_000)))}));
    sink.flush();
    expect(recorded(path)[0]?.event).toMatchObject({session_id: '', reason: 'x'.repeat(500)});
  });
});

describe('a redactor', () => {
  const withoutSecret = (event: object) =>
    given(JSON.parse(JSON.stringify(event).replaceAll('secret', '***')));

  it('changes what is recorded, not the event', () => {
    const sink = opened({redactor: withoutSecret});
    const event = {...turn(0), content: 'a secret'};
    sink.handleEvent(event);
    sink.flush();
    expect(recorded(path)[0]?.event).toEqual({...turn(0), content: 'a ***'});
    expect(event.content).toBe('a secret');
  });

  it('that throws loses the event rather than recording it whole, and so does one that gives no event', () => {
    for (const redactor of [thrower(new Error('no secret')), () => given(undefined), () => given({})]) {
      const sink = opened({redactor});
      sink.handleEvent({type: 'a', session_id: 'secret', content: 'a secret'});
      sink.handleEvent(turn(1));
      sink.close();
      expect(turns(path)).toEqual(['gap 2']);
      expect(JSON.stringify(recorded(path))).not.toContain('secret');
      expect(sink.health()).toMatchObject({written: 0, dropped: 2});
      rmSync(path);
    }
  });

  it('sees what is told of lost events, too', () => {
    const sink = opened({redactor: withoutSecret});
    sink.handleEvent(given({type: 'a', session_id: 'secret', toJSON: thrower(new Error('a secret'))}));
    sink.flush();
    expect(recorded(path)[0]?.event).toMatchObject({type: 'gap', session_id: '***', reason: 'a ***'});
  });
});

describe('a disk that takes no more', () => {
  it('is told of once, and everything is recorded when it takes more', () => {
    vi.useFakeTimers({toFake: ['setTimeout', 'clearTimeout']});
    const sink = opened();
    disk.room = 150;
    for (let at = 0; at < 5; at++) {
      sink.handleEvent(turn(at));
      sink.flush();
    }
    expect(turns(path)).toEqual([0]);
    expect(sink.health()).toMatchObject({written: 1, dropped: 0, lastError: 'no space is left'});
    expect(sink.health().since).toBeGreaterThan(1000);
    disk.room = Number.POSITIVE_INFINITY;
    vi.advanceTimersByTime(250);
    expect(turns(path)).toEqual([0, 1, 2, 3, 4]);
    expect(sink.health()).toMatchObject({written: 5, dropped: 0, since: undefined});
    expect(said).toEqual([
      `Events are not recorded in ${path}: no space is left. The work goes on; what gets lost is counted.`,
      `Events are recorded in ${path} again; none got lost.`,
    ]);
  });

  it('is left alone for a while, then asked again and again', () => {
    vi.useFakeTimers({toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate']});
    const sink = opened();
    disk.room = 0;
    const write = vi.spyOn(disk, 'write');
    for (let at = 0; at < 50; at++) {
      sink.handleEvent(turn(at));
      vi.advanceTimersByTime(0);
    }
    expect(write).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(2500);
    expect(write).toHaveBeenCalledTimes(11);
    disk.room = Number.POSITIVE_INFINITY;
    vi.advanceTimersByTime(250);
    expect(turns(path)).toHaveLength(50);
    expect(vi.getTimerCount()).toBe(0);
    sink.handleEvent(turn(50));
    vi.advanceTimersByTime(0);
    expect(turns(path)).toHaveLength(51);
  });

  it('is asked again also by a program whose event loop never comes round', () => {
    const now = vi.spyOn(performance, 'now').mockReturnValue(1000);
    const sink = opened();
    disk.room = 0;
    const content = 'x'.repeat(1000);
    for (let at = 0; at < 100; at++)
      sink.handleEvent({type: 'agent_message_chunk', session_id: 's1', content});
    disk.room = Number.POSITIVE_INFINITY;
    now.mockReturnValue(1249);
    sink.handleEvent(turn(0));
    expect(sink.health()).toMatchObject({written: 0});
    now.mockReturnValue(1250);
    sink.handleEvent(turn(1));
    now.mockRestore();
    sink.flush();
    const {written, dropped, since} = sink.health();
    expect(since).toBeUndefined();
    expect(written + dropped).toBe(102);
    expect(turns(path).slice(-2)).toEqual([`gap ${dropped}`, 1]);
  });

  it('costs events from 64 KiB on, which are counted in their place', () => {
    const sink = opened();
    disk.room = 0;
    for (let at = 0; at < 20; at++) sink.handleEvent(long(at));
    expect(sink.health()).toMatchObject({written: 0, dropped: 13});
    disk.room = Number.POSITIVE_INFINITY;
    sink.flush();
    sink.handleEvent(turn(20));
    sink.flush();
    expect(turns(path)).toEqual([0, 1, 2, 3, 4, 5, 6, 'gap 13', 20]);
    expect(recorded(path)[7]?.event).toMatchObject({session_id: 's', reason: 'no space is left'});
    expect(said.map(text => text.includes('13 got lost'))).toEqual([false, true]);
  });

  it('may take a part of a batch, of any number of bytes, and cut it back or not', () => {
    const bytes = 3 * 90;
    for (let room = 0; room <= bytes; room++) {
      for (const truncates of [true, false]) {
        const sink = opened();
        for (let at = 0; at < 3; at++) sink.handleEvent({...turn(at), content: 'ü🚀'});
        disk.room = room;
        disk.truncates = truncates;
        sink.flush();
        disk.room = Number.POSITIVE_INFINITY;
        disk.truncates = true;
        sink.handleEvent(turn(3));
        sink.close();
        expect(turns(path)).toEqual([0, 1, 2, 3]);
        expect(sink.health()).toMatchObject({written: 4, dropped: 0, since: undefined});
        rmSync(path);
      }
    }
  });

  it('costs what waits when the sink is closed; the numbers go on behind what is there', () => {
    const sink = opened();
    sink.handleEvent(turn(0));
    sink.flush();
    disk.room = 0;
    sink.handleEvent(turn(1));
    sink.handleEvent(given(undefined));
    sink.handleEvent(turn(3));
    sink.close();
    expect(turns(path)).toEqual([0]);
    expect(sink.eventCount).toBe(1);
    expect(sink.health()).toMatchObject({written: 1, dropped: 3});
    expect(said).toHaveLength(1);
  });
});

describe('whatever happens', () => {
  type Step = readonly ['event' | 'bad' | 'long' | 'room' | 'sync' | 'flush', number];
  const step = fc.oneof(
    fc.tuple(fc.constant('event' as const), fc.integer({min: 1, max: 4})),
    fc.tuple(fc.constant('bad' as const), fc.integer({min: 1, max: 2})),
    fc.tuple(fc.constant('long' as const), fc.integer({min: 1, max: 5})),
    fc.tuple(fc.constant('room' as const), fc.oneof(fc.constant(0), fc.nat(2000), fc.nat(90_000))),
    fc.tuple(fc.constant('room' as const), fc.constant(Number.POSITIVE_INFINITY)),
    fc.tuple(fc.constant('sync' as const), fc.nat(1)),
    fc.tuple(fc.constant('flush' as const), fc.constant(0)),
  );
  const settings = fc.record({
    durability: fc.constantFrom('none' as const, 'each' as const, 'interval' as const),
    maxSegmentBytes: fc.constantFrom(1, 300, 20_000, 1_000_000),
  });

  /** The events that were lost are those that are missing where a gap says so. */
  function expectAccount(handed: number): number {
    let next = 0;
    let dropped = 0;
    for (const each of turns(path)) {
      if (typeof each === 'number') {
        expect(each).toBe(next);
        next += 1;
      } else {
        const lost = Number(each.replace('gap ', ''));
        next += lost;
        dropped += lost;
      }
    }
    expect(next).toBe(handed);
    return dropped;
  }

  function play(sink: JsonlSink, steps: readonly Step[]): number {
    let handed = 0;
    for (const [what, count] of steps) {
      if (what === 'room') disk.room = count;
      else if (what === 'sync') disk.syncError = count === 0 ? undefined : new Error('EIO');
      else if (what === 'flush') sink.flush();
      else
        for (let at = 0; at < count; at++) {
          const event = what === 'event' ? turn(handed) : what === 'long' ? long(handed, 20_000) : null;
          sink.handleEvent(given(event));
          handed += 1;
        }
    }
    return handed;
  }

  it('every event is recorded once and in order, or counted where it is missing, and trouble is told once', () => {
    fc.assert(
      fc.property(settings, fc.array(step, {maxLength: 30}), (chosen, steps) => {
        disk = new FaultyDisk();
        said = [];
        const sink = opened(chosen);
        try {
          const handed = play(sink, steps);
          disk.room = Number.POSITIVE_INFINITY;
          disk.syncError = undefined;
          sink.flush();
          const {written, dropped, since} = sink.health();
          expect(written + dropped).toBe(handed);
          expect(expectAccount(handed)).toBe(dropped);
          expect(recorded(path).length).toBe(sink.eventCount);
          expect(since).toBeUndefined();
          expect(said.map(text => / again; /.test(text))).toEqual(said.map((_, at) => at % 2 === 1));
          expect(said.length % 2).toBe(0);
        } finally {
          sink.close();
          for (const segment of listSegments(path)) rmSync(segment === 0 ? path : segmentOf(segment));
        }
      }),
      {numRuns: 150},
    );
  });

  const segmentOf = (segment: number) => path.replace('.jsonl', `-${String(segment).padStart(6, '0')}.jsonl`);
});

describe('whoever is warned', () => {
  it('may throw', () => {
    const sink = opened({warn: thrower(new Error('deaf'))});
    disk.room = 0;
    sink.handleEvent(turn(0));
    sink.flush();
    disk.room = Number.POSITIVE_INFINITY;
    sink.flush();
    expect(turns(path)).toEqual([0]);
  });

  it.each(['none', 'each'] as const)('may emit and flush, with durability %s', async durability => {
    const sink = opened({
      durability,
      warn: message => {
        said.push(message);
        disk.room = Number.POSITIVE_INFINITY;
        sink.handleEvent(turn(100 + said.length));
        sink.flush();
      },
    });
    disk.room = 0;
    sink.handleEvent(turn(0));
    sink.flush();
    expect(said).toHaveLength(2);
    sink.handleEvent(turn(1));
    await nextTurn();
    expect(turns(path)).toEqual([0, 101, 102, 1]);
    expect(sink.health()).toMatchObject({written: 4, dropped: 0, since: undefined});
  });

  it('may close', async () => {
    const release = vi.fn();
    const sink = opened({release, warn: () => sink.close()});
    disk.room = 0;
    sink.handleEvent(turn(0));
    sink.flush();
    sink.handleEvent(turn(1));
    await nextTurn();
    expect(release).toHaveBeenCalledTimes(1);
    expect(sink.health()).toMatchObject({written: 0, dropped: 2});
  });
});

describe('a closed sink', () => {
  it('has everything in the file, may be closed again, and drops what comes later with one warning', () => {
    const release = vi.fn();
    const sink = opened({release});
    sink.handleEvent(turn(0));
    sink.close();
    sink.close();
    sink.flush();
    for (let at = 1; at < 4; at++) sink.handleEvent(turn(at));
    expect(release).toHaveBeenCalledTimes(1);
    expect(turns(path)).toEqual([0]);
    expect(sink.health()).toMatchObject({written: 1, dropped: 3, lastError: 'the session was closed'});
    expect(said).toEqual([expect.stringContaining('the session was closed')]);
  });

  it('tells of a file system that complains at the end, and does not throw', () => {
    const sink = opened({release: thrower(new Error('EIO'))});
    expect(() => sink.close()).not.toThrow();
    expect(said).toEqual([expect.stringContaining('EIO')]);
  });
});

describe('durability', () => {
  it('none never asks the disk', () => {
    const sink = opened({maxSegmentBytes: 1});
    for (let at = 0; at < 5; at++) {
      sink.handleEvent(turn(at));
      sink.flush();
    }
    sink.close();
    expect([disk.syncs, disk.directorySyncs]).toEqual([0, 0]);
  });

  it('each has every event on the disk before handleEvent returns', () => {
    const sink = opened({durability: 'each'});
    for (let at = 0; at < 5; at++) {
      sink.handleEvent(turn(at));
      expect(disk.syncs).toBe(at + 1);
      expect(turns(path)).toHaveLength(at + 1);
    }
  });

  it('each tells of a disk that cannot keep what it took, once, and when it can again', () => {
    const sink = opened({durability: 'each'});
    disk.syncError = Object.assign(new Error('EIO: i/o error'), {code: 'EIO'});
    for (let at = 0; at < 3; at++) sink.handleEvent(turn(at));
    expect(sink.health()).toMatchObject({written: 3, dropped: 0, lastError: 'EIO: i/o error'});
    expect(said).toEqual([expect.stringContaining('EIO: i/o error. The work goes on')]);
    disk.syncError = undefined;
    sink.flush();
    expect(sink.health().since).toBeUndefined();
    expect(said).toEqual([expect.anything(), expect.stringContaining('again; none got lost')]);
  });

  it('interval asks in the background, at each rotation, and when somebody flushes or closes', async () => {
    const sink = opened({durability: 'interval', syncIntervalMs: 10, maxSegmentBytes: 200});
    const before = disk.directorySyncs;
    for (let at = 0; at < 10; at++) {
      sink.handleEvent(turn(at));
      await nextTurn();
    }
    const segments = listSegments(path).length;
    expect(segments).toBeGreaterThan(3);
    expect(disk.directorySyncs - before).toBe(segments - 1);
    expect(disk.syncs).toBe(segments - 1);
    sink.flush();
    expect(disk.syncs).toBe(segments);
    sink.flush();
    expect(disk.syncs).toBe(segments);
    sink.handleEvent(turn(10));
    sink.close();
    expect(disk.syncs).toBeGreaterThan(segments);
    expect(turns(path)).toHaveLength(11);
  });
});
