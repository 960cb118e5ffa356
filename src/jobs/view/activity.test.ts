import {expect, it} from 'vitest';

import {type Activity, type ActivityFacts, activityOf} from './activity.ts';

const MOVING: ActivityFacts = {
  isStalled: false,
  waitsMs: undefined,
  isComplete: false,
  movedMs: 1000,
  changedMs: undefined,
  ranMs: 900_000,
  isExpected: false,
  patienceMs: 120_000,
};

it.each<[Activity | null, string, Partial<ActivityFacts>]>([
  ['moving', 'it moved lately', {}],
  ['moving', 'its phase is known to be long', {movedMs: 500_000, isExpected: true}],
  ['stalled', 'that is on record, whatever else it says', {isStalled: true, waitsMs: 5, changedMs: 1}],
  ['waiting', 'it says so', {waitsMs: 500}],
  ['waiting', 'it says so, and another worker has not moved for long', {waitsMs: 900_000, movedMs: 200_000}],
  ['moving', 'another worker moved since it said that it waits', {waitsMs: 5000, movedMs: 1000}],
  ['complete', 'all its runs are', {isComplete: true, movedMs: 800_000}],
  ['uncertain', 'only what may be work changed lately', {movedMs: 130_000, changedMs: 1000}],
  ['moving', 'it moved lately, whatever else changed', {changedMs: 1000}],
  ['quiet', 'it told nothing for long', {movedMs: 130_000, changedMs: 125_000}],
  ['quiet', 'it never told anything, and has run for long', {movedMs: undefined}],
  [null, 'it has not told anything yet', {movedMs: undefined, ranMs: 1000}],
  [null, 'nobody knows for how long it runs', {movedMs: undefined, ranMs: undefined}],
])('is %s where %s', (activity, _, facts) => {
  expect(activityOf({...MOVING, ...facts})).toBe(activity);
});
