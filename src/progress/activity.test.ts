import {expect, it} from 'vitest';

import {WorkerActivity} from './activity.ts';
import {told} from './testing/records.ts';

function after(...records: readonly [at: number, more: object, event?: string][]) {
  const activity = new WorkerActivity<number>();
  for (const [at, more, event = 'embed_progress'] of records) activity.add(told(at, event, more), at);
  return activity.waiting;
}

it('waits since it said so first, until it moves', () => {
  const waits = {waiting_on: 'lock'};
  expect(after([1, waits], [2, waits])).toEqual({on: 'lock', since: 1});
  expect(after([1, waits], [2, {waiting_on: 'network'}])).toEqual({on: 'network', since: 2});
  expect(after([1, waits], [2, {note: 'still here'}])).toEqual({on: 'lock', since: 1});
  expect(after([1, waits], [2, {rows_processed: 1}])).toBeUndefined();
  expect(after([1, waits], [2, {}, 'embed_done'])).toBeUndefined();
});

it('waits while another run moves', () => {
  const of = (run_id: string, more: object) => ({run_id, ...more});
  expect(after([1, of('a', {waiting_on: 'lock'})], [2, of('b', {rows_processed: 1})])).toEqual({
    on: 'lock',
    since: 1,
  });
});
