import {describe, expect, it} from 'vitest';

import {StintError} from '../../base/index.ts';
import {StdoutAnswers} from './answers.ts';

/** Answers to a place that takes so many texts, and then fails with this code. */
function answersUntil(count: number, code: 'OUTPUT_CLOSED' | 'OUTPUT_FAILED') {
  const written: string[] = [];
  const answers = new StdoutAnswers(text => {
    if (written.length === count) throw new StintError(code, 'Cannot write.', {hint: 'Mend it.'});
    written.push(String(text));
  });
  return {answers, written};
}

describe('answers', () => {
  it('are written as they come, and nothing is lost', () => {
    const {answers, written} = answersUntil(9, 'OUTPUT_FAILED');
    answers.write('a');
    answers.write('b', 'b was done');
    expect([written, answers.isLost, answers.failure]).toEqual([['a', 'b'], false, undefined]);
  });

  it('that cannot be written are dropped, with all that follow, and the first tells why and what was done', () => {
    const {answers, written} = answersUntil(1, 'OUTPUT_FAILED');
    for (const text of ['a', 'b', 'c']) answers.write(text, `${text} was done`);
    expect([written, answers.isLost]).toEqual([['a'], true]);
    expect(answers.failure).toMatchObject({
      code: 'OUTPUT_FAILED',
      message: 'b was done. Cannot write.',
      hint: 'Mend it.',
    });
  });

  it('are no failure where nobody reads them any more', () => {
    const {answers} = answersUntil(0, 'OUTPUT_CLOSED');
    answers.write('a', 'a was done');
    expect([answers.isLost, answers.failure]).toEqual([true, undefined]);
  });
});
