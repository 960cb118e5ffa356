import {describe, expect, it} from 'vitest';

import type {AgentEvent} from '../event.ts';
import {callbackSink} from './callback.ts';
import {MemorySink} from './memory.ts';
import {MultiSink} from './multi.ts';
import type {AgentEventSink} from './sink.ts';

const iterationOf = (event: object) => ('iteration' in event ? event.iteration : undefined);
const turn = (iteration: number): AgentEvent => ({type: 'turn_start', session_id: 's', iteration});
const iterations = (sink: MemorySink) => sink.events.map(({event}) => iterationOf(event));
const nothing = () => undefined;

describe('a sink in memory', () => {
  it('keeps all events with what is known of them', () => {
    const sink = new MemorySink();
    sink.handleEvent(turn(0), {frameDepth: 2});
    sink.handleEvent(turn(1));
    expect(sink.events).toEqual([
      {event: turn(0), meta: {frameDepth: 2}},
      {event: turn(1), meta: {}},
    ]);
  });

  it('keeps no more than it is told to, and counts all', () => {
    const sink = new MemorySink({most: 3});
    for (let iteration = 0; iteration < 100; iteration++) {
      sink.handleEvent(turn(iteration));
      expect(iterations(sink).at(-1)).toBe(iteration);
      expect(sink.events.length).toBe(Math.min(3, iteration + 1));
    }
    expect(sink.eventCount).toBe(100);
  });
});

describe('a fan-out', () => {
  it('hands each event to all sinks, in their order', () => {
    const heard: string[] = [];
    const named = (name: string): AgentEventSink => ({
      handleEvent: (event, meta) => void heard.push(`${name} ${event.type} ${meta?.frameDepth}`),
    });
    const sink = new MultiSink([named('a')], nothing);
    sink.push(named('b'));
    expect(sink.size).toBe(2);
    sink.handleEvent(turn(0), {frameDepth: 1});
    expect(heard).toEqual(['a turn_start 1', 'b turn_start 1']);
  });

  it('goes on behind a sink that throws, also when nobody can be told', () => {
    const errors: unknown[] = [];
    const last = new MemorySink();
    const throwing: AgentEventSink = {
      handleEvent: () => {
        throw new Error('broken');
      },
    };
    new MultiSink([throwing, last], error => errors.push(error)).handleEvent(turn(0));
    const deaf = () => {
      throw new Error('deaf');
    };
    new MultiSink([throwing, last], deaf).handleEvent(turn(1));
    expect(errors).toEqual([new Error('broken')]);
    expect(iterations(last)).toEqual([0, 1]);
  });

  it('flushes and closes all sinks that can be, also behind one that throws', () => {
    const [errors, heard]: [unknown[], string[]] = [[], []];
    const throwing = () => {
      throw new Error('broken');
    };
    const sink = new MultiSink(
      [
        {handleEvent: nothing, flush: throwing, close: throwing},
        {handleEvent: nothing},
        {handleEvent: nothing, flush: () => void heard.push('flush'), close: () => void heard.push('close')},
      ],
      error => errors.push(error),
    );
    sink.flush();
    sink.close();
    expect(heard).toEqual(['flush', 'close']);
    expect(errors).toHaveLength(2);
  });

  it('may be added to and emitted to while it hands out an event', () => {
    const late = new MemorySink();
    const sink = new MultiSink([], nothing);
    sink.push({
      handleEvent: event => {
        if (iterationOf(event) !== 0) return;
        sink.push(late);
        sink.handleEvent(turn(1));
      },
    });
    sink.handleEvent(turn(0));
    expect(iterations(late)).toEqual([1]);
  });
});

it('a function hears events and disturbs nobody when it throws', () => {
  const errors: unknown[] = [];
  const heard: unknown[] = [];
  const sink = callbackSink(
    (event, meta) => {
      heard.push([event, meta]);
      throw new Error('broken');
    },
    error => errors.push(error),
  );
  sink.handleEvent(turn(0));
  expect(heard).toEqual([[turn(0), {}]]);
  expect(errors).toEqual([new Error('broken')]);
});
