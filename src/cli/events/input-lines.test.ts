import {describe, expect, it} from 'vitest';

import {type InputLine, inputLines} from './input-lines.ts';

/** The groups of lines that these chunks give. */
async function groups(chunks: readonly (string | Buffer)[], longest?: number): Promise<InputLine[][]> {
  async function* input() {
    for (const chunk of chunks) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
  }
  const found: InputLine[][] = [];
  for await (const group of inputLines(input(), longest)) found.push(group);
  return found;
}

describe('lines of an input', () => {
  it('come with the chunk that ends them, and the last one without a newline', async () => {
    expect(await groups(['a\nb', 'c', '\nd\n', 'e'])).toEqual([
      [{number: 1, text: 'a'}],
      [
        {number: 2, text: 'bc'},
        {number: 3, text: 'd'},
      ],
      [{number: 4, text: 'e'}],
    ]);
  });

  it('are the same wherever the input is cut', async () => {
    const whole = Buffer.from('\uFEFF{"ä":"\u{1F600}"}\r\n\n \nx\n\uFEFFy');
    const expected = [
      {number: 1, text: '{"ä":"\u{1F600}"}\r'},
      {number: 4, text: 'x'},
      {number: 5, text: '\uFEFFy'},
    ];
    for (let at = 0; at <= whole.length; at++)
      expect((await groups([whole.subarray(0, at), whole.subarray(at)])).flat()).toEqual(expected);
  });

  it('have no text where they are not UTF-8', async () => {
    const lines = (await groups([Buffer.from([0x61, 0x0a, 0xff, 0x0a, 0x62])])).flat();
    expect(lines.map(({text}) => text)).toEqual(['a', undefined, 'b']);
  });

  it('are refused when one is too long for any entry, before it has come to its end', async () => {
    await expect(groups(['a\n', 'bbbb', 'bbbb', 'bbbb'], 10)).rejects.toMatchObject({
      code: 'USAGE',
      message: 'Line 2 is longer than 10 bytes: no entry is.',
    });
    expect(await groups(['aaaaaaaaa\n', 'bbbbb'], 10)).toHaveLength(2);
  });

  it('are none of an empty input', async () => {
    expect(await groups([])).toEqual([]);
    expect(await groups(['', '\n\r\n'])).toEqual([]);
  });
});
