import fc from 'fast-check';
import {expect, it} from 'vitest';

import type {PendingText} from '../../coordinator/client/index.ts';
import type {LogRecord} from './log-record.ts';
import {ShownPending} from './shown-pending.ts';

function recordOf(bytes: Buffer, isText: boolean): LogRecord {
  const data = {data: isText ? bytes.toString() : bytes.toString('base64')};
  return {seq: 1, ts: 1, kind: 'stdout', ...data, ...(isText ? {} : {enc: 'base64'})};
}

function pendingOf(offset: number, bytes: Buffer, isText: boolean): PendingText {
  const data = isText ? bytes.toString() : bytes.toString('base64');
  return {kind: 'pending', stream: 'stdout', offset, data, ...(isText ? {} : {enc: 'base64'})};
}

it('shows every line once, however much of it was pending, and also where it begins again', () => {
  const line = fc.record({
    characters: fc.array(fc.constantFrom('a', 'é', '日', '🚀', '\r'), {maxLength: 12}),
    isText: fc.boolean(),
    cuts: fc.array(fc.tuple(fc.nat(12), fc.nat(12)), {maxLength: 4}),
  });
  fc.assert(
    fc.property(fc.array(line, {maxLength: 5}), lines => {
      const shown = new ShownPending();
      let offset = 0;
      for (const {characters, isText, cuts} of lines) {
        const behind = (count: number) => Buffer.byteLength(characters.slice(0, count).join(''));
        const bytes = Buffer.from(characters.join(''));
        let text = '';
        let known = 0;
        for (const [a, b] of cuts) {
          const [from, to] = [behind(Math.min(a, b, known)), behind(Math.max(a, b))];
          text += shown.take(pendingOf(offset + from, bytes.subarray(from, to), isText));
          known = Math.max(known, a, b);
        }
        text += shown.rest(recordOf(bytes, isText));
        expect(text).toBe(bytes.toString(isText ? 'utf8' : 'latin1'));
        offset += bytes.length + 1;
      }
    }),
  );
});

it('forgets what was shown of a record that is not wanted', () => {
  const shown = new ShownPending();
  shown.take(pendingOf(0, Buffer.from('ab'), true));
  shown.forget();
  expect(shown.rest(recordOf(Buffer.from('next'), true))).toBe('next');
});
