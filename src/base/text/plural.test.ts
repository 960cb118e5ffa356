import {expect, it} from 'vitest';

import {counted, plural} from './plural.ts';

it.each([
  [0, '0 jobs', 'go', '0 entries'],
  [1, '1 job', 'goes', '1 entry'],
  [2, '2 jobs', 'go', '2 entries'],
])('%d of something', (count, jobs, verb, entries) => {
  expect(counted(count, 'job')).toBe(jobs);
  expect(plural(count, 'goes', 'go')).toBe(verb);
  expect(counted(count, 'entry', 'entries')).toBe(entries);
});
