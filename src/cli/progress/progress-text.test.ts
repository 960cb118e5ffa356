import {describe, expect, it} from 'vitest';

import type {ListedProgress, ProgressFields} from '../../jobs/index.ts';
import {rowsBrief} from '../output/human.ts';
import {progressText} from './progress-text.ts';
import {rateBrief} from './progress-words.ts';

const RUNNING: ProgressFields = {
  phase: null,
  rows_processed: null,
  rows_total: null,
  rows_phase: null,
  rows_per_sec: null,
  rate_basis: null,
  eta_secs: null,
  eta_range_secs: null,
  quiet_secs: 0,
  activity: 'moving',
  stalled: false,
  stalled_secs: null,
  uncertain_secs: null,
  waiting_on: null,
  waiting_secs: null,
  same_output_secs: null,
};

function shown(
  fields: Partial<ProgressFields>,
  open: {phase: string; batch_index: number | null} | null = null,
  goesOn = true,
) {
  const present = {now: {open}} as unknown as ListedProgress['present'];
  return progressText({goesOn, fields: {...RUNNING, ...fields}, present});
}

describe('the progress of a job', () => {
  it('is phase, rows, rate and the time left', () => {
    const fields = {phase: 'embed', rows_processed: 384, rows_total: 10_000, rows_per_sec: 72, eta_secs: 133};
    expect(shown(fields)).toEqual({kind: 'progress', text: 'embed 384/10000 3% 72/s ETA 2m'});
  });

  it('has a range of the time left where the rate varies', () => {
    const fields = {phase: 'embed', eta_secs: 133};
    expect(shown({...fields, eta_range_secs: [70, 300]})?.text).toBe('embed ETA 2m (1m–5m)');
    expect(shown({...fields, eta_range_secs: [125, 140]})?.text).toBe('embed ETA 2m');
  });

  it('is as much of that as it told', () => {
    expect(shown({phase: 'link'})?.text).toBe('link');
    expect(shown({phase: 'embed', rows_processed: 5})?.text).toBe('embed 5');
    expect(shown({phase: 'embed', rows_total: 5})?.text).toBe('embed ?/5');
    expect(shown({phase: 'x'.repeat(90)})?.text).toHaveLength(40);
  });

  it('tells rows with the phase that has them, where another one is open', () => {
    const fields = {phase: 'link', rows_phase: 'embed', rows_processed: 690, rows_total: 1000};
    expect(shown(fields)?.text).toBe('link (embed 690/1000 69%)');
    expect(shown({...fields, eta_secs: 133})?.text).toBe('link (embed 690/1000 69% ETA 2m)');
    expect(shown({...fields, phase: 'embed'})?.text).toBe('embed 690/1000 69%');
    expect(shown({phase: 'link', rows_phase: 'embed'})?.text).toBe('link');
  });

  it('is how long it is stalled and where', () => {
    const stalled = {
      phase: 'embed',
      quiet_secs: 185,
      activity: 'stalled',
      stalled: true,
      stalled_secs: 65,
    } as const;
    expect(shown(stalled, {phase: 'embed', batch_index: 4})).toEqual({
      kind: 'stalled',
      text: 'stalled 3m in embed (batch 4)',
    });
    expect(shown(stalled, {phase: 'link', batch_index: null})?.text).toBe('stalled 3m in link');
    expect(shown(stalled)?.text).toBe('stalled 3m between phases');
  });

  it('is what it does where it neither moves nor is stalled, and for how long', () => {
    const fields = {phase: 'embed', quiet_secs: 185};
    const open = {phase: 'embed', batch_index: null};
    expect(shown({...fields, activity: 'waiting', waiting_on: 'lock', waiting_secs: 65})?.text).toBe(
      'waits 1m for lock',
    );
    expect(shown({...fields, activity: 'waiting', waiting_on: 'a\nb'})?.text).toBe('waits for a\\x0ab');
    expect(shown({...fields, activity: 'complete'})?.text).toBe('complete 3m, not ended');
    expect(shown({...fields, activity: 'uncertain', uncertain_secs: 185}, open)?.text).toBe(
      'uncertain 3m in embed',
    );
  });

  it('is that it prints the same line, of one that never reported', () => {
    expect(shown({quiet_secs: 200, same_output_secs: 200, activity: 'quiet'})?.text).toBe('the same line 3m');
    expect(shown({quiet_secs: 20, same_output_secs: 20})).toBeUndefined();
  });

  it('is since when it is quiet, of one that never reported, from two minutes on', () => {
    expect(shown({quiet_secs: 119})).toBeUndefined();
    expect(shown({quiet_secs: 120})).toEqual({kind: 'quiet', text: 'quiet 2m'});
    expect(shown({quiet_secs: 7300, phase: 'embed'})?.text).toBe('embed');
  });

  it('is not known, and not quiet, of one that reported more than anybody has read', () => {
    const present = {isOutOfReach: true} as unknown as ListedProgress['present'];
    expect(progressText({goesOn: true, fields: {...RUNNING, quiet_secs: 999}, present})).toEqual({
      kind: 'progress',
      text: 'not known yet',
    });
  });

  it('is not shown of what does not run', () => {
    expect(shown({quiet_secs: null, phase: 'embed', rows_processed: 5}, null, false)).toBeUndefined();
  });

  it('is told without times that nobody knows', () => {
    expect(shown({quiet_secs: null, phase: 'embed', rows_processed: 5})?.text).toBe('embed 5');
    expect(shown({quiet_secs: null, activity: 'stalled', phase: 'embed'})?.text).toBe(
      'stalled between phases',
    );
    expect(shown({quiet_secs: null})).toBeUndefined();
  });
});

it.each([
  [5, 10, '5/10 50%'],
  [0, 10, '0/10 0%'],
  [999, 1000, '999/1000 99%'],
  [12, 10, '12/10 100%'],
  [0, 0, '0/0'],
])('%d of %d rows are %s', (rows_processed, rows_total, text) => {
  expect(rowsBrief(rows_processed, rows_total)).toBe(text);
});

it.each([
  [1234.5, '1235/s'],
  [1.25, '1.3/s'],
  [0.075, '4.5/min'],
  [0.001, '3.6/h'],
])('a rate of %d is %s', (perSecond, text) => {
  expect(rateBrief(perSecond)).toBe(text);
});
