import fc from 'fast-check';
import {describe, expect, it} from 'vitest';

import {checkTopic} from '../../event-log/index.ts';
import {isSessionTopic, sessionTopic} from './session-topic.ts';

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
        expect(isSessionTopic(sessionTopic(one))).toBe(true);
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
