import {describe, expect, it} from 'vitest';
import {isWanted} from '../../jobs/index.ts';
import type {OptionsOf} from '../command.ts';
import type {LOGS} from '../definitions/jobs.ts';
import {logFilter} from './request-options.ts';

type Options = OptionsOf<typeof LOGS>;

const NOW = 1767225600000;

async function wantedOf(options: Options): Promise<number[]> {
  const filter = await logFilter(options, NOW);
  return RECORDS.filter(record => isWanted(record, filter)).map(({seq}) => seq);
}

const RECORDS = ['status', 'stdout', 'stderr', 'stdout', 'stderr', 'status'].map((kind, seq) => ({
  seq,
  ts: 1767225600000,
  kind,
  data: '',
}));

describe('the records that are wanted', () => {
  it.each<[Options, number[]]>([
    [{}, [1, 2, 3, 4]],
    [{json: true}, [0, 1, 2, 3, 4, 5]],
    [{stdout: true}, [1, 3]],
    [{stderr: true}, [2, 4]],
    [{status: true}, [0, 5]],
    [{stdout: true, status: true}, [0, 1, 3, 5]],
    [{json: true, stderr: true}, [2, 4]],
    [{seq: '2..3'}, [2, 3]],
    [{seq: '..2'}, [1, 2]],
    [{seq: '3..'}, [3, 4]],
    [{sinceSeq: '2'}, [3, 4]],
    [{sinceSeq: '0', json: true}, [1, 2, 3, 4, 5]],
    [{sinceSeq: '1', seq: '0..3'}, [2, 3]],
  ])('with %j are %j', async (options, expected) => {
    expect(await wantedOf(options)).toEqual(expected);
  });
});

it('an age is for each log to be made a number of', async () => {
  expect(await logFilter({since: '20s'}, NOW)).toMatchObject({ageMs: 20_000, from: 0});
});

describe('whether all records are wanted', () => {
  it.each<[Options, boolean]>([
    [{json: true}, true],
    [{json: true, stdout: true, stderr: true, status: true}, false],
    [{}, false],
    [{json: true, tail: '5'}, false],
    [{json: true, since: '1h'}, false],
    [{json: true, seq: '0..'}, true],
    [{json: true, seq: '0..5'}, false],
    [{json: true, sinceSeq: '0'}, false],
  ])('with %j: %s', async (options, expected) => {
    expect((await logFilter(options, NOW)).all).toBe(expected);
  });
});

describe('a mistake', () => {
  it.each<[Options, string]>([
    [{tail: '-1'}, '--tail'],
    [{seq: 'x'}, '--seq'],
    [{sinceSeq: '1..2'}, '--since-seq'],
    [{since: '10'}, '--since'],
  ])('in %j names the option', async (options, name) => {
    await expect(logFilter(options, NOW)).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining(`${name} is '`),
    });
  });
});
