import fc, {asyncProperty, string} from 'fast-check';
import stringWidth from 'fast-string-width';
import {describe, expect, it} from 'vitest';

import {table} from './table.ts';

describe('table', () => {
  it('pads every column to its widest cell on a terminal', async () => {
    const drawn = await table(
      [{title: 'JOB'}, {title: 'N', align: 'right'}, {title: 'LAST'}],
      [
        ['✓ done', '7', 'x'],
        ['日本', '1234', 'y'],
      ],
    );
    expect(drawn).toBe('JOB        N  LAST\n✓ done     7  x\n日本    1234  y\n');
  });

  it('keeps columns straight whatever is in the cells', async () => {
    const cell = string({unit: 'grapheme'}).filter(text => !/[|\p{C}\p{Z}]/u.test(text));
    await fc.assert(
      asyncProperty(cell, cell, async (one, other) => {
        const cells = [
          [one, '|'],
          [other, '|'],
        ];
        const [, first, second] = (await table([{title: ''}, {title: ''}], cells)).split('\n');
        const ends = [first, second].map(line => stringWidth((line ?? '').replace(/[|].*/, '')));
        expect(ends[0]).toBe(ends[1]);
      }),
    );
  });
});
