import {describe, expect, it} from 'vitest';

import type {Moment} from '../../../base/index.ts';
import {type JobState, nextState} from '../job/job.ts';
import {aliveUntil, type Ending, endingEvent, ranMs} from './ending.ts';
import {missingRecords, recordsOf, withStart} from './state-records.ts';
import {parseStatusEvent, type StatusEvent, type StatusRecord} from './status-event.ts';
import {lostText} from './unseen-end.ts';

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
    [
      'is not known over a boot',
      {how: 'lost', by: 'reboot', end: [NOON, NOON + HOUR]},
      moment(HOUR, 10, 'b2'),
      undefined,
    ],
    [
      'is not known of one that goes on without its wrapper',
      {how: 'lost', by: 'wrapper', end: 'still-runs'},
      moment(HOUR),
      undefined,
    ],
    [
      'is the time until its wrapper was killed, where nothing was left of it in that moment',
      {how: 'lost', by: 'wrapper'},
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
    for (const end of [undefined, 'unknown', 'still-runs', [NOON, NOON + 5]] as const) {
      const state = ended({how: 'lost', by: 'wrapper', ...(end && {end})}, moment(HOUR, 10, 'b2'));
      expect(recordsOf(state).reduce(nextState, QUEUED)).toEqual(state);
    }
  });
});

describe('when a command ended that left its code', () => {
  const at = (ending: Ending, now: Moment) => {
    const state = ended(ending, now);
    if (state.status !== 'completed') throw new Error(state.status);
    const {finishedAt, unseenEnd, tookMs} = state;
    return unseenEnd === undefined ? {at: finishedAt - NOON, tookMs} : {unseenEnd, tookMs};
  };

  it.each<[string, Moment, Moment, ReturnType<typeof at>]>([
    [
      'is when its wrapper wrote the code, however long recording took',
      moment(2000, 7000),
      moment(2400, 7400),
      {at: 2000, tookMs: 2000},
    ],
    ['is now where that was just now', moment(2000, 7000), moment(2050, 7050), {at: 2050, tookMs: 2050}],
    [
      'is known by the uptime where somebody touched the file since',
      moment(HOUR - 1, 7000),
      moment(HOUR, HOUR + 5000),
      {at: 2000, tookMs: 2000},
    ],
    [
      'is known by the uptime also when the machine was started anew since, and the file was touched',
      moment(HOUR - 1, 7000),
      moment(HOUR, 10, 'b2'),
      {at: 2000, tookMs: 2000},
    ],
    ['is what the file says where there is no uptime', moment(2000), moment(HOUR), {at: 2000, tookMs: 2000}],
    [
      'is only bounded where the file is said to be of before its start',
      moment(-5),
      moment(HOUR),
      {unseenEnd: [NOON, NOON + HOUR], tookMs: undefined},
    ],
    [
      'is only bounded where the file is said to be of the future',
      moment(2 * HOUR),
      moment(HOUR),
      {unseenEnd: [NOON, NOON + HOUR], tookMs: undefined},
    ],
  ])('%s', (_, ended, now, expected) => {
    expect(at(exited(ended), now)).toEqual(expected);
  });
});

it('what goes on without its wrapper ends between two moments once the last of it is seen to be gone', () => {
  const runsOn = ended({how: 'lost', by: 'wrapper', end: 'still-runs'}, moment(1000));
  expect(runsOn).toMatchObject({unseenEnd: 'still-runs', message: lostText('wrapper', false)});
  const data = {event: 'closed', ended_between_ms: [NOON + 2000, NOON + 2020], message: 'gone'};
  const closed = nextState(runsOn, {ts: NOON + 2030, data: read(data)});
  expect(closed).toMatchObject({
    unseenEnd: [NOON + 2000, NOON + 2020],
    message: 'gone',
    closedAt: NOON + 2030,
  });
  const leftOpen = nextState(runsOn, {ts: NOON + 2030, data: read({event: 'closed', left_open: true})});
  expect(leftOpen).toMatchObject({unseenEnd: 'still-runs', message: lostText('wrapper', false)});
});

it.each(
  [null, 5, [1], [1, 2, 3], [2, 1], [-1, 2], [1, 1e300], ['1', 2], [Number.NaN, 2]].map(value => [value]),
)('bounds of %j are none', ended_between_ms => {
  const data = read({event: 'crashed', message: 'm', took_ms: null, ended_between_ms});
  expect(nextState(RUNNING, {ts: NOON, data})).toMatchObject({unseenEnd: 'unknown'});
});

it('a record of a crash of an earlier version is read as before', () => {
  const state = nextState(RUNNING, {ts: NOON + 5, data: read({event: 'crashed', message: 'm', took_ms: 5})});
  expect(state).toMatchObject({finishedAt: NOON + 5, tookMs: 5});
  expect(state).not.toHaveProperty('unseenEnd');
});

it('a job was alive until the last sign of it that lies within its life', () => {
  expect(aliveUntil(RUNNING, NOON + 5, NOON + 9)).toBe(NOON + 5);
  expect(aliveUntil(RUNNING, undefined, NOON + 9)).toBe(NOON);
  expect(aliveUntil(RUNNING, NOON - 5, NOON + 9)).toBe(NOON);
  expect(aliveUntil(RUNNING, NOON + 10, NOON + 9)).toBe(NOON);
  expect(aliveUntil(QUEUED, NOON, NOON)).toBeUndefined();
});

function read(data: unknown): StatusEvent {
  const event = parseStatusEvent(data);
  if (event === undefined) throw new Error('no status event');
  return event;
}

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
