import {describe, expect, it} from 'vitest';

import type {Moment} from '../../../base/index.ts';
import {type JobState, nextState} from '../job/job.ts';
import {type Ending, endingEvent, ranMs} from './ending.ts';
import {missingRecords, recordsOf, withStart} from './state-records.ts';
import {parseStatusEvent, type StatusRecord} from './status-event.ts';

const HOUR = 3_600_000;
const NOON = 1767225600000;
const SPACE = {host: 'mill', boot_id: 'b1', pid_ns: 7};
const QUEUED: JobState = {status: 'queued'};
const STARTED: StatusRecord = {ts: NOON, data: {event: 'started', pid: 7, ...SPACE, uptime_ms: 5000}};
const RUNNING = nextState(QUEUED, STARTED);

function moment(at: number, uptimeMs?: number, bootId = 'b1'): Moment {
  return {at: NOON + at, ...(uptimeMs === undefined ? {} : {uptime: {ms: uptimeMs, bootId}})};
}

function exited(ended: Moment): Ending {
  return {how: 'exited', code: 0, ended};
}

/** As it is read again from the journal. */
function ended(ending: Ending, now: Moment, state = RUNNING): JobState {
  const data = parseStatusEvent(JSON.parse(JSON.stringify(endingEvent(ending, state, now))));
  if (data === undefined) throw new Error('no status event');
  return nextState(state, {ts: now.at, data});
}

describe('how long a job took', () => {
  it.each<[string, Ending, Moment, number | undefined]>([
    ['is what the clocks say that agree', exited(moment(2000, 7000)), moment(2003, 7010), 2003],
    [
      'is the uptime after the clock was put back',
      exited(moment(-HOUR, 65_000)),
      moment(-HOUR, 65_010),
      60_010,
    ],
    [
      'is what the wrapper noted, whoever comes when and sets the clock before or after',
      exited(moment(-HOUR, 65_000)),
      moment(9 * HOUR, 999_000),
      60_000,
    ],
    [
      'is what the wrapper noted, also when the machine was started anew before anybody came',
      exited(moment(-HOUR, 65_000)),
      moment(HOUR, 10, 'b2'),
      60_000,
    ],
    [
      'needs no note of the wrapper where somebody sees its end',
      exited(moment(-HOUR)),
      moment(-HOUR, 65_000),
      60_000,
    ],
    ['is not known over a boot', {how: 'crashed', message: 'lost'}, moment(HOUR, 10, 'b2'), undefined],
    [
      'is the time until it was found to have crashed',
      {how: 'crashed', message: 'lost'},
      moment(-HOUR, 65_000),
      60_000,
    ],
  ])('%s', (_, ending, now, expected) => {
    const state = ended(ending, now);
    expect(state).toMatchObject({startedAt: NOON});
    expect(ranMs(state, now)).toBe(expected);
  });

  it('is not told of one that never was started', () => {
    expect(ended({how: 'crashed', message: 'no shell'}, moment(0, 1), QUEUED)).not.toHaveProperty('tookMs');
    expect(endingEvent({how: 'cancelled'}, QUEUED, moment(0, 1))).toEqual({event: 'cancelled'});
  });

  it('is told by the wall clock in a record of an earlier version, unless that went back', () => {
    const endedAt = (ts: number) => nextState(RUNNING, {ts, data: {event: 'finished', exit_code: 0}});
    expect(endedAt(NOON + 5)).toMatchObject({tookMs: 5});
    expect(endedAt(NOON - 5)).not.toHaveProperty('tookMs');
  });

  it.each([null, -1, '5', Number.MAX_VALUE * 2])('is not known where the record says %j', took_ms => {
    const data = parseStatusEvent({event: 'finished', exit_code: 0, took_ms});
    expect(data && nextState(RUNNING, {ts: NOON + 5, data})).not.toHaveProperty('tookMs');
  });

  it('is the same in a journal that is made again from the row', () => {
    for (const now of [moment(-HOUR, 65_000), moment(HOUR, 10, 'b2')]) {
      const state = ended({how: 'crashed', message: 'lost'}, now);
      expect(recordsOf(state).reduce(nextState, QUEUED)).toEqual(state);
    }
  });
});

it('a job that runs has been running for as long as the machine was up', () => {
  expect(ranMs(RUNNING, moment(-HOUR, 65_000))).toBe(60_000);
  expect(ranMs(QUEUED, moment(0))).toBeUndefined();
});

it('a start that only the row tells is completed by what the wrapper wrote', () => {
  const row: JobState = {status: 'running', startedAt: NOON, pid: 7};
  const known = withStart(row, {space: SPACE, began: moment(3, 5000)});
  expect(known).toEqual(RUNNING);
  expect(missingRecords(undefined, known)).toEqual([STARTED]);
  expect(withStart(RUNNING, {space: SPACE, began: moment(0, 1)})).toBe(RUNNING);
});
