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

  it('shows control characters of cells instead of obeying them', async () => {
    expect(await table([{title: 'A'}, {title: 'B'}], [['\u001b[2J', 'x\ny']])).toBe(
      'A        B\n\\x1b[2J  x\\x0ay\n',
    );
  });

  describe('with little room', () => {
    const columns = [
      {title: 'ID'},
      {title: 'JOB', least: 4},
      {title: 'N', align: 'right' as const},
      {title: 'COMMAND', least: 8},
    ];
    const rows = [
      ['1', 'long-name', '10', 'make all check'],
      ['2', '日本語の', '9', 'x'],
    ];
    const drawn = async (room: number) => (await table(columns, rows, room)).split('\n').slice(0, -1);

    it('is as it is without a limit when there is enough', async () => {
      expect((await drawn(33)).join('\n')).toBe((await table(columns, rows)).trimEnd());
      expect((await drawn(33))[1]).toBe('1   long-name  10  make all check');
    });

    it.each([
      [32, '1   long-name  10  make all che…', '2   日本語の    9  x'],
      [27, '1   long-name  10  make al…', '2   日本語の    9  x'],
      [24, '1   long-…  10  make al…', '2   日本…    9  x'],
      [22, '1   lon…  10  make al…', '2   日…    9  x'],
      [21, '1   long-name  10', '2   日本語の    9'],
      [12, '1   lon…  10', '2   日…    9'],
      [9, '1   long…', '2   日本…'],
      [4, '1', '2'],
      [1, '1', '2'],
    ])(
      'of %d columns cuts what may be cut from the right, then leaves columns out',
      async (room, first, second) => {
        const [, ...lines] = await drawn(room);
        expect(lines).toEqual([first, second]);
      },
    );

    it('paints what is left of a cell', async () => {
      const paint = (text: string) => `<${text}>`;
      expect(await table([{title: 'A', least: 1, paint}], [['abcdef']], 4)).toBe('A\n<abc…>\n');
    });

    it('has no line that is wider, whatever is in the cells', async () => {
      const cell = string({unit: 'grapheme'});
      await fc.assert(
        asyncProperty(cell, cell, fc.integer({min: 1, max: 30}), async (one, other, room) => {
          const lines = (
            await table(
              [
                {title: 'A', least: 3},
                {title: 'B', least: 3},
              ],
              [[one, other]],
              room,
            )
          ).split('\n');
          expect(Math.max(...lines.map(line => stringWidth(line)))).toBeLessThanOrEqual(room);
        }),
      );
    });
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
