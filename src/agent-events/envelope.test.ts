import fc from 'fast-check';
import {describe, expect, it} from 'vitest';

import {parseAgentEvent, parsePersistedEvent, serialiseEvent} from './envelope.ts';
import type {AgentEvent} from './event.ts';
import {RUNTIME_LINES} from './testing/runtime-lines.ts';

const line = (event: string) => `{"index":0,"emitted_at_ms":1,"frame_depth":null,${event}}`;

describe('a line of a session', () => {
  it.each(RUNTIME_LINES)('is read and written again byte for byte: %s', each => {
    const persisted = parsePersistedEvent(each);
    expect(persisted && serialiseEvent(persisted)).toBe(each);
  });

  it('covers every variant of the runtime', () => {
    const types = new Set(RUNTIME_LINES.map(each => parsePersistedEvent(each)?.event.type));
    expect(types.size).toBe(20);
  });

  it.each([
    ['an unknown type', line('"type":"dream","session_id":"s1","depth":{"a":[1,null]}')],
    ['unknown keys', line('"type":"turn_start","session_id":"s1","iteration":0,"mood":"good"')],
    ['a depth', '{"index":7,"emitted_at_ms":1,"frame_depth":2,"type":"stop","session_id":"s","reason":"r"}'],
  ])('keeps %s', (_what, each) => {
    const persisted = parsePersistedEvent(each);
    expect(persisted && serialiseEvent(persisted)).toBe(each);
  });

  it('may come without a depth, and with its keys in any order', () => {
    expect(parsePersistedEvent('{"type":"x","emitted_at_ms":5,"index":3}')).toEqual({
      index: 3,
      emittedAtMs: 5,
      frameDepth: null,
      event: {type: 'x'},
    });
  });

  it.each([
    ['no JSON', '{"index":0'],
    ['no object', '[]'],
    ['nothing', ''],
    ['no type', '{"index":0,"emitted_at_ms":1,"frame_depth":null}'],
    ['a type that is no text', line('"type":5')],
    ['no index', '{"emitted_at_ms":1,"frame_depth":null,"type":"x"}'],
    ['half an index', '{"index":0.5,"emitted_at_ms":1,"frame_depth":null,"type":"x"}'],
    ['no time', '{"index":0,"emitted_at_ms":"1","frame_depth":null,"type":"x"}'],
  ])('is none with %s', (_what, each) => {
    expect(parsePersistedEvent(each)).toBeUndefined();
  });

  it('is well-formed and one line whatever an event holds, and holds all that JSON can', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({unit: 'binary'}), fc.jsonValue()), fields => {
        const event = {
          type: 'x',
          ...fields,
          index: undefined,
          emitted_at_ms: undefined,
          frame_depth: undefined,
        };
        const text = serialiseEvent({
          index: 1,
          emittedAtMs: 2,
          frameDepth: null,
          event: {...event, type: 'x'},
        });
        expect(text).not.toMatch(/\p{Surrogate}/u);
        expect(text).not.toContain('\n');
        expect(text).not.toMatch(/\\u[dD][89a-fA-F]/);
        expect(parsePersistedEvent(text)).toMatchObject({index: 1, emittedAtMs: 2, event: {type: 'x'}});
      }),
    );
  });

  it('has U+FFFD for half a surrogate pair, in keys too', () => {
    const event = {type: 'agent_message_chunk', content: 'a\ud83d', 'k\udc00': ['\ud800', '🚀']};
    const text = serialiseEvent({index: 0, emittedAtMs: 1, frameDepth: null, event});
    expect(parsePersistedEvent(text)?.event).toEqual({
      type: 'agent_message_chunk',
      content: 'a\ufffd',
      'k\ufffd': ['\ufffd', '🚀'],
    });
  });
});

const UPDATE = {
  type: 'tool_call_update',
  session_id: 's',
  tool_call_id: 'c',
  tool_name: 'n',
  status: 'failed',
  raw_output: null,
  error: 'gone',
} as const;

describe('an event', () => {
  it('may come as text or as an object, of a type that is not known yet', () => {
    expect(parseAgentEvent('{"type":"dream","x":1}')).toEqual({type: 'dream', x: 1});
    expect(parseAgentEvent({type: 'stop', session_id: 's', reason: 'r'})).toMatchObject({type: 'stop'});
    for (const other of ['', 'null', '{}', '{"type":""}', 5, null, undefined, []])
      expect(parseAgentEvent(other)).toBeUndefined();
  });

  it('has a type that the compiler checks', () => {
    const events: AgentEvent[] = [
      {type: 'turn_start', session_id: 's', iteration: 1},
      {
        type: 'tool_call',
        session_id: 's',
        tool_call_id: 'c',
        tool_name: 'n',
        kind: null,
        status: 'pending',
        raw_input: {},
      },
      // @ts-expect-error: the output is null or there, never absent
      {
        type: 'tool_call_update',
        session_id: 's',
        tool_call_id: 'c',
        tool_name: 'n',
        status: 'failed',
        error: null,
      },
      // @ts-expect-error: no such variant
      {type: 'turn_middle', session_id: 's'},
      // @ts-expect-error: no such executor
      {...UPDATE, executor: {kind: 'stranger'}},
      {type: 'gap', session_id: 's', dropped: 3, since_ms: 1, reason: 'the disk is full'},
    ];
    expect(events).toHaveLength(6);
  });
});
