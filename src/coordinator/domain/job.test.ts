import fc from 'fast-check';
import {describe, expect, it} from 'vitest';

import {
  finishedEvent,
  isEnded,
  type JobState,
  nextState,
  parseStatusEvent,
  type StatusEvent,
  type StatusRecord,
} from './job.ts';

const QUEUED: JobState = {status: 'queued'};

const events: fc.Arbitrary<StatusEvent> = fc.oneof(
  fc.record({event: fc.constant('started' as const), pid: fc.nat()}),
  fc.record({event: fc.constant('adopted' as const), pid: fc.nat()}),
  fc
    .tuple(fc.nat({max: 255}), fc.option(fc.nat(), {nil: undefined}))
    .map(([code, at]) => finishedEvent(code, at)),
  fc.record({event: fc.constant('crashed' as const), message: fc.string()}),
  fc.constantFrom<StatusEvent>({event: 'closed'}, {event: 'closed', left_open: true}),
);
const records: fc.Arbitrary<StatusRecord> = fc.record({ts: fc.nat(), data: events});

/** The life of a job as a coordinator writes it, with any number of deaths of coordinators in it. */
const lives = fc.tuple(
  fc.nat(),
  fc.array(fc.nat()),
  fc.oneof(
    fc.nat({max: 255}).map(code => finishedEvent(code)),
    fc.constant<StatusEvent>({event: 'crashed', message: 'lost'}),
  ),
);

describe('nextState', () => {
  it('comes from started through any adoptions to an end that keeps pid and start', () => {
    fc.assert(
      fc.property(lives, ([pid, adoptions, end]) => {
        const running = fold(QUEUED, [
          {ts: 10, data: {event: 'started', pid}},
          ...adoptions.map((each, at) => ({ts: 11 + at, data: {event: 'adopted', pid: each} as const})),
        ]);
        expect(running).toEqual({status: 'running', startedAt: 10, pid});
        const ended = nextState(running, {ts: 900, data: end});
        expect(ended).toMatchObject({startedAt: 10, pid, finishedAt: 900});
        expect(nextState(ended, {ts: 901, data: {event: 'closed'}})).toEqual({...ended, closedAt: 901});
      }),
    );
  });

  it('never leaves a job open that was closed, whatever was recorded before', () => {
    fc.assert(
      fc.property(fc.array(records), before => {
        const state = nextState(fold(QUEUED, before), {ts: 5, data: {event: 'closed'}});
        expect(isEnded(state) && state.closedAt).toBe(5);
      }),
    );
  });

  it('is completed with code 0, failed with another, and crashed without any', () => {
    const running = nextState(QUEUED, {ts: 1, data: {event: 'started', pid: 7}});
    expect(nextState(running, {ts: 2, data: finishedEvent(0)})).toMatchObject({
      status: 'completed',
      exitCode: 0,
    });
    expect(nextState(running, {ts: 2, data: finishedEvent(3)})).toMatchObject({
      status: 'failed',
      exitCode: 3,
    });
    const crashed = nextState(running, {ts: 2, data: {event: 'crashed', message: 'lost'}});
    expect(crashed).toEqual({status: 'crashed', message: 'lost', startedAt: 1, pid: 7, finishedAt: 2});
  });

  it('takes the time at which the command ended over the time at which that was recorded', () => {
    expect(nextState(QUEUED, {ts: 100, data: finishedEvent(0, 40)})).toMatchObject({finishedAt: 40});
  });
});

describe('finishedEvent', () => {
  it('names the signal that a code may stand for', () => {
    expect(finishedEvent(137)).toEqual({event: 'finished', exit_code: 137, maybe_signal: 9});
    expect(finishedEvent(143)).toMatchObject({maybe_signal: 15});
    expect([0, 1, 127, 128, 193, 255].map(code => finishedEvent(code))).toEqual(
      [0, 1, 127, 128, 193, 255].map(exit_code => ({event: 'finished', exit_code})),
    );
  });
});

describe('parseStatusEvent', () => {
  it('reads back what was written', () => {
    fc.assert(
      fc.property(events, event => {
        expect(parseStatusEvent(JSON.parse(JSON.stringify(event)))).toEqual(event);
      }),
    );
  });

  it('never throws, and knows nothing of what is no event', () => {
    fc.assert(fc.property(fc.jsonValue(), value => void parseStatusEvent(value)));
    for (const value of [null, 3, 'finished', [], {}, {event: 'sprouted'}, {event: 'finished'}]) {
      expect(parseStatusEvent(value)).toBeUndefined();
    }
  });
});

function fold(state: JobState, more: readonly StatusRecord[]): JobState {
  return more.reduce(nextState, state);
}
