import {describe, expect, it} from 'vitest';

import {byProblem, isSameSubmitter, mayActOn, refuseOthers} from './whose.ts';

describe('a name that says whose a job is', () => {
  it.each(['ada', 'claude-code/0b9c-11', '@org/client', 'Ada Lovelace', 'ädä', 'x'.repeat(200)])(
    'may be %s',
    text => expect(byProblem(text)).toBeUndefined(),
  );

  it.each([
    ['', 'it is empty'],
    ['  ', 'it is empty'],
    ['a\nb', 'it holds a control character'],
    ['a\x1b[31m', 'it holds a control character'],
    ['a\x9b31m', 'it holds a control character'],
    ['a\0', 'it holds a control character'],
    ['a\ud800', 'it holds half a character'],
    ['ä'.repeat(101), 'it is 202 bytes long, at most 200 are possible'],
  ])('may not be %j', (text, problem) => expect(byProblem(text)).toBe(problem));

  it.each([
    ['codex', 'codex', true],
    ['codex', 'codex/1', true],
    ['codex/1', 'codex/1', true],
    ['codex/1', 'codex/2', false],
    ['codex/1', 'codex/12', false],
    ['codex', 'codexa', false],
    ['codex', 'claude-code', false],
    ['Codex', 'codex', false],
  ])('%s and %s are the same: %s', (one, other, same) => {
    expect(isSameSubmitter(one, other)).toBe(same);
    expect(isSameSubmitter(other, one)).toBe(same);
  });
});

describe('who may act on a job', () => {
  it.each([
    [null, null, true],
    [null, 'codex', true],
    ['codex', 'codex', true],
    ['codex/1', 'codex', true],
    ['codex/1', 'codex/2', false],
    ['codex', 'gemini-cli', false],
    ['codex', null, false],
  ])('%s on one of %s: %s', (asker, by, may) => expect(mayActOn(asker, by)).toBe(may));

  it('is told in one sentence which are of others, with escapes made visible', () => {
    const refused = (...jobs: (readonly [string, string | null])[]) => {
      try {
        refuseOthers(
          'codex/1',
          jobs.map(([address, by]) => ({address, by})),
        );
      } catch (error) {
        return error;
      }
    };
    expect(refused(['a:b', 'codex'])).toBeUndefined();
    expect(refused(['a:b', 'codex'], ['a:c', null])).toMatchObject({
      code: 'JOB_OF_OTHERS',
      message: 'You are codex/1, and did not start a:c of somebody without a name: nothing was done.',
      hint: 'If you mean it all the same: --others (of a tool others: true)',
    });
    expect(refused(['a:b\x1b', 'x'], ['a:c', 'y'])).toMatchObject({
      message: 'You are codex/1, and did not start 2 jobs (a:b\\x1b of x, a:c of y): nothing was done.',
    });
  });
});
