import fc from 'fast-check';
import {describe, expect, it} from 'vitest';

import type {UnknownAgentEvent} from '../../event.ts';
import {anyEvent} from '../../testing/generated-events.ts';
import {eventBody} from './event-body.ts';

/** What comes from a program without types. */
const given = (value: unknown) => value as UnknownAgentEvent;

describe('the body of a line', () => {
  it('is the JSON of the event', () => {
    fc.assert(
      fc.property(anyEvent, event => {
        expect(eventBody(event)).toBe(JSON.stringify(event));
      }),
    );
  });

  it('has no key of the envelope, wherever it came from', () => {
    const hidden = {index: 5, type: 'a', emitted_at_ms: 6, b: {index: 7}, frame_depth: 8};
    class Written {
      readonly type = 'x';
      toJSON() {
        return hidden;
      }
    }
    for (const event of [hidden, new Written()])
      expect(eventBody(given(event))).toBe('{"type":"a","b":{"index":7}}');
    expect(eventBody(given({index: undefined, type: 'a'}))).toBe('{"type":"a"}');
    expect(eventBody(given(Object.assign(Object.create({index: 1}), {type: 'a'})))).toBe('{"type":"a"}');
    expect(JSON.parse(eventBody(given(JSON.parse('{"index":1,"type":"a","__proto__":{"b":1}}'))))).toEqual(
      JSON.parse('{"type":"a","__proto__":{"b":1}}'),
    );
  });

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a text', 'agent_message_chunk'],
    ['a number', 7],
    ['without a type', {session_id: 's'}],
    ['with an empty type', {type: ''}],
    ['with a type that is no text', {type: 7}],
    ['an array', Object.assign([1], {type: 'a'})],
    ['a function', Object.assign(() => undefined, {type: 'a'})],
    ['a boxed text', Object.assign(Object('a'), {type: 'a'})],
    ['with a type that JSON does not see', Object.create({type: 'a'}, {b: {value: 1, enumerable: true}})],
    ['with a hidden type and another key', Object.defineProperty({b: 1}, 'type', {value: 'a'})],
    ['whose toJSON gives nothing', {type: 'a', toJSON: () => undefined}],
    ['whose toJSON gives a text', {type: 'a', toJSON: () => 'text'}],
    ['whose toJSON takes the type away', {type: 'a', toJSON: () => ({b: 1})}],
  ])('is refused where it is no event: %s', (_, value) => {
    expect(() => eventBody(given(value))).toThrow(TypeError);
  });

  it('is refused where readers would pass over it', () => {
    const content = '🚀'.repeat(16 * 1024 * 1024 - 100);
    expect(eventBody({type: 'a', content}).length).toBeGreaterThan(content.length);
    expect(() => eventBody({type: 'a', content: content.repeat(1) + '🚀'.repeat(40)})).toThrow(/longer than/);
  });
});
