/** Event logs whose programs are killed or end in the middle, and a database that is damaged. Real processes and files. */
import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {pathToFileURL} from 'node:url';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {type EventLog, type EventLogOptions, type LogEntry, openEventLog} from '../../src/event-log/index.ts';
import {openDatabase} from '../../src/store/testing/open-database.ts';
import {seededRandom} from '../support/random.ts';
import {until} from '../support/sandbox.ts';

const LIBRARY = pathToFileURL(join(import.meta.dirname, '../../dist/lib/event-log/index.js')).href;

let directory: string;
let log: EventLog | undefined;
const children: ChildProcess[] = [];
beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'stint-event-log-')));
});
afterEach(async () => {
  for (const child of children.splice(0)) await end(child);
  await log?.close();
  log = undefined;
  rmSync(directory, {recursive: true});
});

const BACKENDS = [
  ['sqlite', () => ({backend: 'sqlite', path: join(directory, 'events.db')})],
  ['file', () => ({backend: 'file', directory: join(directory, 'events')})],
] as const satisfies readonly (readonly [string, () => EventLogOptions])[];

/** Starts a program that has opened the log as `log`. */
function start(options: EventLogOptions, body: string, ...args: readonly string[]): ChildProcess {
  const file = join(directory, `program-${children.length}.mjs`);
  const opening = `const log = await openEventLog(${JSON.stringify(options)});`;
  const imports = `import {existsSync, openSync, writeSync} from 'node:fs';\nimport {openEventLog} from '${LIBRARY}';`;
  writeFileSync(file, `${imports}\n${opening}\n${body}`);
  const child = spawn(process.execPath, [file, ...args], {stdio: ['ignore', 'pipe', 'ignore']});
  children.push(child);
  return child;
}

/** kill -9; resolves when it is gone. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

async function readAll(from: EventLog, topic: string): Promise<LogEntry[]> {
  const all: LogEntry[] = [];
  for (;;) {
    const page = await from.readRange(topic, {after: all.at(-1)?.id ?? 0});
    if (page.length === 0) return all;
    all.push(...page);
  }
}

const range = (from: number, to: number): number[] =>
  Array.from({length: to + 1 - from}, (_, at) => from + at);

/** Appends three single entries and four at once in every turn, and writes down what was acknowledged, until \stop is there. */
const APPENDER = `
const [,, name, notes, stop] = process.argv;
const fd = openSync(notes, 'a');
const entry = (number, group) => ({kind: 'k', payload: {name, number, group}, headers: {name}});
for (let number = 0; !existsSync(stop); number += 7) {
  const given = [0, 1, 2].map(at => log.append('t', entry(number + at, null)));
  const many = log.appendMany('t', [3, 4, 5, 6].map(at => entry(number + at, number)));
  const ids = [...await Promise.all(given), ...await many];
  writeSync(fd, ids.map((id, at) => id + ' ' + name + ' ' + (number + at) + '\\n').join(''));
  await new Promise(resolve => setTimeout(resolve, 2));
}
await log.close();
`;

/** Follows from an id on, and writes down what it is given. */
const SUBSCRIBER = `
const [,, notes, after] = process.argv;
const fd = openSync(notes, 'a');
for await (const {id, payload} of log.subscribe('t', {after: Number(after)})) {
  writeSync(fd, id + ' ' + payload.name + ' ' + payload.number + '\\n');
}
`;

interface Payload {
  readonly name: string;
  readonly number: number;
  /** The first number of the entries that were appended with it. */
  readonly group: number | null;
}

describe.each(BACKENDS)(
  'two that append and three that follow, of whom one after the other is killed: %s',
  (backend, place) => {
    const KILLS = 10;

    it('leave contiguous ids, every acknowledged entry once, and none that a follower missed or saw twice', async () => {
      const random = seededRandom(`event log, ${backend}`);
      const options = {...place(), chain: true};
      const stop = join(directory, 'stop');
      const notes = (who: string): string => join(directory, `${who}.txt`);
      const linesOf = (who: string): string[] =>
        existsSync(notes(who)) ? readFileSync(notes(who), 'utf8').split('\n').slice(0, -1) : [];
      let runs = 0;
      const startOne = (who: string): ChildProcess => {
        runs += 1;
        if (who.startsWith('appender')) return start(options, APPENDER, `${who}.${runs}`, notes(who), stop);
        return start(options, SUBSCRIBER, notes(who), linesOf(who).at(-1)?.split(' ')[0] ?? '0');
      };
      const all = ['appender1', 'appender2', 'subscriber1', 'subscriber2', 'subscriber3'];
      const running = new Map(all.map(who => [who, {child: startOne(who), from: 0}]));

      for (let kill = 0; kill < KILLS; kill++) {
        const who = random.pick(all);
        const {child, from} = running.get(who) ?? {child: undefined, from: 0};
        if (child === undefined) throw new Error(`${who} does not run`);
        await until(() => linesOf(who).length > from);
        await delay(random.int(40)); // somewhere in its work
        await end(child);
        running.set(who, {from: linesOf(who).length, child: startOne(who)});
      }
      for (const who of all) await until(() => linesOf(who).length > (running.get(who)?.from ?? 0));
      writeFileSync(stop, '');
      for (const who of ['appender1', 'appender2']) {
        const {child} = running.get(who) ?? {};
        if (child !== undefined && child.exitCode === null) await once(child, 'exit');
        expect(child?.exitCode).toBe(0);
      }

      log = await openEventLog(place());
      const entries = await readAll(log, 't');
      const head = await log.latest('t');
      expect(head).toBeGreaterThan(KILLS * 7);
      expect(entries.map(({id}) => id)).toEqual(range(1, head));
      const written = entries.map(({id, payload}) => {
        const {name, number} = payload as unknown as Payload;
        return `${id} ${name} ${number}`;
      });
      for (const who of ['appender1', 'appender2']) {
        for (const line of linesOf(who)) expect(written[Number.parseInt(line, 10) - 1]).toBe(line);
      }
      expectWholeGroups(entries.map(({payload}) => payload as unknown as Payload));
      for (const who of ['subscriber1', 'subscriber2', 'subscriber3']) {
        await until(() => linesOf(who).length >= head);
        expect(linesOf(who)).toEqual(written);
      }
      expect(await log.verify('t')).toEqual({ok: true, checked: head, chained: true});
      expect(await log.append('t', {kind: 'k', payload: 'after'})).toBe(head + 1);
    });
  },
);

/** Every appender's numbers are there once and in order, and of those that went in together none is alone. */
function expectWholeGroups(payloads: readonly Payload[]): void {
  const next = new Map<string, number>();
  payloads.forEach(({name, number, group}, at) => {
    expect(number).toBe(next.get(name) ?? 0);
    next.set(name, number + 1);
    if (group === null || number !== group + 3) return;
    const together = payloads.slice(at, at + 4).map(each => `${each.name} ${each.number} ${each.group}`);
    expect(together).toEqual([3, 4, 5, 6].map(each => `${name} ${group + each} ${group}`));
  });
}

const KEEP_ALIVE = 'setInterval(() => {}, 60_000);';

describe.each(BACKENDS)('a program that ends without waiting for what it appended: %s', (_, place) => {
  const APPENDS = `
    await log.append('t', {kind: 'k', payload: 1});
    for (const payload of [2, 3]) void log.append('t', {kind: 'k', payload});
    void log.appendMany('t', [4, 5].map(payload => ({kind: 'k', payload})));`;

  it.each([
    ['by itself', '', {code: 0, signal: null}],
    ['by process.exit', 'process.exit(3);', {code: 3, signal: null}],
    ['by SIGTERM', `${KEEP_ALIVE} process.kill(process.pid, 'SIGTERM');`, {code: null, signal: 'SIGTERM'}],
    ['by SIGINT', `${KEEP_ALIVE} process.kill(process.pid, 'SIGINT');`, {code: null, signal: 'SIGINT'}],
    ['by an exception', "throw new Error('thrown');", {code: 1, signal: null}],
    ['by a rejection', "Promise.reject(new Error('rejected'));", {code: 1, signal: null}],
  ])('has it in the log, and ends as it would have: %s', async (_how, body, ended) => {
    const child = start(place(), `${APPENDS}\n${body}`);
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    expect({code, signal}).toEqual(ended);
    log = await openEventLog(place());
    expect((await log.readRange('t')).map(({id, payload}) => [id, payload])).toEqual(
      range(1, 5).map(id => [id, id]),
    );
  });
});

describe('a program that ends while somebody else writes to the database', () => {
  it('waits a little for him', async () => {
    const path = join(directory, 'events.db');
    log = await openEventLog({backend: 'sqlite', path});
    const db = openDatabase(path);
    const child = start(
      {backend: 'sqlite', path},
      `
      process.once('SIGUSR2', () => {
        void log.append('t', {kind: 'k', payload: 'last'});
        writeSync(1, 'ending');
        process.exit(0);
      });
      setInterval(() => {}, 60_000);
      writeSync(1, 'ready');`,
    );
    const said = child.stdout?.setEncoding('utf8')[Symbol.asyncIterator]();
    expect(await said?.next()).toMatchObject({value: 'ready'});
    db.exec('BEGIN IMMEDIATE');
    const exited = once(child, 'exit');
    child.kill('SIGUSR2');
    expect(await said?.next()).toMatchObject({value: 'ending'});
    db.exec('COMMIT');
    db.close();
    await exited;
    expect((await log.readRange('t')).map(({payload}) => payload)).toEqual(['last']);
  });
});

describe('a database of which a page is damaged', () => {
  const PAGE = 4096;
  const TEXT = 'x'.repeat(200);

  it('tells so and what to do, and gives what can still be read', async () => {
    const path = join(directory, 'events.db');
    const first = await openEventLog({backend: 'sqlite', path});
    for (const topic of ['a', 'b', 'c']) {
      await first.appendMany(
        topic,
        range(1, 300).map(number => ({kind: 'k', payload: `${topic}-${number}-${TEXT}`})),
      );
    }
    await first.close();
    const bytes = readFileSync(path);
    const page = Math.floor(bytes.indexOf(`b-150-${TEXT}`) / PAGE);
    const fd = openSync(path, 'r+');
    writeSync(fd, Buffer.alloc(PAGE, 0x55), 0, PAGE, page * PAGE);

    log = await openEventLog({backend: 'sqlite', path});
    const damaged = expect.objectContaining({
      code: 'STORE_CORRUPT',
      message: expect.stringContaining(path),
      hint: 'Move the database and its -wal and -shm files away together; the next append begins a new log.',
    });
    await expect(log.readRange('b')).rejects.toEqual(damaged);
    await expect(log.verify('b')).rejects.toEqual(damaged);
    const seen: number[] = [];
    const following = (async () => {
      for await (const {id} of log?.subscribe('b', {after: 10}) ?? []) seen.push(id);
    })();
    await expect(following).rejects.toEqual(damaged);
    expect((await log.readRange('b', {limit: 50})).length).toBe(50);
    for (const topic of ['a', 'c']) {
      expect((await readAll(log, topic)).map(({id}) => id)).toEqual(range(1, 300));
      expect(await log.verify(topic)).toMatchObject({ok: true, checked: 300});
    }
    expect((await log.topics()).map(({topic, latest}) => [topic, latest])).toEqual([
      ['a', 300],
      ['b', 300],
      ['c', 300],
    ]);
    expect(await log.append('c', {kind: 'k', payload: 'next'})).toBe(301);
    await expect(log.compact('b', 300)).rejects.toEqual(damaged);
    expect(await log.latest('b')).toBe(300);
  });

  it('is refused as a whole when it is no database any more', async () => {
    const path = join(directory, 'events.db');
    await (await openEventLog({backend: 'sqlite', path})).close();
    const fd = openSync(path, 'r+');
    writeSync(fd, Buffer.alloc(PAGE, 0x55));
    await expect(openEventLog({backend: 'sqlite', path})).rejects.toMatchObject({
      code: 'NOT_A_STINT_FILE',
      hint: expect.stringContaining('move this one away'),
    });
  });
});
