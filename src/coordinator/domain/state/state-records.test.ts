import fc from 'fast-check';
import {describe, expect, it} from 'vitest';

import {type JobState, nextState} from '../job/job.ts';
import {furtherState, missingRecords, recordsOf} from './state-records.ts';
import type {StatusEvent, StatusRecord} from './status-event.ts';

const QUEUED: JobState = {status: 'queued'};
const fold = (records: readonly StatusRecord[], from: JobState = QUEUED) => records.reduce(nextState, from);

const STARTED: StatusEvent = {event: 'started', pid: 42};
const CANCELLING: StatusEvent = {event: 'cancelling', grace_ms: 5000};
const TIMED_OUT: StatusEvent = {...CANCELLING, reason: 'it ran for longer than 5 s', timed_out: true};
const SIGNALED: StatusEvent = {event: 'signaled', signal: 'SIGTERM'};
const CLOSED: StatusEvent = {event: 'closed'};

/** Lives of jobs, as far as a journal tells them. */
const lives: StatusEvent[][] = [
  [],
  [{event: 'cancelled'}, CLOSED],
  [{event: 'crashed', message: 'it could not be started'}, CLOSED],
  [STARTED, {event: 'finished', exit_code: 0}, CLOSED],
  [STARTED, {event: 'finished', exit_code: 3}, CLOSED],
  [STARTED, {event: 'finished', exit_code: 0, cpu_user_ms: 120, cpu_system_ms: 30}, CLOSED],
  [{event: 'crashed', message: 'its directory is gone', took_ms: null}, CLOSED],
  [STARTED, {event: 'crashed', message: 'its wrapper is gone'}, CLOSED],
  [STARTED, CANCELLING, SIGNALED, {event: 'finished', exit_code: 143}, CLOSED],
  [STARTED, {...CANCELLING, reason: 'it was stalled'}, SIGNALED, {event: 'finished', exit_code: 143}, CLOSED],
  [STARTED, {...CANCELLING, reason: 'it was stalled'}, SIGNALED, {event: 'finished', exit_code: 0}, CLOSED],
  [STARTED, TIMED_OUT, SIGNALED, {event: 'finished', exit_code: 143}, CLOSED],
  [STARTED, TIMED_OUT, SIGNALED, {event: 'finished', exit_code: 0}, CLOSED],
  [STARTED, TIMED_OUT, {event: 'finished', exit_code: 0}, CLOSED],
  [{event: 'skipped', message: '3fa9c1:build failed'}, CLOSED],
];
const life = fc
  .constantFrom(...lives)
  .chain(events => fc.nat(events.length).map(length => events.slice(0, length)))
  .map(events => events.map((data, at) => ({ts: 1000 + at, data})));

/** Until when it may be killed is not kept of a job that has ended. */
function essence(state: JobState): object {
  const {killAt: _, ...kept} = {killAt: 0, ...state};
  return state.status === 'cancelling' ? state : kept;
}

describe('the records of a state', () => {
  it('make that state again', () => {
    fc.assert(
      fc.property(life, records => {
        const state = fold(records);
        expect(essence(fold(recordsOf(state)))).toEqual(essence(state));
      }),
    );
  });
});

describe('what a row knows and a journal does not', () => {
  it('is made up for by the missing records, and nothing is where the journal tells as much', () => {
    fc.assert(
      fc.property(life, fc.nat(6), (records, length) => {
        const row = fold(records);
        const journal = fold(records.slice(0, length));
        const known = furtherState(length === 0 ? undefined : journal, row);
        expect(known.status).toBe(row.status);
        expect(essence(fold(missingRecords(journal, known), journal))).toEqual(essence(known));
      }),
    );
  });

  it('is nothing while the journal is ahead of the row', () => {
    const journal = fold([{ts: 1, data: STARTED}]);
    expect(furtherState(journal, QUEUED)).toBe(journal);
    expect(missingRecords(journal, journal)).toEqual([]);
  });
});
