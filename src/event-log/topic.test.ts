import fc from 'fast-check';
import {describe, expect, it} from 'vitest';

import {checkConsumer, checkTopic} from './topic.ts';

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
