/** The sink for files on disks that are full or read-only, and where only somebody else may write. */
import {
  appendFileSync,
  chmodSync,
  chownSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {type JsonlSink, type JsonlSinkOptions, openJsonlSink} from '../../src/agent-events/index.ts';
import {listSegments, readRecords, segmentPath} from '../../src/journal/index.ts';
import {until} from '../support/sandbox.ts';
import {SmallDisk} from '../support/small-disk.ts';

const NOBODY = 65534;
/** Nobody else may do what is done here. */
const describeAsRoot = describe.skipIf(process.getuid?.() !== 0);

/** A file system of 1 MB. */
let disk: SmallDisk;
let mount: string;
let path: string;
let said: string[];
const sinks: JsonlSink[] = [];
beforeEach(() => {
  disk = new SmallDisk('size=1m,mode=0700');
  mount = disk.path;
  path = join(mount, 's.jsonl');
  said = [];
});
afterEach(async () => {
  for (const sink of sinks.splice(0)) sink.close();
  await disk.remove();
});

function opened(options: Partial<JsonlSinkOptions> = {}): JsonlSink {
  const sink = openJsonlSink({path, warn: message => said.push(message), ...options} as JsonlSinkOptions);
  sinks.push(sink);
  return sink;
}

function emit(sink: JsonlSink, from: number, to: number): void {
  for (let at = from; at < to; at++)
    sink.handleEvent({type: 'turn_start', session_id: 's', iteration: at, content: 'x'.repeat(500)});
}

/** The events, each once, in order and with what was lost in between; gives the number of all and of the lost. */
function account(): {all: number; lost: number} {
  let [next, lost, index] = [0, 0, 0];
  for (const {values} of readRecords(path, {strict: true})) {
    for (const value of values) {
      expect(value.index).toBe(index++);
      if (value.type === 'gap') {
        next += Number(value.dropped);
        lost += Number(value.dropped);
      } else expect(value.iteration).toBe(next++);
    }
  }
  return {all: next, lost};
}

function thrownBy(act: () => unknown): {code: string; message: string; hint: string | undefined} {
  try {
    act();
  } catch (error) {
    return error as ReturnType<typeof thrownBy>;
  }
  throw new Error('nothing was thrown');
}

describeAsRoot('a disk that is full for a while', () => {
  it.each([
    {durability: 'none', maxBytes: 1_000_000},
    {durability: 'none', maxBytes: 3_000},
    {durability: 'each', maxBytes: 50_000},
    {durability: 'interval', syncIntervalMs: 5, maxBytes: 50_000},
  ] as const)('costs what does not fit and nothing else, and is told of twice: %o', async options => {
    const sink = opened(options);
    emit(sink, 0, 100);
    sink.flush();
    disk.fill();
    emit(sink, 100, 400);
    await until(() => sink.health().since !== undefined);
    const {written, dropped, lastError} = sink.health();
    expect(lastError).toBe('no space is left');
    expect(dropped).toBeGreaterThan(100);
    expect(written).toBeGreaterThanOrEqual(100);
    for (let asked = 0; asked < 5; asked++) sink.flush();
    expect(said).toEqual([
      expect.stringMatching(/Events are not recorded in .*: no space is left\. The work/),
    ]);

    disk.makeRoom();
    await until(() => sink.health().since === undefined);
    emit(sink, 400, 410);
    sink.flush();
    const health = sink.health();
    expect(account()).toEqual({all: 410, lost: health.dropped});
    expect(health.written + health.dropped).toBe(410);
    expect(said).toEqual([expect.anything(), expect.stringMatching(/again; \d+ got lost\./)]);
  });

  it('may be so when a session is opened: recording begins when there is room', async () => {
    disk.fill();
    const sink = opened();
    emit(sink, 0, 3);
    await until(() => sink.health().since !== undefined);
    disk.makeRoom();
    await until(() => sink.health().since === undefined);
    expect(account()).toEqual({all: 3, lost: 0});
  });

  it('is told of where a torn tail cannot be kept, which stays until it can', () => {
    const first = opened();
    emit(first, 0, 3);
    first.close();
    appendFileSync(path, '{"index":3,"emi');
    const before = readFileSync(path);
    disk.fill();
    const error = thrownBy(() => opened());
    expect(error).toMatchObject({
      code: 'DISK_FULL',
      message: `Could not write ${path}.torn: no space is left.`,
      hint: expect.stringContaining('Free space'),
    });
    expect(readFileSync(path)).toEqual(before);
    disk.makeRoom();
    const sink = opened();
    emit(sink, 3, 4);
    sink.close();
    expect(account()).toEqual({all: 4, lost: 0});
    expect(JSON.parse(readFileSync(`${path}.torn`, 'utf8'))).toMatchObject({text: '{"index":3,"emi'});
  });

  it('leaves a file that the next opening goes on with, when the program ends meanwhile', () => {
    const sink = opened({maxBytes: 40_000});
    emit(sink, 0, 100);
    sink.flush();
    disk.fill();
    emit(sink, 100, 150);
    sink.close();
    disk.makeRoom();
    const written = sink.eventCount;
    expect(written).toBeLessThan(150);
    const next = opened();
    expect(next.eventCount).toBe(written);
    emit(next, written, 200);
    next.close();
    expect(account()).toEqual({all: 200, lost: 0});
  });
});

describeAsRoot('a disk that is read-only', () => {
  it('is told of when a session is opened, new or not, and nothing is changed', () => {
    const first = opened({maxBytes: 1000});
    emit(first, 0, 5);
    first.close();
    const last = segmentPath(path, listSegments(path).at(-1) ?? 0);
    truncateSync(last, statSync(last).size - 1);
    const before = readdirSync(mount);
    disk.remount('ro');
    try {
      for (const place of [path, join(mount, 'new.jsonl'), join(mount, 'a', 'new.jsonl')]) {
        for (const start of ['continue', 'fresh'] as const) {
          const error = thrownBy(() => opened({path: place, start}));
          expect({place, code: error.code}).toEqual({place, code: 'INTERNAL'});
          expect(error.message).toMatch(/^Could not write .*(read-?only).*\.$/i);
          expect(error.message).toContain(place);
        }
      }
    } finally {
      disk.remount('rw');
    }
    expect(readdirSync(mount)).toEqual(before);
    const sink = opened();
    expect(sink.eventCount).toBe(4);
  });
});

describeAsRoot('a session of which the files are somebody else’s', () => {
  it.each<[string, () => void]>([
    ['the directory may not be written', () => owned(0o500)],
    ['the directory may not be entered', () => owned(0o600)],
    [
      'the file belongs to somebody else',
      () => {
        const sink = opened();
        emit(sink, 0, 2);
        sink.close();
        owned(0o700);
      },
    ],
    [
      'the lock belongs to somebody else',
      () => {
        opened().close();
        chownSync(path, NOBODY, NOBODY);
        owned(0o700);
      },
    ],
  ])('is told of when it is opened, and nothing is changed: %s', (what, prepare) => {
    prepare();
    const before = readdirSync(mount).map(name => [name, statSync(join(mount, name)).size]);
    const error = asNobody(() => thrownBy(() => opened({start: 'fresh'})));
    const isLock = what.startsWith('the lock');
    expect(error).toMatchObject({
      code: isLock ? 'WRONG_OWNER' : 'INTERNAL',
      message: expect.stringMatching(
        isLock
          ? /s\.jsonl\.lock belongs to root, and this is nobody\.$/
          : /^Could not write .*\/s\.jsonl.*EACCES: permission denied.*\.$/,
      ),
    });
    expect(readdirSync(mount).map(name => [name, statSync(join(mount, name)).size])).toEqual(before);
  });

  function owned(mode: number): void {
    chownSync(mount, NOBODY, NOBODY);
    chmodSync(mount, mode);
  }

  function asNobody<T>(act: () => T): T {
    process.seteuid?.(NOBODY);
    try {
      return act();
    } finally {
      process.seteuid?.(0);
    }
  }
});
