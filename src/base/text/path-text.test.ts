import fc from 'fast-check';
import {expect, test} from 'vitest';

import {isPlainPath, pathBytes, pathText} from './path-text.ts';

test('leaves a path of UTF-8 as it is', () => {
  for (const path of ['/', '/tmp/café', '/\ufffd/\u{10ff7f}', '😀']) {
    expect(pathText(Buffer.from(path))).toBe(path);
    expect(pathBytes(path)).toBe(path);
  }
});

test('writes a byte that is none of UTF-8 as a character of its own', () => {
  const text = pathText(Buffer.from('/tmp/caf\xe9/\xff😀'.replace('😀', '\xf0\x9f\x98\x80'), 'latin1'));
  expect(text).toBe('/tmp/caf\u{10ffe9}/\u{10ffff}😀');
  expect(isPlainPath(text)).toBe(false);
});

test('gives back the bytes of any path, and no two paths have one text', () => {
  const odd = fc.constantFrom(
    Buffer.from('\u{10ff80}'),
    Buffer.from('\u{10ffff}'),
    Buffer.from('é'),
    Buffer.of(0xf4),
  );
  const path = fc.array(
    fc.oneof(
      fc.uint8Array({maxLength: 4}).map(each => Buffer.from(each)),
      odd,
    ),
  );
  fc.assert(
    fc.property(path, parts => {
      const bytes = Buffer.concat(parts);
      expect(Buffer.from(pathBytes(pathText(bytes)) as Buffer).equals(bytes)).toBe(true);
    }),
  );
});
