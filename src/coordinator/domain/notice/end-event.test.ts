import {describe, expect, it} from 'vitest';

import type {NotifyOn, OnStall} from '../../../base/index.ts';
import type {EndedState} from '../job/job.ts';
import {memoryReason} from '../state/memory-limit.ts';
import {endEvent, isToldOfStall} from './end-event.ts';

const ended = (status: EndedState['status'], message?: string): EndedState => ({
  status,
  finishedAt: 1,
  ...(message === undefined ? {} : {message}),
});
const wish = (
  notifyOn: readonly NotifyOn[] | null,
  onStall: OnStall = 'notify',
  notify: string | null = 'tell',
) => ({
  notify,
  notifyOn,
  onStall,
  service: false,
});

describe('the end of a job', () => {
  it.each([
    [ended('completed'), 'ended'],
    [ended('failed'), 'failed'],
    [ended('crashed'), 'failed'],
    [ended('cancelled'), 'ended'],
    [ended('cancelled', 'its work was complete since 2026-01-01T00:00:00.000Z'), 'ended'],
    [ended('cancelled', memoryReason(100_000_000, 130_000_000)), 'failed'],
    [ended('cancelled', 'it was stalled: nothing moved for 60 s, between two phases'), 'failed'],
  ] as const)('%j is told as %s', (state, event) => {
    expect(endEvent(wish(['end']), state)).toBe(event);
    expect(endEvent(wish(['failure', 'stall']), state)).toBe(event === 'failed' ? 'failed' : undefined);
    for (const silent of [wish([]), wish(['stall']), wish(null), wish(['end'], 'notify', null)])
      expect(endEvent(silent, state)).toBeUndefined();
  });
});

describe('the end of a service', () => {
  it.each(['completed', 'failed', 'crashed'] as const)('is a failure when it %s by itself', status => {
    expect(endEvent({...wish(['failure']), service: true}, ended(status))).toBe('failed');
  });

  it('is none when somebody ended it, or it never started', () => {
    for (const status of ['cancelled', 'skipped'] as const)
      expect(endEvent({...wish(['failure']), service: true}, ended(status))).toBeUndefined();
  });
});

describe('a stall', () => {
  it('is told where nobody said of what and nothing else is done, or where stalls are among it', () => {
    expect(isToldOfStall(wish(null))).toBe(true);
    expect(isToldOfStall(wish(null, 'cancel'))).toBe(false);
    expect(isToldOfStall(wish(['stall'], 'cancel'))).toBe(true);
    expect(isToldOfStall(wish(['end', 'failure']))).toBe(false);
  });

  it('is never told where nothing is to be done, nor by nobody', () => {
    expect(isToldOfStall(wish(['stall'], 'none'))).toBe(false);
    expect(isToldOfStall(wish(['stall'], 'notify', null))).toBe(false);
  });
});
