/** How programs end with it is in test/fault/session-sinks.test.ts. */
import fc from 'fast-check';
import {afterEach, describe, expect, it} from 'vitest';

import type {AgentEvent, UnknownAgentEvent} from './event.ts';
import {SessionSinks} from './session-sinks.ts';
import {MemorySink} from './sinks/memory.ts';
import type {AgentEventSink} from './sinks/sink.ts';

const turn = (session_id: string, iteration = 0): AgentEvent => ({type: 'turn_start', session_id, iteration});
const eventsOf = (sink: MemorySink) => sink.events.map(({event}) => event);

const registries: SessionSinks[] = [];
afterEach(() => {
  for (const registry of registries.splice(0)) registry.close();
});

function registryOf(onError: (error: unknown) => void = () => undefined): SessionSinks {
  const registry = new SessionSinks(onError);
  registries.push(registry);
  return registry;
}

/** Writes down what happens to it. */
function witness(heard: string[], name = 'sink'): AgentEventSink {
  return {
    handleEvent: event => void heard.push(`${name} ${event.type}`),
    flush: () => void heard.push(`${name} flush`),
    close: () => void heard.push(`${name} close`),
  };
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'exit', 'uncaughtExceptionMonitor'];
const listeners = () => SIGNALS.map(name => process.listenerCount(name));

describe('the sinks of sessions', () => {
  it('hear of their own sessions only, whatever these are called', () => {
    const ids = fc.oneof(fc.constantFrom('', 'a', '__proto__', 'constructor', 'a-000001'), fc.string());
    fc.assert(
      fc.property(fc.uniqueArray(ids, {minLength: 2, maxLength: 6}), fc.array(fc.nat(5)), (names, order) => {
        const registry = registryOf();
        const sinks = names.map(() => new MemorySink());
        for (const [at, name] of names.entries()) registry.register(name, sinks[at] ?? new MemorySink());
        const sent = order.map((which, at) => turn(names[which % names.length] ?? '', at));
        for (const event of sent) registry.emit(event);
        for (const [at, name] of names.entries())
          expect(eventsOf(sinks[at] ?? new MemorySink())).toEqual(
            sent.filter(event => event.session_id === name),
          );
      }),
    );
  });

  it('get what is known of an event beside itself', () => {
    const [registry, sink] = [registryOf(), new MemorySink()];
    registry.register('a', sink);
    registry.emit(turn('a'), {frameDepth: 3});
    expect(sink.events).toEqual([{event: turn('a'), meta: {frameDepth: 3}}]);
  });

  it('are counted, and hear of an event once however often they are registered', () => {
    const [registry, sink] = [registryOf(), new MemorySink()];
    const first = registry.register('a', sink);
    const second = registry.register('a', sink);
    registry.register('a', new MemorySink());
    expect([registry.count('a'), registry.count('b')]).toEqual([2, 0]);
    registry.emit(turn('a'));
    first();
    first();
    registry.emit(turn('a'));
    expect(registry.count('a')).toBe(2);
    second();
    registry.emit(turn('a'));
    expect(registry.count('a')).toBe(1);
    expect(sink.eventCount).toBe(2);
  });

  it('are neither flushed nor closed when they are taken back, and not taken from a later one', () => {
    const heard: string[] = [];
    const registry = registryOf();
    const takeBack = registry.register('a', witness(heard, 'old'));
    registry.clear('a');
    registry.register('a', witness(heard, 'new'));
    takeBack();
    expect(registry.count('a')).toBe(1);
    registry.register('b', witness(heard, 'other'))();
    expect(heard).toEqual(['old flush', 'old close']);
  });

  it('are flushed all, each once', () => {
    const heard: string[] = [];
    const registry = registryOf();
    const shared = witness(heard, 'shared');
    registry.register('a', shared);
    registry.register('b', shared);
    registry.register('b', witness(heard, 'own'));
    registry.register('b', new MemorySink());
    registry.flush();
    expect(heard).toEqual(['shared flush', 'own flush']);
  });

  it('are closed with the last session that has them', () => {
    const heard: string[] = [];
    const registry = registryOf();
    const shared = witness(heard, 'shared');
    registry.register('a', shared);
    registry.register('b', shared);
    registry.register('a', witness(heard, 'own'));
    registry.clear('a');
    registry.clear('a');
    registry.clear('never seen');
    expect(heard.splice(0)).toEqual(['own flush', 'own close']);
    registry.emit(turn('b'));
    registry.clear('b');
    expect(heard).toEqual(['shared turn_start', 'shared flush', 'shared close']);
  });

  it('do not hear of what nobody told a session of, or of one that has none', () => {
    const [registry, sink] = [registryOf(), new MemorySink()];
    registry.register('undefined', sink);
    for (const event of [{type: 'x'}, {type: 'x', session_id: 5}, {type: 'x', session_id: null}, turn('b')])
      registry.emit(event);
    for (const nothing of [null, undefined, 5]) registry.emit(nothing as unknown as UnknownAgentEvent);
    expect(sink.eventCount).toBe(0);
  });

  it('disturb no other and no caller when they throw', () => {
    const errors: unknown[] = [];
    const heard: string[] = [];
    const registry = registryOf(error => {
      errors.push(error);
      throw new Error('deaf');
    });
    const throwing = () => {
      throw new Error('broken');
    };
    registry.register('a', {handleEvent: throwing, flush: throwing, close: throwing});
    registry.register('a', witness(heard));
    registry.emit(turn('a'));
    registry.flush();
    registry.close();
    expect(heard).toEqual(['sink turn_start', 'sink flush', 'sink flush', 'sink close']);
    expect(errors).toHaveLength(4);
  });
});

describe('a sink that uses its registry', () => {
  it('may register, emit and clear while it handles an event', () => {
    const [registry, late, beside] = [registryOf(), new MemorySink(), new MemorySink()];
    registry.register('a', {
      handleEvent: event => {
        if ('iteration' in event && event.iteration !== 0) return;
        registry.register('a', late);
        registry.emit(turn('a', 1));
        registry.clear('a');
        registry.emit(turn('a', 2));
      },
    });
    registry.register('a', beside);
    registry.emit(turn('a', 0));
    expect(eventsOf(late)).toEqual([turn('a', 1)]);
    expect(eventsOf(beside)).toEqual([turn('a', 1), turn('a', 0)]);
    expect(registry.count('a')).toBe(0);
  });

  it('may do so while it is closed, and is closed once', () => {
    const heard: string[] = [];
    const registry = registryOf();
    registry.register('a', {
      handleEvent: () => void heard.push('event'),
      close: () => {
        heard.push('close');
        registry.emit(turn('a'));
        registry.clear('a');
        registry.close();
      },
    });
    registry.close();
    expect(heard).toEqual(['close']);
  });
});

describe('a closed registry', () => {
  it('flushed and closed each of its sinks once', () => {
    const heard: string[] = [];
    const registry = registryOf();
    const shared = witness(heard);
    for (const name of ['a', 'b', 'c']) registry.register(name, shared);
    registry.close();
    registry.close();
    expect(heard).toEqual(['sink flush', 'sink close']);
  });

  it('takes events without a word, and no sinks', () => {
    const [registry, sink] = [registryOf(), new MemorySink()];
    const takeBack = registry.register('a', sink);
    registry.close();
    registry.emit(turn('a'));
    registry.flush();
    registry.clear('a');
    takeBack();
    expect([sink.eventCount, registry.count('a')]).toEqual([0, 0]);
    expect(() => registry.register('a', sink)).toThrow(expect.objectContaining({code: 'USAGE'}));
  });
});

describe('listening for the end of the process', () => {
  it('lasts as long as there is a sink', () => {
    const before = listeners();
    const one = before.map(count => count + 1);
    const registry = registryOf();
    expect(listeners()).toEqual(before);
    const takeBack = ['a', 'a', 'b'].map(name => registry.register(name, new MemorySink()));
    expect(listeners()).toEqual(one);
    for (const each of takeBack) each();
    expect(listeners()).toEqual(before);
    registry.register('a', new MemorySink());
    registry.register('b', new MemorySink());
    registry.clear('a');
    expect(listeners()).toEqual(one);
    registry.clear('b');
    expect(listeners()).toEqual(before);
    registry.register('c', new MemorySink());
    registry.close();
    expect(listeners()).toEqual(before);
  });
});
