import {expect, it} from 'vitest';

import {rowsText} from './progress-words.ts';

it('says that all rows are done only when they are', () => {
  const text = (processed: number) => rowsText({processed, total: 100_000});
  expect(text(99_999)).toBe('99,999 of 100,000 (99%)');
  expect(text(100_000)).toBe('100,000 of 100,000 (100%)');
});
