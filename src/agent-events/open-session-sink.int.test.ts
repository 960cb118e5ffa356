import {chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {openEventLog} from '../event-log/index.ts';
import {EVENTS_SCHEMA, openForWriting} from '../store/index.ts';
import {parsePersistedEvent} from './envelope.ts';
import type {AgentEvent} from './event.ts';
import {openSessionSink, type SessionSink, type SessionSinkOptions} from './open-session-sink.ts';

let root: string;
let path: string;
let directory: string;
let warnings: string[];
const sinks: SessionSink[] = [];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'stint-session-sink-'));
  path = join(root, 'state', 'events.db');
  directory = join(root, 'sessions');
  warnings = [];
});
afterEach(async () => {
  for (const sink of sinks.splice(0)) await sink.close();
  rmSync(root, {recursive: true});
});

async function opened(options: Partial<SessionSinkOptions> = {}): Promise<SessionSink> {
  const sink = await openSessionSink({
    sessionId: 's',
    log: {backend: 'sqlite', path},
    directory,
    warn: text => warnings.push(text),
    ...options,
  });
  sinks.push(sink);
  return sink;
}

const turn = (iteration: number, session_id = 's'): AgentEvent => ({
  type: 'turn_start',
  session_id,
  iteration,
});

async function iterationsIn(topic: string): Promise<unknown[]> {
  const log = await openEventLog({backend: 'sqlite', path});
  const entries = await log.readRange(topic, {limit: 1_000_000});
  await log.close();
  return entries.map(({payload}) => (payload as {event: {iteration?: number}}).event.iteration);
}

function linesOf(sink: SessionSink): unknown[] {
  const text = readFileSync(sink.location ?? '', 'utf8');
  return text
    .split('\n')
    .slice(0, -1)
    .map(line => parsePersistedEvent(line)?.event);
}

describe('a session in the event log', () => {
  it('is what is opened first, and says where it is', async () => {
    const sink = await opened();
    expect(sink).toMatchObject({kind: 'event-log', location: 'observability.agent_events.s'});
    for (let iteration = 0; iteration < 5000; iteration++) sink.handleEvent(turn(iteration));
    await sink.close();
    expect(await iterationsIn('observability.agent_events.s')).toEqual(
      Array.from({length: 5000}, (_, at) => at),
    );
    expect(sink.health()).toEqual({written: 5000, dropped: 0, lastError: undefined, since: undefined});
    expect(warnings).toEqual([]);
  });

  it('goes on in the order of its events when it is opened again', async () => {
    for (const from of [0, 10]) {
      const sink = await opened();
      for (let at = from; at < from + 10; at++) sink.handleEvent(turn(at));
      await sink.close();
    }
    expect(await iterationsIn('observability.agent_events.s')).toEqual(
      Array.from({length: 20}, (_, at) => at),
    );
  });

  it('leaves to other sessions what names them, and takes what names none', async () => {
    const sink = await opened();
    sink.handleEvent(turn(0, 'child'));
    sink.handleEvent({type: 'tick', iteration: 1});
    await sink.close();
    expect(await iterationsIn('observability.agent_events.child')).toEqual([0]);
    expect(await iterationsIn('observability.agent_events.s')).toEqual([1]);
  });

  it('is on the disk after flush, whatever else reads there', async () => {
    const sink = await opened();
    sink.handleEvent(turn(0));
    await sink.flush();
    expect(await iterationsIn('observability.agent_events.s')).toEqual([0]);
  });
});

describe('where the event log cannot be opened', () => {
  it.each([
    [
      'its database is none',
      () => writeFileSync(path, 'not a database, not at all\n'.repeat(100), {mode: 0o600}),
    ],
    ['others may read it', () => writeFileSync(path, '', {mode: 0o644})],
    [
      'its directory cannot be made',
      () => {
        rmSync(join(root, 'state'), {recursive: true});
        writeFileSync(join(root, 'state'), '');
      },
    ],
    ['a newer stint wrote it', () => makeNewer(path)],
  ])('because %s, a session is recorded in a file, and a warning says so', async (_, spoil) => {
    mkdirSync(join(root, 'state'), {mode: 0o700});
    await spoil();
    const sink = await opened({redactor: event => ({...event, seen: true})});
    expect(sink).toMatchObject({kind: 'jsonl', location: join(directory, 'event_log-s.jsonl')});
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(
      /^The event log cannot be opened: .*[^.]\. The events of the session 's' are/,
    );
    expect(warnings[0]).toContain(`recorded in ${sink.location} instead.`);
    expect(warnings[0]).toContain(join(root, 'state'));
    for (const iteration of [0, 1, 2]) sink.handleEvent(turn(iteration));
    await sink.flush();
    expect(linesOf(sink)).toEqual([0, 1, 2].map(iteration => ({...turn(iteration), seen: true})));
    expect(sink.health()).toMatchObject({written: 3, dropped: 0});
  });

  it('and no file either, events are counted, and the work goes on', async () => {
    writeFileSync(join(root, 'state'), '');
    writeFileSync(directory, '');
    const sink = await opened({
      warn: text => {
        warnings.push(text);
        throw new Error('deaf');
      },
    });
    expect(sink).toMatchObject({kind: 'none', location: undefined});
    sink.handleEvent(turn(0));
    await sink.flush();
    expect(sink.health()).toEqual({
      written: 0,
      dropped: 1,
      lastError: expect.stringMatching(/^The event log cannot be opened: .* Nor can a file be: /),
      since: expect.any(Number),
    });
    expect(warnings).toEqual([
      `${sink.health().lastError} The events of the session 's' are not recorded. The work goes on; what gets lost is counted.`,
    ]);
  });

  it('and somebody else records the session in a file, nothing of his is touched', async () => {
    writeFileSync(join(root, 'state'), '');
    const first = await opened();
    const second = await opened();
    expect([first.kind, second.kind]).toEqual(['jsonl', 'none']);
    first.handleEvent(turn(0));
    second.handleEvent(turn(1));
    await first.flush();
    expect(linesOf(first)).toEqual([turn(0)]);
  });
});

describe('a log that stops to work after it was opened', () => {
  it('keeps the session in memory, and goes on when it works again', async () => {
    const sink = await opened();
    sink.handleEvent(turn(0));
    await sink.flush();
    const release = lockedDatabase(path);
    sink.handleEvent(turn(1));
    sink.handleEvent(turn(2));
    const flushed = sink.flush();
    expect(await iterationsIn('observability.agent_events.s')).toEqual([0]);
    release();
    await flushed;
    expect(await iterationsIn('observability.agent_events.s')).toEqual([0, 1, 2]);
    expect(sink.health()).toMatchObject({written: 3, dropped: 0, since: undefined});
  });
});

/** An event log whose schema is one step ahead. */
async function makeNewer(database: string): Promise<void> {
  const log = await openEventLog({backend: 'sqlite', path: database});
  await log.close();
  const bytes = readFileSync(database);
  bytes.writeUInt32BE(99, 60); // user_version in the header of the database
  writeFileSync(database, bytes);
  chmodSync(database, 0o600);
}

/** Somebody is writing; the returned function ends that. */
function lockedDatabase(database: string): () => void {
  const db = openForWriting(database, EVENTS_SCHEMA);
  db.exec('BEGIN IMMEDIATE');
  return () => {
    db.exec('ROLLBACK');
    db.close();
  };
}

it('is refused without a session', async () => {
  const nothing = {} as unknown as Parameters<typeof openSessionSink>[0];
  await expect(openSessionSink(nothing)).rejects.toMatchObject({code: 'USAGE'});
});
