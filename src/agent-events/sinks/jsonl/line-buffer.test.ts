import fc from 'fast-check';
import {describe, expect, it} from 'vitest';

import {wellFormed} from '../../../base/index.ts';
import {serialiseEvent} from '../../envelope.ts';
import type {UnknownAgentEvent} from '../../event.ts';
import {anyEvent} from '../../testing/generated-events.ts';
import {LineBuffer} from './line-buffer.ts';

const textOf = (lines: LineBuffer) => (lines.lines === 0 ? '' : lines.encoded().toString());
const bodyOf = (event: UnknownAgentEvent) => JSON.stringify(event);

/** The same with U+FFFD for half a surrogate pair, in keys too. */
function mended<T>(value: T): T;
function mended(value: unknown): unknown {
  if (typeof value === 'string') return wellFormed(value);
  if (Array.isArray(value)) return value.map(mended);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [wellFormed(key), mended(each)]));
}

const anyIndex = fc.oneof(
  fc.nat(),
  fc
    .tuple(fc.integer({min: 0, max: 15}), fc.integer({min: -3, max: 3}))
    .map(([power, beside]) => Math.max(0, 10 ** power + beside)),
);
const anyTime = fc.oneof(fc.integer(), fc.constantFrom(0, -1, 1767225600000, Number.MAX_SAFE_INTEGER));
const anyDepth = fc.option(fc.nat({max: 12}));

describe('the lines of a buffer', () => {
  it('are those that an event and its envelope have, whatever is in them', () => {
    const batch = fc.array(fc.tuple(anyEvent, anyTime, anyDepth), {minLength: 1, maxLength: 25});
    fc.assert(
      fc.property(anyIndex, batch, (first, events) => {
        const lines = new LineBuffer();
        const wanted = events.map(([event, emittedAtMs, frameDepth], at) => {
          lines.add(first + at, emittedAtMs, frameDepth, bodyOf(event));
          return serialiseEvent({index: first + at, emittedAtMs, frameDepth, event});
        });
        expect(textOf(lines)).toBe(wanted.map(line => `${line}\n`).join(''));
      }),
      {numRuns: 400},
    );
  });

  it('say what JSON says of the event, once halves of surrogate pairs are mended', () => {
    fc.assert(
      fc.property(anyEvent, event => {
        const lines = new LineBuffer();
        lines.add(7, 1, 2, bodyOf(event));
        const envelope = {index: 7, emitted_at_ms: 1, frame_depth: 2};
        const wanted = {...envelope, ...mended(JSON.parse(bodyOf(event)))};
        expect(JSON.stringify(JSON.parse(textOf(lines)))).toBe(JSON.stringify(wanted));
      }),
      {numRuns: 200},
    );
  });

  it('are numbered across every power of ten, also where a number comes twice or goes back', () => {
    const lines = new LineBuffer();
    const indices = [9, 10, 11, 99, 100, 999_999, 1_000_000, 1_000_000, 19, 9, 0, 0];
    for (const index of indices) lines.add(index, 5, null, '{"type":"a"}');
    const read = textOf(lines).trimEnd().split('\n');
    expect(read.map(line => JSON.parse(line).index)).toEqual(indices);
  });

  it('may be far longer than the room that is kept for them', () => {
    const lines = new LineBuffer();
    const content = 'größer 🚀 \ud800'.repeat(60_000);
    lines.add(0, 0, null, bodyOf({type: 'a', content}));
    lines.add(1, 0, null, bodyOf({type: 'b'}));
    const [first = '', second = ''] = textOf(lines).split('\n');
    expect(JSON.parse(first).content).toBe(content.replaceAll('\ud800', '\uFFFD'));
    expect(JSON.parse(second)).toMatchObject({index: 1, type: 'b'});
  });

  it('fill it from 64 KiB of text', () => {
    const lines = new LineBuffer();
    const body = bodyOf({type: 'a', content: 'x'.repeat(1000)});
    let length = 0;
    for (let index = 0; !lines.isFull; index += 1) {
      lines.add(index, 1, null, body);
      length = lines.encoded().length;
      expect(lines.isFull).toBe(length >= 65_536);
    }
    expect(length).toBeLessThan(66_700);
  });
});

describe('what was written', () => {
  const BODIES = ['{"type":"a"}', '{"type":"ü🚀"}', '{"type":"c","content":"\\ud800\\n"}', '{"type":"d"}'];

  function filled(): LineBuffer {
    const lines = new LineBuffer();
    for (const [at, body] of BODIES.entries()) {
      if (at === 2) lines.addGap(98 + at, 1000 + at, body);
      else lines.add(98 + at, 1000 + at, at, body);
    }
    return lines;
  }

  it('is forgotten up to the last whole line, the rest stays as it is, and more comes behind it', () => {
    const all = textOf(filled());
    const ends = [...all.matchAll(/\n/g)].map(({index}) => Buffer.byteLength(all.slice(0, index + 1)));
    for (const [at, accepted] of [0, ...ends].entries()) {
      const lines = filled();
      // Of the four the third tells of lost events, and was not handed over.
      expect(lines.drop(lines.encoded(), accepted)).toBe([0, 1, 2, 2, 3][at]);
      expect(lines.lines).toBe(4 - at);
      expect(lines.events).toBe([3, 2, 1, 1, 0][at]);
      expect(textOf(lines)).toBe(Buffer.from(all).subarray(accepted).toString());
      if (at < 4) expect(lines.mark).toEqual({number: 98 + at, time: 1000 + at, newest: 1003});
      lines.add(102, 2000, null, '{"type":"e"}');
      expect(lines.mark).toMatchObject({number: 98 + at, newest: 2000});
      expect(textOf(lines)).toMatch(
        /\n?\{"index":102,"emitted_at_ms":2000,"frame_depth":null,"type":"e"\}\n$/,
      );
      expect(textOf(lines).startsWith(Buffer.from(all).subarray(accepted).toString())).toBe(true);
      expect(lines.drop(lines.encoded(), lines.encoded().length)).toBe(([3, 2, 1, 1, 0][at] ?? 0) + 1);
      expect(lines.lines).toBe(0);
      expect(lines.events).toBe(0);
    }
  });

  it('leaves the times of the rest, also where the clock went back and texts look like times', () => {
    const lines = new LineBuffer();
    const tricky = '{"type":"a","content":"\\"emitted_at_ms\\":1","emitted":{"emitted_at_ms":2}}';
    for (const [at, ms] of [3000, -5, 70].entries()) lines.add(at, ms, null, tricky);
    const bytes = lines.encoded();
    lines.drop(bytes, bytes.indexOf('\n') + 1);
    expect(lines.mark).toEqual({number: 1, time: -5, newest: 3000});
  });

  it('can be all at once', () => {
    const lines = filled();
    lines.clear();
    expect([lines.lines, lines.events, lines.isFull]).toEqual([0, 0, false]);
    lines.add(5, 9, null, '{"type":"x"}');
    expect(textOf(lines)).toBe('{"index":5,"emitted_at_ms":9,"frame_depth":null,"type":"x"}\n');
    expect(lines.mark).toEqual({number: 5, time: 9, newest: 9});
  });
});
