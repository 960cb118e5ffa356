/** A recorder and the pump while a job writes. What a killed recorder leaves is tested beside spool-recorder.ts. */
import {appendFileSync, chmodSync, mkdirSync, rmdirSync, rmSync, statSync, writeFileSync} from 'node:fs';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {readLines} from '../../../journal/index.ts';
import type {OrderedChanges, watchInOrder} from '../../../platform/index.ts';
import {JobPlace} from '../testing/job-place.ts';
import {Pump} from './pump.ts';
import {SpoolRecorder} from './spool-recorder.ts';
import {SpoolTranscoder} from './transcoding/spool-transcoder.ts';

let place: JobPlace;
let now: number;
let troubles: (string | undefined)[];
let timers: (() => void)[];
const recorders: SpoolRecorder[] = [];

beforeEach(() => {
  place = new JobPlace();
  now = 1_000_000;
  troubles = [];
  timers = [];
});
afterEach(() => {
  for (const recorder of recorders.splice(0)) recorder.close();
  place.remove();
});

function openRecorder(
  options: {late?: boolean; sampleEvery?: number; watch?: typeof watchInOrder} = {},
): SpoolRecorder {
  const pump = new Pump({
    now: () => now,
    timer: (_, callback) => {
      timers.push(callback);
      return () => undefined;
    },
    onTrouble: error => troubles.push(error === undefined ? undefined : String(error)),
  });
  const recorder = new SpoolRecorder({
    onOutput: () => undefined,
    known: [],
    onStatus: () => undefined,
    onAppend: () => undefined,
    directory: place.directory,
    sampleEvery: 1,
    late: false,
    pump,
    transcoder: new SpoolTranscoder(),
    buffer: Buffer.allocUnsafeSlow(256 * 1024),
    now: () => now,
    ...options,
  });
  recorders.push(recorder);
  return recorder;
}

function write(stream: 'out' | 'err', text: string): void {
  appendFileSync(place.path(stream), text, {mode: 0o600});
}

interface Line {
  readonly seq: number;
  readonly kind: string;
  readonly data: unknown;
  readonly [extra: string]: unknown;
}

function records(): Line[] {
  return [...readLines(place.path('journal'))].flat().map(line => JSON.parse(line) as Line);
}

function texts(): string[] {
  return records().map(
    ({kind, data}) => `${kind} ${typeof data === 'string' ? data : (data as {event: string}).event}`,
  );
}

/** Resolves when the journal has so many records; the recorder hears of changes by itself. */
async function recorded(count: number): Promise<void> {
  while (records().length < count) await new Promise(setImmediate);
}

describe('a recorder that follows', () => {
  it('records what was there before it could hear of changes before what it heard of', async () => {
    write('out', 'first\n');
    write('err', '');
    const recorder = openRecorder();
    setImmediate(() => {
      recorder.follow(); // its first look comes a turn later, when it has heard of what follows
      write('err', 'second\n');
    });
    await recorded(2);
    expect(texts()).toEqual(['stdout first', 'stderr second']);
  });

  it('records lines as they come, of both streams, and holds an unfinished one back', async () => {
    write('out', '');
    write('err', '');
    const recorder = openRecorder();
    await recorder.record({event: 'started', pid: 42});
    recorder.follow();
    write('out', 'one\ntw');
    await recorded(2);
    write('err', 'oh\n');
    await recorded(3);
    write('out', 'o\n');
    await recorded(4);
    expect(texts()).toEqual(['status started', 'stdout one', 'stderr oh', 'stdout two']);
    expect(records().map(({seq}) => seq)).toEqual([0, 1, 2, 3]);
  });

  it('records what was written before it began', async () => {
    write('out', 'early\n');
    write('err', '');
    openRecorder().follow();
    await recorded(1);
    expect(texts()).toEqual(['stdout early']);
  });

  it('marks what it finds as late, until it has caught up', async () => {
    write('out', 'old\n');
    write('err', '');
    const recorder = openRecorder({late: true});
    await recorder.record({event: 'adopted', pid: 42});
    recorder.follow();
    await recorded(2);
    while (texts().length < 3) {
      write('out', 'new\n');
      await new Promise(setImmediate);
    }
    await recorder.drain();
    expect(
      records()
        .slice(0, 2)
        .map(({late}) => late),
    ).toEqual([true, true]);
    write('err', 'newest\n');
    await recorder.drain();
    expect(records().at(-1)).not.toHaveProperty('late');
  });

  it('begins also where its spool cannot be opened, says so, and records it once that is mended', async () => {
    write('out', 'hidden\n');
    write('err', '');
    chmodSync(place.path('out'), 0o644);
    openRecorder().follow();
    while (troubles.length === 0) await new Promise(setImmediate);
    expect(troubles[0]).toContain('can be read or written by others');
    chmodSync(place.path('out'), 0o600);
    for (const retry of timers.splice(0)) retry();
    await recorded(1);
    expect(texts()).toEqual(['stdout hidden']);
  });

  it('can be asked to twice', async () => {
    write('out', '');
    write('err', '');
    const recorder = openRecorder();
    recorder.follow();
    recorder.follow();
    write('out', 'a\n');
    await recorded(1);
    expect(texts()).toEqual(['stdout a']);
  });
});

describe('two streams', () => {
  /** Tells what the test says. */
  function told(): {changes: () => OrderedChanges; watch: typeof watchInOrder} {
    let heard: OrderedChanges | undefined;
    const changes = () => {
      if (heard === undefined) throw new Error('nobody listens');
      return heard;
    };
    const watch: typeof watchInOrder = (_, listener) => {
      heard = listener;
      return {isOrdered: true, mark: () => setImmediate(() => listener.marked()), close: () => undefined};
    };
    return {changes, watch};
  }

  it('are recorded along their changes, at the end of a short job too', async () => {
    const {changes, watch} = told();
    write('out', '');
    write('err', '');
    const recorder = openRecorder({watch});
    recorder.listen();
    for (const at of [0, 1, 2, 3]) {
      write(at % 2 === 0 ? 'err' : 'out', `${at}\n`);
      changes().changed(at % 2 === 0 ? 'err' : 'out');
    }
    for (const name of ['output.jsonl', 'exit', 'progress.jsonl']) changes().changed(name);
    await recorder.record({event: 'started', pid: 42});
    await recorder.drain();
    expect(texts()).toEqual(['status started', 'stderr 0', 'stdout 1', 'stderr 2', 'stdout 3']);
    expect(records().every(({order}) => order === undefined)).toBe(true);
  });

  it('say that their order is not known where changes were lost, and are in order again behind that', async () => {
    const {changes, watch} = told();
    write('out', '');
    write('err', '');
    const recorder = openRecorder({watch});
    recorder.listen();
    await recorder.record({event: 'started', pid: 42});
    recorder.follow();
    write('out', 'a\n');
    write('err', 'b\n');
    changes().lost();
    await recorded(3);
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    write('err', 'c\n');
    changes().changed('err');
    write('out', 'd\n');
    changes().changed('out');
    await recorded(5);
    expect(records().map(({data, order}) => [data, order])).toEqual([
      [{event: 'started', pid: 42}, undefined],
      ['a', 'unknown'],
      ['b', 'unknown'],
      ['c', undefined],
      ['d', undefined],
    ]);
  });
});

describe('draining', () => {
  it('takes everything that is there, an unfinished last line too', async () => {
    write('out', `${'x'.repeat(99)}\n`.repeat(20_000));
    write('err', 'no newline');
    const recorder = openRecorder();
    await recorder.drain();
    expect(records()).toHaveLength(20_001);
    expect(records().filter(({kind}) => kind === 'stderr')).toMatchObject([
      {data: 'no newline', partial: true},
    ]);
  });

  it('does not wait for what comes later', async () => {
    write('out', 'a\n');
    const recorder = openRecorder();
    const drained = recorder.drain();
    await drained;
    write('out', 'b\n');
    expect(texts()).toEqual(['stdout a']);
  });

  it('has nothing to do for a job that never started', async () => {
    const recorder = openRecorder();
    await recorder.drain();
    await recorder.record({event: 'crashed', message: 'm'});
    expect(texts()).toEqual(['status crashed']);
  });
});

describe('a status record', () => {
  it('comes in the order in which it was asked for, with the time and the offsets', async () => {
    write('out', 'a\n');
    const recorder = openRecorder();
    const all = [
      recorder.record({event: 'started', pid: 42}),
      recorder.drain(),
      recorder.record({event: 'closed'}),
    ];
    const [started] = await Promise.all(all);
    expect(started).toEqual({ts: now, data: {event: 'started', pid: 42}});
    expect(records()).toEqual([
      {seq: 0, ts: now, kind: 'status', data: {event: 'started', pid: 42}, spool: [0, 0]},
      {seq: 1, ts: now, kind: 'stdout', data: 'a', spool: [2, 0]},
      {seq: 2, ts: now, kind: 'status', data: {event: 'closed'}, spool: [2, 0]},
    ]);
  });

  it('is never sampled away', async () => {
    write('out', 'a\nb\nc\nd\n');
    const recorder = openRecorder({sampleEvery: 3});
    await recorder.record({event: 'started', pid: 42});
    await recorder.drain();
    await recorder.record({event: 'closed'});
    expect(records().map(({seq, kind}) => `${seq} ${kind}`)).toEqual(['0 status', '3 stdout', '5 status']);
  });
});

describe('a journal that cannot be written', () => {
  it('is tried again later; nothing is lost, and whoever waits waits', async () => {
    mkdirSync(place.path('journal'));
    write('out', 'a\n');
    const recorder = openRecorder();
    let done = false;
    const recording = recorder.record({event: 'started', pid: 42}).then(() => {
      done = true;
    });
    while (troubles.length === 0) await new Promise(setImmediate);
    expect(troubles[0]).toContain('Could not write');
    rmdirSync(place.path('journal'));
    expect(done).toBe(false);
    for (const retry of timers.splice(0)) retry();
    await recording;
    await recorder.drain();
    expect(texts()).toEqual(['status started', 'stdout a']);
    expect(troubles).toEqual([troubles[0], undefined]);
  });

  it('is made anew with its directory when somebody deleted that', async () => {
    const recorder = openRecorder();
    rmSync(place.directory, {recursive: true});
    await recorder.record({event: 'crashed', message: 'm'});
    expect(texts()).toEqual(['status crashed']);
    expect(statSync(place.directory).mode & 0o777).toBe(0o700);
  });

  it('is refused while others may read it', async () => {
    writeFileSync(place.path('journal'), '', {mode: 0o644});
    const recorder = openRecorder();
    void recorder.drain();
    while (troubles.length === 0) await new Promise(setImmediate);
    expect(troubles[0]).toContain('can be read or written by others');
  });
});

describe('a recorder that is closed', () => {
  it('tells the size of the journal, whether it wrote or not', async () => {
    write('out', 'a\n');
    const recorder = openRecorder();
    await recorder.drain();
    const {size} = statSync(place.path('journal'));
    expect(recorder.close()).toBe(size);
    expect(recorder.close()).toBe(size);
    expect(openRecorder().close()).toBe(size);
  });

  it('writes nothing any more and answers nothing', async () => {
    write('out', 'a\n');
    const recorder = openRecorder();
    let answered = false;
    const pending = [recorder.drain(), recorder.record({event: 'closed'})];
    for (const each of pending)
      void each.then(() => {
        answered = true;
      });
    recorder.close();
    recorder.follow();
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    expect(answered).toBe(false);
    expect(records()).toEqual([]);
  });
});
