/** An event log on a disk that fills and is freed again: nothing is half in, and it goes on. */
import {mkdirSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {eventLogSink} from '../../src/agent-events/index.ts';
import {
  type EventLog,
  type EventLogOptions,
  type LogEntry,
  type NewEntry,
  openEventLog,
  sessionTopic,
} from '../../src/event-log.ts';
import {SmallDisk} from '../support/small-disk.ts';

/** A file system of 3 MB. */
let disk: SmallDisk;
let mount: string;
let log: EventLog | undefined;
/** Nobody else may do what is done here. */
const describeAsRoot = describe.skipIf(process.getuid?.() !== 0);

beforeEach(() => {
  disk = new SmallDisk('size=3m,mode=0755');
  mount = disk.path;
  mkdirSync(join(mount, 'log'), {mode: 0o700});
});
afterEach(async () => {
  await log?.close();
  log = undefined;
  await disk.remove();
});

const BACKENDS = [
  ['sqlite', () => ({backend: 'sqlite', path: join(mount, 'log', 'events.db'), chain: true})],
  ['file', () => ({backend: 'file', directory: join(mount, 'log', 'events'), chain: true})],
] as const satisfies readonly (readonly [string, () => EventLogOptions])[];

const FULL = expect.objectContaining({code: 'DISK_FULL', hint: expect.stringMatching(/^Free .*space/)});
const entry = (number: number, size: number): NewEntry => ({
  kind: 'k',
  payload: {number, filling: 'x'.repeat(size)},
});
const range = (from: number, to: number): number[] =>
  Array.from({length: to + 1 - from}, (_, at) => from + at);

describeAsRoot.each(BACKENDS)('the %s backend on a disk that fills', (_, place) => {
  it('says so, has nothing half in, and goes on when there is room again', async () => {
    log = await openEventLog(place());
    await log.appendMany(
      't',
      range(1, 10).map(number => entry(number, 10)),
    );
    await log.ack('t', 'c', 4);
    disk.fill();
    const numbers = [...range(1, 10), ...(await appendUntilFull(log, 11))];
    await expect(
      log.appendMany(
        't',
        range(0, 99).map(at => entry(-at, 1000)),
      ),
    ).rejects.toEqual(FULL);
    const turn = await Promise.allSettled([
      log.append('t', entry(-1, 400_000)),
      log.append('other', entry(-2, 400_000)),
    ]);
    expect(turn.map(each => each.status === 'rejected' && each.reason)).toEqual([FULL, FULL]);
    expect(numbersOf(await readAll(log, 't'))).toEqual(numbers);
    expect(await log.consumerCursor('t', 'c')).toBe(4);
    expect(await log.verify('t')).toMatchObject({ok: true, checked: numbers.length});

    disk.makeRoom();
    const next = numbers.length + 1;
    expect(await log.append('t', entry(next, 10))).toBe(next);
    expect(await log.append('other', entry(1, 10))).toBe(1);
    expect(await log.ack('t', 'c', next)).toBe(next);
    await log.close();
    log = await openEventLog(place());
    expect(numbersOf(await readAll(log, 't'))).toEqual(range(1, next));
    expect(await log.latest('t')).toBe(next);
    expect(await log.verify('t')).toEqual({ok: true, checked: next, chained: true});
    expect(await log.verify('other')).toEqual({ok: true, checked: 1, chained: true});
  });

  it('can be compacted where there is little room', async () => {
    log = await openEventLog(place());
    await log.appendMany(
      't',
      range(1, 300).map(number => entry(number, 1000)),
    );
    await log.close();
    log = await openEventLog(place());
    disk.fill();
    disk.makeRoom(64 * 1024);
    expect(await log.compact('t', 290)).toMatchObject({removed: 290, remaining: 10, latest: 300});
    expect(await log.verify('t')).toEqual({ok: true, checked: 10, chained: true});
    expect(await log.append('t', entry(301, 10))).toBe(301);
  });

  it('is given what fits of a session that is larger than the room that there is', async () => {
    log = await openEventLog(place());
    disk.fill();
    disk.makeRoom(512 * 1024);
    const sink = eventLogSink(log, {sessionId: 's', warn: () => undefined});
    for (const number of range(1, 200))
      sink.handleEvent({type: 'agent_message_chunk', session_id: 's', content: `${number}`.padEnd(10_000)});
    await sink.flush();
    const {written, since} = sink.health();
    expect(written).toBeGreaterThan(5);
    expect(since).toBeGreaterThan(0);
    disk.makeRoom();
    await sink.flush();
    expect(sink.health()).toMatchObject({written: 200, dropped: 0, since: undefined});
    await sink.close();
    expect(await log.latest(sessionTopic('s'))).toBe(200);
  });

  it('can be opened, read and followed while the disk is full', async () => {
    log = await openEventLog(place());
    await log.appendMany(
      't',
      range(1, 300).map(number => entry(number, 1000)),
    );
    disk.fill();
    const numbers = [...range(1, 300), ...(await appendUntilFull(log, 301))];
    const reader = await openEventLog(place());
    expect(numbersOf(await readAll(reader, 't'))).toEqual(numbers);
    const following = reader.subscribe('t', {after: numbers.length});
    const next = following.next();
    disk.makeRoom();
    expect(await log.append('t', entry(numbers.length + 1, 10))).toBe(numbers.length + 1);
    expect((await next).value).toMatchObject({id: numbers.length + 1});
    await reader.close();
  });
});

/** Appends from a number on; resolves with the numbers that went in. */
async function appendUntilFull(to: EventLog, from: number): Promise<number[]> {
  for (let number = from; number < from + 5000; number++) {
    const id = await to.append('t', entry(number, 500)).catch((error: unknown) => {
      expect(error).toEqual(FULL);
    });
    if (id === undefined) return range(from, number - 1);
    expect(id).toBe(number);
  }
  throw new Error('the disk does not become full');
}

async function readAll(from: EventLog, topic: string): Promise<LogEntry[]> {
  const all: LogEntry[] = [];
  for (;;) {
    const page = await from.readRange(topic, {after: all.at(-1)?.id ?? 0});
    if (page.length === 0) return all;
    all.push(...page);
  }
}

function numbersOf(entries: readonly LogEntry[]): number[] {
  return entries.map(({payload}) => (payload as unknown as {readonly number: number}).number);
}
