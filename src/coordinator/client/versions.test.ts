import {expect, it} from 'vitest';

import {compareVersions} from './versions.ts';

it.each([
  ['0.1.0', '0.1.0', 0],
  ['0.1.0', '0.2.0', -1],
  ['0.10.0', '0.9.0', 1],
  ['1.0.0', '0.9.9', 1],
  ['1.0.0-beta', '1.0.0', -1],
  ['1.0.0-beta', '1.0.0-alpha', 1],
  ['1.0.0-a-b', '1.0.0-a-b', 0],
  ['1.0.0', '1.0.1-beta', -1],
])('compares %s with %s', (a, b, expected) => {
  expect(Math.sign(compareVersions(a, b))).toBe(expected);
  expect(Math.sign(compareVersions(b, a))).toBe(expected === 0 ? 0 : -expected);
});
