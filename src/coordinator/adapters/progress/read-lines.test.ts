import {expect, it} from 'vitest';

import {ReadLines} from './read-lines.ts';

it('knows the lines that were read lately, and forgets the oldest of very many', () => {
  const lines = new ReadLines();
  expect(['a', 'b', 'a'].map(line => lines.add(line))).toEqual([false, false, true]);
  for (let at = 0; at < 1023; at++) expect(lines.add(`line ${at}`)).toBe(false);
  expect([lines.add('line 3'), lines.add('b')]).toEqual([true, false]);
});
