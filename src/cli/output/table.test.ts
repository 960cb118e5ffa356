import fc, {property, string} from 'fast-check';
import stringWidth from 'fast-string-width';
import {describe, expect, it} from 'vitest';

import {table} from './table.ts';

describe('table', () => {
  it('pads every column to its widest cell on a terminal', () => {
    const drawn = table(
      [{title: 'JOB'}, {title: 'N', align: 'right'}, {title: 'LAST'}],
      [
        ['✓ done', '7', 'x'],
        ['日本', '1234', 'y'],
      ],
    );
    expect(drawn).toBe('JOB        N  LAST\n✓ done     7  x\n日本    1234  y\n');
  });

  it('keeps columns straight whatever is in the cells', () => {
    const cell = string({unit: 'grapheme'}).filter(text => !/[|\p{C}\p{Z}]/u.test(text));
    fc.assert(
      property(cell, cell, (one, other) => {
        const [, first, second] = table(
          [{title: ''}, {title: ''}],
          [
            [one, '|'],
            [other, '|'],
          ],
        ).split('\n');
        const ends = [first, second].map(line => stringWidth((line ?? '').replace(/[|].*/, '')));
        expect(ends[0]).toBe(ends[1]);
      }),
    );
  });
});
