import {expect, it} from 'vitest';

import {cutLines} from './cut-lines.ts';

it.each([
  [3, ['a', 'b', 'c']],
  [9, ['a', 'b', 'c']],
  [2, ['a', '… and 2 more']],
  [1, ['… and 3 more']],
])('three lines on %d rows are %j', (rows, shown) => {
  expect(cutLines(['a', 'b', 'c'], rows)).toEqual(shown);
});
