import {expect, it} from 'vitest';

import {parseWaitTaskId, waitTaskId} from './wait-task.ts';

it('holds all of the waiting', () => {
  const asked = {
    jobs: ['3fa9c1d2e4b5:test', '3fa9c1d2e4b6:größe'],
    any: true,
    from: 1767225600000,
    until: 1767225700000,
  };
  expect(parseWaitTaskId(waitTaskId(asked))).toEqual(asked);
});

const idOf = (value: unknown) => `wait~${Buffer.from(JSON.stringify(value)).toString('base64url')}`;

it.each([
  '3fa9c1d2e4b5:test',
  'wait~',
  'wait~???',
  idOf({}),
  idOf([0, 1, 2]),
  idOf([0, '1', 2, 'a']),
  idOf([0, 1, 1e300, 'a']),
  idOf([0, 1, 2, 3]),
  idOf([0, 1, 2, ...Array.from({length: 17}, () => 'a')]),
])('%s is none', id => {
  expect(parseWaitTaskId(id)).toBeUndefined();
});
