import {expect, it} from 'vitest';

import type {Connection} from './connection.ts';
import {sureOfOthers} from './knows-whose.ts';

/** A coordinator whose database has that schema. */
const connectTo = (schema: number) => () =>
  Promise.resolve({request: () => Promise.resolve({schema})} as unknown as Connection);

it('a coordinator is told who asks if it knows whose jobs are whose, and else not asked', async () => {
  expect(await sureOfOthers(connectTo(8), 'codex')).toEqual({asked_by: 'codex'});
  await expect(sureOfOthers(connectTo(7), 'codex')).rejects.toMatchObject({
    code: 'BAD_REQUEST',
    message: 'The coordinator is of an earlier version and cannot spare jobs of others.',
  });
});

it('nobody is asked for that where jobs of others are meant as well', async () => {
  expect(await sureOfOthers(() => Promise.reject(new Error('asked')), undefined)).toEqual({});
});
