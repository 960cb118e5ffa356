import {describe, expect, it} from 'vitest';

import {MovementDetector, type Shown} from './movement.ts';
import type {ProgressRecord} from './record.ts';
import {told} from './testing/records.ts';

function shown(records: readonly ProgressRecord[]): Shown[] {
  const detector = new MovementDetector();
  return records.map(record => detector.shown(record));
}

const beat = (more: object = {}, event = 'embed_progress') => told(0, event, more);
const START = told(0, 'embed_start');

describe('movement', () => {
  it('is every transition that the format knows, also one that was there before', () => {
    const transitions = ['start', 'start', 'done', 'done', 'error', 'cancelled', 'complete'];
    const records = transitions.map((sub_phase, at) => ({...told(at, 'x'), sub_phase}));
    expect(shown(records)).toEqual(transitions.map(() => 'movement'));
  });

  it.each([
    'batch_rows',
    'rows_processed',
    'rows_total',
    'last_conversation_id',
    'last_message_id',
    'conversations_in_batch',
    'bytes',
  ])('is what counts work: %s', key => {
    expect(shown([START, beat({[key]: 3}), beat({[key]: 4}), beat({[key]: 4})])).toEqual([
      'movement',
      'movement',
      'movement',
      'nothing',
    ]);
  });

  it('is the first word of a phase', () => {
    expect(shown([beat(), beat(), beat({phase: 'other'})])).toEqual(['movement', 'nothing', 'movement']);
  });

  it('is the end of a run, whatever its transition is called', () => {
    expect(shown([START, {...told(0, 'complete'), sub_phase: 'finished'}])).toEqual(['movement', 'movement']);
  });

  it('is found in each run by itself', () => {
    const of = (run_id: string, rows_processed: number) => beat({run_id, rows_processed});
    expect(shown([of('one', 1), of('two', 7), of('one', 1), of('two', 7), of('two', 8)])).toEqual([
      'movement',
      'movement',
      'nothing',
      'nothing',
      'movement',
    ]);
  });
});

describe('a heartbeat', () => {
  it('shows nothing: clock, memory and number of the record may change as they like', () => {
    const at = (at: number) =>
      told(at, 'embed_progress', {rows_processed: 3, seq: at, rss_mib: at, note: 'x'});
    expect(shown([at(0), at(1), at(2)])).toEqual(['movement', 'nothing', 'nothing']);
  });

  it('shows nothing either when workers or batches of a run beat by turns', () => {
    for (const [one, other] of [
      [
        {pid: 1, rows_processed: 5},
        {pid: 2, rows_processed: 9},
      ],
      [{batch_index: 1}, {batch_index: 2}],
    ] as const)
      expect(shown([beat(one), beat(other), beat(one), beat(other)])).toEqual([
        'movement',
        'movement',
        'nothing',
        'nothing',
      ]);
  });

  it('is uncertain when it tells anything besides that changes', () => {
    for (const key of ['note', 'error', 'uptime_s', 'detail', 'expect_ms'])
      expect(
        shown([
          START,
          beat({rows_total: 9}),
          beat({rows_total: 9, [key]: 1}),
          beat({rows_total: 9, [key]: 2}),
        ]),
      ).toEqual(['movement', 'movement', 'uncertain', 'uncertain']);
  });

  it('is uncertain when nobody knows its kind, however often it repeats itself', () => {
    const odd = (more: object = {}) => ({...beat(more, 'tick'), phase: 'embed', sub_phase: 'tick'});
    expect(shown([START, odd(), odd(), odd({rows_processed: 1}), odd({rows_processed: 1})])).toEqual([
      'movement',
      'uncertain',
      'uncertain',
      'movement',
      'uncertain',
    ]);
  });

  it('is none of work that another event of its phase told', () => {
    const start = told(0, 'embed_start', {rows_total: 9});
    expect(
      shown([start, beat({rows_total: 9, uptime_s: 1}), beat({rows_total: 9, rows_processed: 1})]),
    ).toEqual(['movement', 'uncertain', 'movement']);
  });

  it('is uncertain the first time in a phase that is known, where it counts no work', () => {
    expect(shown([START, beat({note: 'a'}), beat({note: 'a'})])).toEqual([
      'movement',
      'uncertain',
      'nothing',
    ]);
  });
});

describe('a worker that says for what it waits', () => {
  it('waits, also when it counts something', () => {
    const waits = {waiting_on: 'lock'};
    expect(
      shown([START, beat(waits), beat({...waits, rows_processed: 3}), beat({rows_processed: 3})]),
    ).toEqual(['movement', 'waiting', 'waiting', 'nothing']);
  });

  it('does not when it begins something, or names nothing', () => {
    expect(shown([told(0, 'embed_start', {waiting_on: 'lock'}), beat({waiting_on: ' '})])).toEqual([
      'movement',
      'uncertain',
    ]);
  });
});

it('forgets the oldest of very many kinds', () => {
  const detector = new MovementDetector();
  const of = (at: number) => told(0, `e${at}_progress`, {rows_processed: 1});
  for (let at = 0; at < 300; at++) expect(detector.isMovement(of(at))).toBe(true);
  expect([detector.shown(of(299)), detector.shown(of(0))]).toEqual(['nothing', 'movement']);
});
