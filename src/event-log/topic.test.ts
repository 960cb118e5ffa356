import fc from 'fast-check';
import {describe, expect, it} from 'vitest';

import {checkConsumer, checkTopic, sessionTopic} from './topic.ts';

const USAGE = expect.objectContaining({code: 'USAGE'});

describe('a topic', () => {
  it.each(['a', 'A.b_c-9', '.', '..', '-', '0', 'x'.repeat(300)])('can be %s', topic => {
    expect(() => checkTopic(topic)).not.toThrow();
  });

  it('has the characters that it may have and no others', () => {
    fc.assert(
      fc.property(fc.string({unit: 'binary'}), text => {
        if (/^[A-Za-z0-9._-]+$/.test(text) && !text.includes('\n')) checkTopic(text);
        else expect(() => checkTopic(text)).toThrow(USAGE);
      }),
    );
  });

  it.each(['', 'a\n', '\na', 'ä', 'a/b'])('cannot be %j', topic => {
    expect(() => checkTopic(topic)).toThrow(
      expect.objectContaining({code: 'USAGE', hint: expect.stringContaining('A-Z a-z 0-9 . _ -')}),
    );
  });
});

describe('a consumer', () => {
  it.each(['c', ' c', 'a b', '../c', 'ü', '💡', '\0'])('can be %j', consumer => {
    expect(() => checkConsumer(consumer)).not.toThrow();
  });

  it.each(['', ' ', '\t\n', '\ud800', 'a\udfff'])('cannot be %j', consumer => {
    expect(() => checkConsumer(consumer)).toThrow(USAGE);
  });
});

describe('the topic of a session', () => {
  it.each([
    ['abc-123.x', 'abc-123.x'],
    ['a_b', 'a_5fb'],
    ['a/b', 'a_2fb'],
    ['ü', '_c3_bc'],
    ['', ''],
    ['\n', '_0a'],
  ])('writes %j as %s', (session, written) => {
    expect(sessionTopic(session)).toBe(`observability.agent_events.${written}`);
  });

  it('is a topic, and never that of another session', () => {
    const session = fc.oneof(
      fc.string({unit: 'binary'}),
      fc.array(fc.constantFrom('_', '5f', '_5f', 'a', '/', '2f', '.', 'ü')).map(parts => parts.join('')),
    );
    fc.assert(
      fc.property(session, session, (one, other) => {
        checkTopic(sessionTopic(one));
        expect(sessionTopic(one) === sessionTopic(other)).toBe(one === other);
      }),
      {numRuns: 1000},
    );
  });

  it('tells which session it is of', () => {
    fc.assert(
      fc.property(fc.string({unit: 'binary'}), session => {
        const written = sessionTopic(session).slice('observability.agent_events.'.length);
        expect(decodeURIComponent(written.replaceAll('_', '%'))).toBe(session);
      }),
    );
  });
});
