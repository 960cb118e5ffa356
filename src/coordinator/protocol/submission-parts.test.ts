import {expect, it} from 'vitest';

import type {WireSubmission} from './requests.ts';
import {partsOf, SUBMISSION_PARTS} from './submission-parts.ts';

function submissionOf(more: object, job: object): WireSubmission {
  return {...more, jobs: [{name: 'plain'}, {name: 'job', ...job}]} as unknown as WireSubmission;
}

it.each([
  [
    'nothing that an earlier coordinator would pass over',
    {if_running: 'allow'},
    {retries: 0, needs: [], timeout_ms: null},
    [],
  ],
  ['what becomes of it where another one goes on', {if_running: 'skip'}, {}, ['if_running']],
  ['a directory of its own', {}, {cwd: '/'}, ['job_directory']],
  ['needs', {}, {needs: [{name: 'plain'}]}, ['needs']],
  ['a time limit', {}, {timeout_ms: 1}, ['timeout']],
  ['retries', {}, {retries: 1}, ['retries']],
  ['a limit of memory', {}, {max_memory_bytes: 1}, ['max_memory']],
] as const)('a submission with %s says so', (_, more, job, expected) => {
  expect(partsOf(submissionOf(more, job))).toEqual(expected);
});

it('one with everything names each part once', () => {
  const job = {umask: 0, needs: [{name: 'plain'}], timeout_ms: 1, retries: 1, max_memory_bytes: 1};
  expect(partsOf(submissionOf({if_running: 'queue'}, job))).toEqual(SUBMISSION_PARTS);
});
