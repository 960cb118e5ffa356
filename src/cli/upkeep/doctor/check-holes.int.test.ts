import {afterEach, expect, it, vi} from 'vitest';

import {checkHoles} from './check-holes.ts';

afterEach(() => vi.unstubAllEnvs());

it('is silent where the program that frees parts of files is there', () => {
  expect(checkHoles('linux')).toEqual([]);
});

it('says that more room is taken where it is not, and on a system that has none', () => {
  vi.stubEnv('PATH', '/dev/null');
  expect(checkHoles('linux')).toEqual([
    expect.objectContaining({
      level: 'note',
      message: expect.stringContaining('fallocate'),
      hint: expect.any(String),
    }),
  ]);
  expect(checkHoles('darwin')).toEqual([
    expect.objectContaining({level: 'note', message: expect.stringContaining('darwin')}),
  ]);
});
