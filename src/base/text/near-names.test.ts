import {expect, it} from 'vitest';

import {nearNames} from './near-names.ts';

const NAMES = ['nightly', 'nightly-build', 'test', 'lint', 'TEST-all'];

it.each([
  ['nightl', ['nightly', 'nightly-build']],
  ['nihgtly', ['nightly']],
  ['test', ['test', 'TEST-all']],
  ['lnit', ['lint']],
  ['something-else', []],
])('near to %s are %j', (typed, names) => {
  expect(nearNames(typed, NAMES)).toEqual(names);
});

it('tells the nearest five of many', () => {
  const many = Array.from({length: 100}, (_, at) => `job${'x'.repeat(at)}`);
  expect(nearNames('job', many)).toEqual(['job', 'jobx', 'jobxx', 'jobxxx', 'jobxxxx']);
});
