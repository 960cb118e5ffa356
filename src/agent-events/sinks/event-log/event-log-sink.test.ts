import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {StintError} from '../../../base/index.ts';
import {type EventLog, type LogEntry, openEventLog} from '../../../event-log/index.ts';
import type {AgentEvent, UnknownAgentEvent} from '../../event.ts';
import {sessionTopic} from '../../topics/index.ts';
import type {Redactor} from '../sink.ts';
import {type EventLogSink, type EventLogSinkOptions, eventLogSink} from './event-log-sink.ts';

const NOW = 1_767_225_600_000;

let log: EventLog;
let warnings: string[];
const sinks: EventLogSink[] = [];
beforeEach(async () => {
  log = await openEventLog({backend: 'memory'});
  warnings = [];
});
afterEach(async () => {
  for (const sink of sinks.splice(0)) await sink.close();
  await log.close();
});

function opened(options: EventLogSinkOptions = {}, on: EventLog = log): EventLogSink {
  const sink = eventLogSink(on, {now: () => NOW, warn: text => warnings.push(text), ...options});
  sinks.push(sink);
  return sink;
}

const turn = (session_id: string, iteration: number): AgentEvent => ({
  type: 'turn_start',
  session_id,
  iteration,
});

/** A log that answers an append with this error for as long as it is told to, and is slow on demand. */
function faulty(): {
  on: EventLog;
  error: unknown;
  appends: number;
  slow: Promise<void> | undefined;
} {
  const state = {
    on: log,
    error: undefined as unknown,
    appends: 0,
    slow: undefined as Promise<void> | undefined,
  };
  state.on = new Proxy(log, {
    get: (target, name) => {
      if (name !== 'appendMany') {
        const member: unknown = Reflect.get(target, name);
        return typeof member === 'function' ? member.bind(target) : member;
      }
      return async (...args: Parameters<EventLog['appendMany']>) => {
        state.appends += 1;
        await state.slow;
        if (state.error !== undefined) throw state.error;
        return target.appendMany(...args);
      };
    },
  });
  return state;
}

const entriesOf = (sessionId: string): Promise<LogEntry[]> =>
  log.readRange(sessionTopic(sessionId), {limit: 1_000_000});

async function iterationsOf(sessionId: string): Promise<unknown[]> {
  return (await entriesOf(sessionId)).map(({payload}) => eventOf(payload).iteration ?? eventOf(payload).type);
}

function eventOf(payload: LogEntry['payload']): {iteration?: number; type?: string; dropped?: number} {
  return (payload as {event: object}).event;
}

describe('an event in the log', () => {
  it('has its type, its session and the time when it came', async () => {
    const sink = opened();
    sink.handleEvent(turn('s/1', 7));
    await sink.flush();
    expect(await log.topics()).toMatchObject([{topic: 'observability.agent_events.s_2f1', latest: 1}]);
    expect(await entriesOf('s/1')).toEqual([
      {
        id: 1,
        kind: 'turn_start',
        payload: {index_hint: NOW, session_id: 's/1', event: turn('s/1', 7)},
        headers: {session_id: 's/1'},
        occurred_at_ms: NOW,
      },
    ]);
    expect(sink.health()).toEqual({written: 1, dropped: 0, lastError: undefined, since: undefined});
  });

  it('tells how deep in nested frames it was emitted, where that is known', async () => {
    const sink = opened();
    sink.handleEvent(turn('s', 0), {frameDepth: 2});
    await sink.flush();
    expect((await entriesOf('s'))[0]?.headers).toEqual({session_id: 's', frame_depth: '2'});
  });

  it.each([
    ['no type', {session_id: 's'}],
    ['a type that is no text', {type: 7, session_id: 's'}],
    ['a blank type', {type: ' ', session_id: 's'}],
  ])('of %s is an agent_event', async (_, event) => {
    const sink = opened();
    sink.handleEvent(event as unknown as UnknownAgentEvent);
    await sink.flush();
    expect(await entriesOf('s')).toMatchObject([{kind: 'agent_event', payload: {event}}]);
  });

  it.each([
    [undefined, 'observability.agent_events.'],
    ['main', 'observability.agent_events.main'],
  ])('that names no session belongs to that of the sink, %s', async (sessionId, topic) => {
    const sink = opened(sessionId === undefined ? {} : {sessionId});
    sink.handleEvent({type: 'tick'});
    await sink.flush();
    const [entry] = await log.readRange(topic);
    expect(entry).toMatchObject({
      payload: {session_id: sessionId ?? ''},
      headers: {session_id: sessionId ?? ''},
    });
  });

  it('is redacted, and stays whole for everybody else', async () => {
    const sink = opened({redactor: event => ({...event, content: 'redacted'})});
    const event: AgentEvent = {type: 'agent_message_chunk', session_id: 's', content: 'secret'};
    sink.handleEvent(event);
    await sink.flush();
    expect(await entriesOf('s')).toMatchObject([{payload: {event: {content: 'redacted'}}}]);
    expect(event.content).toBe('secret');
  });
});

describe('what tells of lost events', () => {
  const thrown = (message: string): AgentEvent =>
    Object.defineProperty(turn('s', 0), 'iteration', {
      enumerable: true,
      get: () => {
        throw new Error(message);
      },
    });
  const gapOf = async () => eventOf((await entriesOf('s'))[0]?.payload ?? null);

  it('is redacted too, because what was thrown may hold what an event held', async () => {
    const redactor: Redactor = event => JSON.parse(JSON.stringify(event).replaceAll('hush', '***'));
    const sink = opened({redactor});
    sink.handleEvent(thrown('not the hush'));
    await sink.flush();
    expect(await gapOf()).toMatchObject({type: 'gap', dropped: 1, reason: 'not the ***'});
  });

  it('has a number also where it cannot be redacted, and a bounded reason', async () => {
    const failing = opened({
      redactor: () => {
        throw new Error('no');
      },
    });
    failing.handleEvent(turn('s', 0));
    await failing.flush();
    expect(await gapOf()).toMatchObject({type: 'gap', dropped: 1, reason: 'it could not be redacted'});
    const sink = opened();
    sink.handleEvent(thrown('x'.repeat(10_000)));
    await sink.flush();
    expect(eventOf((await entriesOf('s'))[1]?.payload ?? null)).toMatchObject({reason: 'x'.repeat(500)});
  });
});

describe('the order of a session', () => {
  it('is that in which its events came, also of many in one turn and over many turns', async () => {
    const sink = opened();
    for (let iteration = 0; iteration < 12_000; iteration++) {
      sink.handleEvent(turn(`s${iteration % 3}`, iteration));
      if (iteration % 1000 === 999) await new Promise(setImmediate);
    }
    await sink.flush();
    for (const each of [0, 1, 2]) {
      const wanted = Array.from({length: 4000}, (_, at) => 3 * at + each);
      expect(await iterationsOf(`s${each}`)).toEqual(wanted);
    }
    expect(sink.health()).toMatchObject({written: 12_000, dropped: 0});
  });

  it('is kept while appends fail and are repeated', async () => {
    const state = faulty();
    const sink = opened({}, state.on);
    let iteration = 0;
    for (const error of [undefined, new Error('broken'), undefined, new Error('again'), undefined]) {
      state.error = error;
      for (const last = iteration + 50; iteration < last; iteration++) {
        sink.handleEvent(turn('s', iteration));
        if (iteration % 10 === 0) await new Promise(setImmediate);
      }
      await sink.flush();
    }
    expect(await iterationsOf('s')).toEqual(Array.from({length: 250}, (_, at) => at));
    expect(sink.health()).toMatchObject({written: 250, dropped: 0, since: undefined});
  });

  it.each([
    ['', undefined],
    [' and fails', new Error('broken')],
  ])('is kept although later events come while an append is under way%s', async (_, error) => {
    const state = faulty();
    const sink = opened({}, state.on);
    let goOn: (() => void) | undefined;
    state.slow = new Promise(resolve => {
      goOn = resolve;
    });
    state.error = error;
    sink.handleEvent(turn('s', 0));
    await Promise.resolve();
    for (const iteration of [1, 2, 3]) sink.handleEvent(turn('s', iteration));
    await new Promise(setImmediate);
    expect(state.appends).toBe(1);
    goOn?.();
    await sink.flush();
    expect(state.appends).toBe(error === undefined ? 2 : 1);
    state.error = undefined;
    await sink.flush();
    expect(state.appends).toBe(2);
    expect(await iterationsOf('s')).toEqual([0, 1, 2, 3]);
  });
});

describe('a log that fails', () => {
  it('is tried again by itself, and warned of once when it fails and once when it works', async () => {
    const state = faulty();
    const sink = opened({}, state.on);
    state.error = new StintError('DISK_FULL', 'No room for x: the disk is full.');
    for (const iteration of [0, 1, 2]) {
      sink.handleEvent(turn('a', iteration));
      sink.handleEvent(turn('b', iteration));
      await sink.flush();
    }
    expect(warnings).toEqual([
      'Events are not recorded in the event log: No room for x: the disk is full. The work goes on; what gets lost is counted.',
    ]);
    expect(sink.health()).toMatchObject({written: 0, dropped: 0, since: NOW});
    state.error = undefined;
    const entries = log.subscribe(sessionTopic('b'));
    for (const iteration of [0, 1, 2])
      expect(eventOf((await entries.next()).value?.payload ?? null).iteration).toBe(iteration);
    await sink.flush();
    expect(warnings.slice(1)).toEqual(['Events are recorded in the event log again; none got lost.']);
    expect(sink.health()).toMatchObject({written: 6, dropped: 0, since: undefined});
    expect(await iterationsOf('a')).toEqual([0, 1, 2]);
  });

  it('takes what fits into memory later, and a gap in the place of what does not', async () => {
    const state = faulty();
    const sink = opened({maxWaitingBytes: 1000}, state.on);
    state.error = new Error('broken');
    for (let iteration = 0; iteration < 100; iteration++) sink.handleEvent(turn('s', iteration));
    sink.handleEvent(turn('other', 0));
    await sink.flush();
    state.error = undefined;
    await sink.flush();
    sink.handleEvent(turn('s', 100));
    await sink.flush();
    const written = await iterationsOf('s');
    const kept = written.indexOf('gap');
    expect(kept).toBeGreaterThan(0);
    expect(written).toEqual([...Array.from({length: kept}, (_, at) => at), 'gap', 100]);
    expect(eventOf((await entriesOf('s'))[kept]?.payload ?? null)).toEqual({
      type: 'gap',
      session_id: 's',
      dropped: 100 - kept,
      since_ms: NOW,
      reason: 'it takes them too slowly, and too many wait',
    });
    expect(await iterationsOf('other')).toEqual(['gap']);
    // 101 of the session and one of the other were handed over; what tells of lost ones is none of them
    expect(sink.health()).toMatchObject({written: kept + 1, dropped: 100 - kept + 1});
    expect(warnings).toHaveLength(2);
  });

  it('never makes the sink throw, whatever it throws', async () => {
    const broken = new Proxy(log, {
      get: (_, name) => {
        throw new Error(`no ${String(name)}`);
      },
    });
    const sink = opened({}, broken);
    sink.handleEvent(turn('s', 0));
    await sink.flush();
    await sink.close();
    expect(sink.health()).toMatchObject({written: 0, dropped: 1, since: NOW});
  });

  it('that was closed below the sink loses what comes, and says so once', async () => {
    const sink = opened();
    await log.close();
    for (const iteration of [0, 1, 2]) {
      sink.handleEvent(turn('s', iteration));
      await sink.flush();
    }
    expect(sink.health()).toMatchObject({dropped: 3, lastError: 'The event log has been closed.'});
    expect(warnings).toHaveLength(1);
  });
});

describe('an event with a number that JSON cannot hold', () => {
  it('is recorded with null in its place', async () => {
    const sink = opened();
    const event = {type: 'usage', session_id: 's', cost: Number.NaN, used: [1, Number.POSITIVE_INFINITY]};
    sink.handleEvent(turn('s', 0));
    sink.handleEvent(event as unknown as UnknownAgentEvent);
    sink.handleEvent(turn('s', 1));
    await sink.flush();
    const events = (await entriesOf('s')).map(({payload}) => eventOf(payload));
    expect(events).toEqual([turn('s', 0), {...event, cost: null, used: [1, null]}, turn('s', 1)]);
    expect(sink.health()).toMatchObject({written: 3, dropped: 0});
    expect(warnings).toEqual([]);
  });
});

describe('an event that cannot be recorded', () => {
  const cyclic: Record<string, unknown> = {type: 'cyclic', session_id: 's'};
  cyclic.self = cyclic;

  it.each([
    ['is in itself', cyclic],
    ['holds what JSON cannot', {type: 'big', session_id: 's', big: 1n}],
    [
      'throws when it is looked at',
      {
        type: 'trap',
        session_id: 's',
        get content() {
          throw new Error('trap');
        },
      },
    ],
  ])('because it %s is lost alone, with a gap in its place', async (_, event) => {
    const sink = opened();
    sink.handleEvent(turn('s', 0));
    sink.handleEvent(event as UnknownAgentEvent);
    sink.handleEvent(turn('s', 1));
    await sink.flush();
    const written = await iterationsOf('s');
    expect(written).toEqual([0, 'gap', 1]);
    expect(sink.health()).toMatchObject({dropped: 1, since: undefined});
  });

  it.each([null, 'text', 7, [1]])('because it is no object, %j, is counted', async event => {
    const sink = opened({sessionId: 'main'});
    sink.handleEvent(event as unknown as UnknownAgentEvent);
    await sink.flush();
    expect(await iterationsOf('main')).toEqual(['gap']);
    expect(sink.health()).toMatchObject({dropped: 1, since: undefined});
  });
});

describe('closing', () => {
  it('puts in what waits, and drops what comes later', async () => {
    const sink = opened();
    for (let iteration = 0; iteration < 3000; iteration++) sink.handleEvent(turn('s', iteration));
    await Promise.all([sink.close(), sink.close()]);
    sink.handleEvent(turn('s', 3000));
    expect(await iterationsOf('s')).toHaveLength(3000);
    expect(sink.health()).toMatchObject({written: 3000, dropped: 1, lastError: 'the session was closed'});
    expect(warnings).toHaveLength(1);
  });

  it('counts what the log refuses until the end', async () => {
    const state = faulty();
    state.error = new Error('broken');
    const sink = opened({}, state.on);
    for (const iteration of [0, 1]) sink.handleEvent(turn('s', iteration));
    await sink.close();
    expect(sink.health()).toMatchObject({written: 0, dropped: 2, lastError: 'broken'});
  });
});
