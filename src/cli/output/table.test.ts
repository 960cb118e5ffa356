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

  it('may have more rows than a function can have arguments', async () => {
    const drawn = await table([{title: 'A'}], Array(200_000).fill(['x']));
    expect(drawn).toHaveLength(400_002);
  });

  it('paints cells, not their padding, and no title', async () => {
    const paint = (text: string, row: number) => `<${row}:${text}>`;
    expect(
      await table(
        [
          {title: 'A', paint},
          {title: 'B', align: 'right', paint},
        ],
        [
          ['x', '1'],
          ['yyy', '10'],
        ],
      ),
    ).toBe('A     B\n<0:x>     <0:1>\n<1:yyy>  <1:10>\n');
  });

  it('shows missing cells as empty, and no blanks at the end of a line', async () => {
    expect(await table([{title: 'A'}, {title: 'B'}], [['x'], ['y', 'z']])).toBe('A  B\nx\ny  z\n');
    expect(await table([{title: 'A'}], [])).toBe('A\n');
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
