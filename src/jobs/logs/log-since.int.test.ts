import {writeFileSync} from 'node:fs';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {logFilter} from '../../cli/logs/request-options.ts';
import {type TemporaryDirectory, temporaryDirectory} from '../../platform/testing/temporary-directory.ts';
import {filterSince} from './log-since.ts';

const NOON = 1767225600000;
const MINUTE = 60_000;

let directory: TemporaryDirectory;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory.remove());

/** When a record was written: the true minute, and what the clock said. */
type Written = readonly [minute: number, clock: number];

/** The true minutes of the records that `--since <age>` takes when the clock says `now`. */
async function wanted(written: readonly Written[], age: string, now: number): Promise<number[]> {
  const path = directory.at('output.jsonl');
  const lines = written.map(([, clock], seq) =>
    JSON.stringify({seq, ts: NOON + clock * MINUTE, kind: 'stdout', data: 'x'.repeat(50)}),
  );
  writeFileSync(path, lines.map(line => `${line}\n`).join(''), {mode: 0o600});
  const {from} = filterSince(await logFilter({since: age}, NOON + now * MINUTE), path, NOON + now * MINUTE);
  return written.slice(from).map(([minute]) => minute);
}

/** A record in each minute, by a clock that is late by so many minutes from one minute until another. */
function minutes(upTo: number, late = 0, from = 0, until = upTo + 1): Written[] {
  return Array.from(
    {length: upTo + 1},
    (_, minute): Written => [minute, minute >= from && minute < until ? minute - late : minute],
  );
}

const LAST_TEN = Array.from({length: 11}, (_, at) => 50 + at);

describe('the records of the last minutes', () => {
  it('are those that the clock tells, which nobody set', async () => {
    expect(await wanted(minutes(60), '10m', 60)).toEqual(LAST_TEN);
    expect(await wanted(minutes(60), '2h', 60)).toHaveLength(61);
    expect(await wanted(minutes(60), '10m', 300)).toEqual([]);
    expect(await wanted([], '10m', 300)).toEqual([]);
  });

  it.each<[string, number, number]>([
    ['put back long ago', 30, 60 - 1440],
    ['put back a moment ago', 60, 60 - 1440],
    ['put back since', 61, 60 - 1440],
    ['put back, and is right for who reads', 55, 60],
    ['put back at the last record, and is right for who reads', 60, 60],
  ])('are all there when the clock was %s', async (_, from, now) => {
    expect(await wanted(minutes(60, 1440, from), '10m', now)).toEqual(expect.arrayContaining(LAST_TEN));
  });

  it('are all there when the clock was put back and forward again', async () => {
    // But for the minute in which it was put back: nobody saw that pass.
    expect(await wanted(minutes(60, 1440, 30, 55), '10m', 60)).toEqual(
      expect.arrayContaining(LAST_TEN.slice(1)),
    );
  });

  it('are not many more when it was put back a little', async () => {
    const [first] = await wanted(minutes(60, 3, 20), '10m', 57);
    expect(first).toBeGreaterThanOrEqual(47);
  });

  it('are found in a log of many pieces', async () => {
    const all = await wanted(minutes(40_000), '5h', 40_000);
    expect([all[0], all.length]).toEqual([39_700, 301]);
  });
});
