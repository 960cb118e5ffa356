import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {signaledEvent} from '../state/signaled-event.ts';
import {finishedEvent, parseStatusEvent, type StatusEvent, type StatusRecord} from '../state/status-event.ts';
import {type EndedState, isEnded, type JobState, nextState, type Stall, stallOf} from './job.ts';

const QUEUED: JobState = {status: 'queued'};
const RUNNING: JobState = {status: 'running', startedAt: 1, pid: 7};

const events: fc.Arbitrary<StatusEvent> = fc.oneof(
  fc.record({event: fc.constant('started' as const), pid: fc.nat()}),
  fc.record({event: fc.constant('adopted' as const), pid: fc.nat()}),
  fc
    .tuple(fc.nat({max: 255}), fc.option(fc.nat(), {nil: undefined}))
    .map(([code, at]) => finishedEvent(code, at)),
  fc.record({event: fc.constant('crashed' as const), message: fc.string()}),
  fc.record(
    {
      event: fc.constant('cancelling' as const),
      grace_ms: fc.nat({max: 60_000}),
      reason: fc.string(),
      timed_out: fc.constant(true as const),
    },
    {requiredKeys: ['event', 'grace_ms']},
  ),
  fc.record(
    {
      event: fc.constant('stalled' as const),
      silent_ms: fc.nat(),
      phase: fc.string(),
      batch_index: fc.nat(),
      open_ms: fc.nat(),
    },
    {requiredKeys: ['event', 'silent_ms']},
  ),
  fc.record({event: fc.constant('resumed' as const), stalled_ms: fc.nat()}),
  fc.record({event: fc.constant('skipped' as const), message: fc.string()}),
  fc.record({
    event: fc.constant('signaled' as const),
    signal: fc.constantFrom('SIGTERM', 'SIGKILL'),
  }),
  fc.constantFrom<StatusEvent>({event: 'cancelled'}, {event: 'closed'}, {event: 'closed', left_open: true}),
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

  it('never leaves an end but to be closed: neither the status nor the code nor the times change', () => {
    fc.assert(
      fc.property(fc.array(records), fc.array(records), (before, after) => {
        const ended = fold(fold(QUEUED, before), [{ts: 7, data: {event: 'crashed', message: ''}}]);
        const {closedAt: _, signaled: __, ...later} = fold(ended, after) as EndedState;
        const {closedAt, signaled, ...end} = ended as EndedState;
        expect(later).toEqual(end);
        if (closedAt !== undefined) expect(fold(ended, after)).toHaveProperty('closedAt');
        if (signaled !== undefined) expect(fold(ended, after)).toHaveProperty('signaled');
      }),
    );
  });

  it('is in every sequence of records what the records before the first end tell', () => {
    fc.assert(
      fc.property(fc.array(records, {maxLength: 12}), all => {
        const state = fold(QUEUED, all);
        expect(state).toMatchObject(told(all));
        expect('stalled' in state).toBe('stalled' in told(all));
      }),
      {numRuns: 2000},
    );
  });

  it('starts once: neither a later start nor an adoption nor a wish changes pid and time', () => {
    const more = records.filter(({data}) => !isEnding(data));
    fc.assert(
      fc.property(fc.array(more), fc.nat(), fc.nat(), (after, pid, ts) => {
        const state = fold(QUEUED, [{ts, data: {event: 'started', pid}}, ...after]);
        expect(state).toMatchObject({startedAt: ts, pid});
        expect(['running', 'cancelling']).toContain(state.status);
      }),
    );
  });

  it('has of any wishes to end it the earliest time at which it may be killed', () => {
    const wish = fc.record({ts: fc.nat(), grace: fc.nat({max: 60_000})});
    fc.assert(
      fc.property(fc.array(wish, {minLength: 1}), wishes => {
        const state = fold(RUNNING, wishes.map(cancelling));
        const killAt = Math.min(...wishes.map(({ts, grace}) => ts + grace));
        expect(state).toEqual({...RUNNING, status: 'cancelling', since: wishes[0]?.ts, killAt});
        expect(nextState(state, {ts: 1, data: finishedEvent(1)})).toMatchObject({killAt});
      }),
    );
  });

  it.each([
    ['that was signalled', 0, ['SIGTERM'], {status: 'completed'}],
    ['that was killed', 0, ['SIGTERM', 'SIGKILL'], {status: 'completed'}],
    ['that was signalled', 1, ['SIGTERM'], {status: 'cancelled', signal: 'SIGTERM'}],
    ['that was signalled', 143, ['SIGTERM'], {status: 'cancelled', signal: 'SIGTERM'}],
    ['that was killed', 137, ['SIGTERM', 'SIGKILL'], {status: 'cancelled', signal: 'SIGKILL'}],
    ['whose signal nobody could record', 143, [], {status: 'cancelled', signal: 'SIGTERM'}],
    ['that failed before it was signalled', 1, [], {status: 'failed'}],
  ])('of a job to be cancelled %s, with code %i, is what that tells', (_, code, signals, expected) => {
    const sent = signals.map(signal => ({ts: 3, data: {event: 'signaled', signal} as const}));
    const told = fold(RUNNING, [cancelling({ts: 2, grace: 10}), ...sent]);
    const {signal, ...ended} = nextState(told, {ts: 4, data: finishedEvent(code)}) as EndedState;
    expect({...ended, ...(signal === undefined ? {} : {signal})}).toEqual({
      ...expected,
      startedAt: 1,
      pid: 7,
      killAt: 12,
      exitCode: code,
      finishedAt: 4,
      tookMs: 3,
      ...(signals.length === 0 ? {} : {signaled: signals.at(-1)}),
    });
  });

  it.each([
    ['ends well all the same', 0, ['SIGTERM'], 'timed_out'],
    ['fails at that', 1, ['SIGTERM'], 'timed_out'],
    ['has to be killed', 137, ['SIGTERM', 'SIGKILL'], 'timed_out'],
    ['got a signal that nobody could record', 143, [], 'timed_out'],
    ['was done before it was signalled', 0, [], 'completed'],
    ['failed before it was signalled', 1, [], 'failed'],
  ])(
    'of a job whose time is over and that %s, with code %i, is what that tells',
    (_, code, signals, status) => {
      const wish = {
        event: 'cancelling',
        grace_ms: 10,
        reason: 'it ran for too long',
        timed_out: true,
      } as const;
      const sent = signals.map(signal => ({ts: 3, data: {event: 'signaled', signal} as const}));
      const told = fold(RUNNING, [{ts: 2, data: wish}, ...sent]);
      expect(nextState(told, {ts: 4, data: finishedEvent(code)})).toMatchObject({status, exitCode: code});
    },
  );

  it('of a job that never started may be that it was skipped, with the reason, and of no other', () => {
    const skipped: StatusRecord = {ts: 5, data: {event: 'skipped', message: 'a failed'}};
    expect(nextState(QUEUED, skipped)).toEqual({status: 'skipped', message: 'a failed', finishedAt: 5});
    expect(nextState(RUNNING, skipped)).toBe(RUNNING);
  });

  it('is not that of a job that got a signal when nobody of it might be signalled', () => {
    const refused = signaledEvent('SIGTERM', {processes: [], refused: [{pid: 9, command: 'sudo'}]});
    const told = fold(RUNNING, [cancelling({ts: 2, grace: 10}), {ts: 3, data: refused}]);
    expect(told).not.toHaveProperty('signaled');
    expect(nextState(told, {ts: 4, data: finishedEvent(1)})).toMatchObject({status: 'failed'});
  });

  it('is stalled from one record to another, through adoptions, and the newest stall counts', () => {
    const first = {ts: 5, data: {event: 'stalled', silent_ms: 9} as const};
    const second = {
      ts: 8,
      data: {event: 'stalled', silent_ms: 9, phase: 'embed', batch_index: 0, open_ms: 7} as const,
    };
    const adopted = {ts: 6, data: {event: 'adopted', pid: 7} as const};
    expect(fold(RUNNING, [first, adopted])).toEqual({...RUNNING, stalled: {since: 5}});
    const again = fold(RUNNING, [first, adopted, second]);
    expect(again).toEqual({...RUNNING, stalled: {since: 8, phase: 'embed', batchIndex: 0}});
    const resumed = nextState(again, {ts: 9, data: {event: 'resumed', stalled_ms: 1}});
    expect(resumed).toEqual(RUNNING);
    expect(nextState(resumed, {ts: 10, data: {event: 'resumed', stalled_ms: 1}})).toEqual(RUNNING);
  });

  it('is not stalled once it has ended, whatever comes late', () => {
    const stalled: StatusRecord = {ts: 5, data: {event: 'stalled', silent_ms: 9, phase: 'embed'}};
    const state = fold(RUNNING, [stalled, {ts: 6, data: finishedEvent(3)}]);
    expect(state).not.toHaveProperty('stalled');
    expect(fold(state, [stalled, {ts: 9, data: {event: 'resumed', stalled_ms: 1}}])).toEqual(state);
    expect(nextState(QUEUED, stalled)).toEqual(QUEUED);
  });

  it('stays stalled while it is being ended, until it moves, and is not called so anew', () => {
    const stalled: StatusRecord = {ts: 5, data: {event: 'stalled', silent_ms: 9, phase: 'embed'}};
    const wish = cancelling({ts: 6, grace: 10});
    const ending = fold(RUNNING, [stalled, wish]);
    expect(stallOf(ending)).toEqual({since: 5, phase: 'embed'});
    const moved = nextState(ending, {ts: 7, data: {event: 'resumed', stalled_ms: 1}});
    expect(moved).toEqual(fold(RUNNING, [wish]));
    expect(nextState(moved, stalled)).toEqual(moved);
  });

  it('says of a job that was ended because of something why, also where it ended by itself meanwhile', () => {
    const wish: StatusRecord = {ts: 2, data: {event: 'cancelling', grace_ms: 10, reason: 'it was stalled'}};
    const later: StatusRecord = {ts: 3, data: {event: 'cancelling', grace_ms: 5, reason: 'another'}};
    const signaled: StatusRecord = {ts: 4, data: {event: 'signaled', signal: 'SIGTERM'}};
    const told = fold(RUNNING, [wish, later, signaled]);
    expect(told).toMatchObject({status: 'cancelling', reason: 'it was stalled', killAt: 8});
    expect(nextState(told, {ts: 5, data: finishedEvent(143)})).toMatchObject({
      status: 'cancelled',
      message: 'it was stalled',
    });
    const meanwhile = {message: 'it was being ended (it was stalled)'};
    expect(nextState(told, {ts: 5, data: finishedEvent(0)})).toMatchObject({
      status: 'completed',
      ...meanwhile,
    });
    const unsignaled = fold(RUNNING, [wish]);
    expect(nextState(unsignaled, {ts: 5, data: finishedEvent(1)})).toMatchObject({
      status: 'failed',
      ...meanwhile,
    });
    expect(
      nextState(fold(RUNNING, [cancelling({ts: 2, grace: 10}), later, signaled]), {
        ts: 5,
        data: finishedEvent(143),
      }),
    ).not.toHaveProperty('message');
  });

  it('is failed with code 143 when nobody wanted it to end', () => {
    expect(nextState(RUNNING, {ts: 2, data: finishedEvent(143)})).toMatchObject({status: 'failed'});
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
    expect(crashed).toEqual({
      status: 'crashed',
      message: 'lost',
      startedAt: 1,
      pid: 7,
      finishedAt: 2,
      tookMs: 1,
    });
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

  it('reads of a stall what it can, and nothing of the wrong type', () => {
    const strange = {event: 'stalled', silent_ms: '9', phase: 3, batch_index: null, open_ms: [], more: 1};
    expect(parseStatusEvent(strange)).toEqual({event: 'stalled', silent_ms: 0});
    expect(parseStatusEvent({event: 'resumed'})).toEqual({event: 'resumed', stalled_ms: 0});
    expect(parseStatusEvent({event: 'cancelling', reason: 4})).toEqual({event: 'cancelling', grace_ms: 0});
  });

  it('never throws, and knows nothing of what is no event', () => {
    fc.assert(fc.property(fc.jsonValue(), value => void parseStatusEvent(value)));
    for (const value of [null, 3, 'finished', [], {}, {event: 'sprouted'}, {event: 'finished'}]) {
      expect(parseStatusEvent(value)).toBeUndefined();
    }
  });
});

function cancelling({ts, grace}: {ts: number; grace: number}): StatusRecord {
  return {ts, data: {event: 'cancelling', grace_ms: grace}};
}

function isEnding({event}: StatusEvent): boolean {
  return event === 'finished' || event === 'crashed' || event === 'cancelled' || event === 'closed';
}

/** The rules of the formats, said once more without states: what these records must add up to. */
function told(all: readonly StatusRecord[]): Partial<JobState> {
  const start = all.findIndex(({data}) => data.event === 'started');
  const at = all.findIndex(
    ({data}, index) => isEnding(data) || (data.event === 'skipped' && (start < 0 || index < start)),
  );
  const until = at < 0 ? all : all.slice(0, at);
  const begins = until.findIndex(({data}) => data.event === 'started');
  const running = begins < 0 ? [] : until.slice(begins);
  const wished = running.findIndex(({data}) => data.event === 'cancelling');
  const isSignaled = wished >= 0 && running.slice(wished).some(({data}) => data.event === 'signaled');
  const end = all[at]?.data;
  if (end === undefined) {
    if (begins < 0) return {status: 'queued'};
    if (wished < 0) return {status: 'running', ...toldStall(running)};
    const ends = running.slice(wished);
    const hasMoved = ends.some(({data}) => data.event === 'resumed');
    const stall = hasMoved ? {} : toldStall(running.slice(0, wished));
    return {status: 'cancelling', ...toldReason(running[wished]), ...stall};
  }
  const isClosed = all.slice(at).some(({data}) => data.event === 'closed');
  const closed = isClosed ? {closedAt: expect.any(Number) as number} : {};
  if (end.event === 'cancelled') return {status: 'cancelled', ...closed};
  if (end.event === 'skipped') return {status: 'skipped', message: end.message, ...closed};
  if (end.event !== 'finished') return {status: 'crashed', ...closed};
  const code = end.exit_code;
  const isTimedOut = wished >= 0 && isTimeOut(running[wished]) && (isSignaled || code === 143);
  if (isTimedOut) return {status: 'timed_out', exitCode: code, ...closed};
  if (code === 0) return {status: 'completed', exitCode: 0, ...closed};
  const isCancelled = isSignaled || (wished >= 0 && code === 143);
  return {status: isCancelled ? 'cancelled' : 'failed', exitCode: code, ...closed};
}

function isTimeOut(wish: StatusRecord | undefined): boolean {
  return wish?.data.event === 'cancelling' && wish.data.timed_out === true;
}

/** Stalled since the last record that says so, unless a later one says that it got on. */
function toldStall(running: readonly StatusRecord[]): {stalled: Stall} | {stalled?: never} {
  const last = running.findLast(({data}) => data.event === 'stalled' || data.event === 'resumed');
  if (last?.data.event !== 'stalled') return {};
  const {phase, batch_index} = last.data;
  return {
    stalled: {
      since: last.ts,
      ...(phase === undefined ? {} : {phase}),
      ...(batch_index === undefined ? {} : {batchIndex: batch_index}),
    },
  };
}

function toldReason(wish: StatusRecord | undefined): {reason?: string} {
  return wish?.data.event === 'cancelling' && wish.data.reason !== undefined
    ? {reason: wish.data.reason}
    : {};
}

function fold(state: JobState, more: readonly StatusRecord[]): JobState {
  return more.reduce(nextState, state);
}

describe('where a job runs', () => {
  const SPACE = {host: 'mill', boot_id: 'b1', pid_ns: 7};
  const started = parseStatusEvent({event: 'started', pid: 7, ...SPACE});

  it('is kept from its start to its end, whatever happens in between', () => {
    const events: StatusEvent[] = [
      started ?? {event: 'cancelled'},
      {event: 'stalled', silent_ms: 1},
      {event: 'resumed', stalled_ms: 1},
      {event: 'cancelling', grace_ms: 1},
      {event: 'signaled', signal: 'SIGTERM'},
      {event: 'finished', exit_code: 143},
      {event: 'closed'},
    ];
    let state: JobState = {status: 'queued'};
    for (const [ts, data] of events.entries()) {
      state = nextState(state, {ts, data});
      expect(state).toMatchObject({space: SPACE});
    }
  });

  it('is read from a record, and absent in one of an earlier version', () => {
    expect(started).toEqual({event: 'started', pid: 7, ...SPACE});
    expect(parseStatusEvent({event: 'started', pid: 7})).toEqual({event: 'started', pid: 7});
    const state = nextState({status: 'queued'}, {ts: 1, data: {event: 'started', pid: 7}});
    expect(state).toEqual({status: 'running', startedAt: 1, pid: 7});
  });
});
