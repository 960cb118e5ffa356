import {expect, it} from 'vitest';

import {sizeValue} from './size-value.ts';

it.each([
  ['500', 500],
  ['1b', 1],
  ['64K', 65_536],
  ['64KB', 64_000],
  ['64kb', 64_000],
  ['64KiB', 65_536],
  ['1.5 MB', 1_500_000],
  ['2g', 2 * 1024 ** 3],
])('%s is so many bytes', (text, bytes) => {
  expect(sizeValue(text, '--max-bytes')).toBe(bytes);
});

it.each(['', '0', '0KB', '-1', '1e9', 'KB', '12 apples', '0x10', '0.1'])('%j is refused', text => {
  expect(() => sizeValue(text, '--max-bytes')).toThrow(
    expect.objectContaining({
      code: 'USAGE',
      message: `--max-bytes is '${text}', not a size of at least 1 byte.`,
    }),
  );
});
