import {expect, it} from 'vitest';

import {PlainScreen} from './plain-screen.ts';

function shown(lines: readonly string[], reach = 200): string[] {
  const screen = new PlainScreen<number>(reach);
  const rows = [...lines.flatMap((line, at) => screen.write(line, at)), ...screen.end()];
  return rows.map(({text}) => text);
}

it.each<[string, string[], string[]]>([
  ['text', ['a', '', 'ä漢🚀\tb'], ['a', '', 'ä漢🚀\tb']],
  ['colours', ['\u001b[1;31mred\u001b[0m and \u001b[38;2;1;2;3mmore\u001b[m'], ['red and more']],
  [
    'a title and a link',
    ['\u001b]0;title\u0007a \u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\'],
    ['a link'],
  ],
  ['a text of the terminal without an end', ['a\u001b]0;for ever'], ['a']],
  ['other sequences', ['\u001b(B\u001b=\u001b7x\u001b8\u001bMy\u009b2Jz\u0000\u0007\u007f'], ['xyz']],
  ['an escape alone', ['a\u001b', '\u001b[', 'b'], ['a', '', 'b']],
  ['a bar that returns', ['10%\r50%\r100%', 'done'], ['100%', 'done']],
  ['a bar that returns at the end', ['10%\r50%\r'], ['50%']],
  ['a bar that erases', ['working...\r\u001b[Kdone'], ['done']],
  ['a bar that erases its end', ['abcdef\u001b[3D\u001b[K'], ['abc']],
  ['a spinner', ['|\b/\b-\b\\'], ['\\']],
  ['columns', ['abc\u001b[1GX\u001b[5GY'], ['Xbc Y']],
  ['bars that move up', ['a 1%', 'b 1%', '\u001b[2A\ra 9%', '\u001b[2Kb 9%', 'end'], ['a 9%', 'b 9%', 'end']],
  ['bars that move up and erase below', ['a', 'b', '\u001b[2F\u001b[Jnew'], ['new']],
  ['moves above the top', ['a', '\u001b[99Ab'], ['b']],
  ['moves that are absurd', ['\u001b[99999999Cx'], [`${' '.repeat(1000)}x`]],
])('%s', (_, lines, expected) => {
  expect(shown(lines)).toEqual(expected);
});

it('lets go of rows that are out of reach', () => {
  const screen = new PlainScreen<number>(2);
  expect(screen.write('a', 0)).toEqual([]);
  expect(screen.write('b', 1)).toEqual([]);
  expect(screen.write('c', 2)).toEqual([{text: 'a', mark: 0}]);
  expect(screen.write('\u001b[9Ax', 3)).toEqual([]);
  expect(screen.end()).toEqual([
    {text: 'x', mark: 3},
    {text: 'c', mark: 2},
  ]);
  expect(shown(['a', '\u001b[1Ab'], 0)).toEqual(['a', 'b']);
});

it('takes no time by the square of how long a line is', () => {
  const begin = performance.now();
  const long = '\u001b[31mx\u001b[0my'.repeat(200_000);
  expect(shown([long])[0]).toHaveLength(400_000);
  expect(performance.now() - begin).toBeLessThan(10_000);
});
