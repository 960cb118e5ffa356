import fc from 'fast-check';
import {expect, it} from 'vitest';

import {type KeptTopic, type TopicPlan, type TopicRules, topicPlan} from './topic-plan.ts';

const DAY = 24 * 60 * 60 * 1000;
const NOW = 1000 * DAY;
const moment = fc.integer({min: -40, max: 1}).map(days => NOW + days * (DAY / 4));
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, {nil: null});

const topics: fc.Arbitrary<KeptTopic[]> = fc
  .array(
    fc.record({
      isSession: fc.boolean(),
      slices: fc
        .array(fc.record({bytes: fc.nat(1000), newestMs: moment}), {maxLength: 8})
        .map(all => all.map((each, at) => ({...each, upTo: 10 * (at + 1)}))),
    }),
    {maxLength: 8},
  )
  .map(all => all.map((each, at) => ({...each, place: 'sqlite', topic: `t${at}`})));
const limits = fc.record({retentionMs: maybe(fc.nat(10 * DAY)), maxBytes: maybe(fc.nat(10_000))});
const rules: fc.Arbitrary<TopicRules> = fc.record({
  now: fc.constant(NOW),
  isClockDoubtful: fc.boolean(),
  sessions: limits,
  topics: limits,
});

/** What is left of the topics. */
function without(all: readonly KeptTopic[], {cuts}: TopicPlan): KeptTopic[] {
  return all.map(topic => {
    const upTo = Math.max(0, ...cuts.filter(cut => cut.topic === topic.topic).map(cut => cut.upTo));
    return {...topic, slices: topic.slices.filter(slice => slice.upTo > upTo)};
  });
}

function inOrder(topic: KeptTopic): KeptTopic {
  const times = topic.slices.map(({newestMs}) => newestMs).sort((a, b) => a - b);
  return {...topic, slices: topic.slices.map((slice, at) => ({...slice, newestMs: times[at] ?? NOW}))};
}

const bytesOf = (all: readonly KeptTopic[]) =>
  all.reduce((sum, {slices}) => sum + slices.reduce((own, {bytes}) => own + bytes, 0), 0);

it('takes nothing that is newer than a day or not over, and meets the budget of each kind wherever it can', () => {
  fc.assert(
    fc.property(topics, rules, (all, given) => {
      const plan = topicPlan(all, given);
      const left = without(all, plan);
      if (given.isClockDoubtful) expect(plan.cuts).toEqual([]);
      for (const {topic, upTo, why} of plan.cuts) {
        const {isSession, slices} = all.find(each => each.topic === topic) as KeptTopic;
        const {retentionMs, maxBytes} = isSession ? given.sessions : given.topics;
        for (const slice of slices.filter(each => each.upTo <= upTo && each.newestMs <= NOW)) {
          expect(NOW - slice.newestMs).toBeGreaterThanOrEqual(DAY);
          if (why === 'age') expect(NOW - slice.newestMs).toBeGreaterThanOrEqual(retentionMs ?? Infinity);
        }
        if (why === 'size') expect(maxBytes).not.toBeNull();
        if (why === 'age' && isSession) expect(upTo).toBe(slices.at(-1)?.upTo);
      }
      for (const isSession of [true, false]) {
        const {maxBytes} = isSession ? given.sessions : given.topics;
        const [before, after] = [all, left].map(each => each.filter(topic => topic.isSession === isSession));
        const cuts = plan.cuts.filter(cut => cut.isSession === isSession);
        const freed = cuts.reduce((sum, {freesBytes}) => sum + freesBytes, 0);
        expect(isSession ? plan.sessionBytes : plan.topicBytes).toBe(bytesOf(before ?? []));
        expect(bytesOf(before ?? []) - freed).toBe(bytesOf(after ?? []));
        const isYoungAtFront = ({slices: [first]}: KeptTopic) =>
          first === undefined || first.newestMs > NOW - DAY;
        if (maxBytes !== null && bytesOf(after ?? []) > maxBytes && !given.isClockDoubtful)
          expect((after ?? []).every(isYoungAtFront)).toBe(true);
      }
    }),
  );
});

it('decides the same of the same', () => {
  fc.assert(
    fc.property(topics, rules, (all, given) => {
      expect(topicPlan(structuredClone(all), structuredClone(given))).toEqual(topicPlan(all, given));
    }),
  );
});

it('takes nothing more once that is gone, where no event says that it is older than the one before', () => {
  fc.assert(
    fc.property(topics, rules, (any, given) => {
      const all = any.map(inOrder);
      expect(topicPlan(without(all, topicPlan(all, given)), given).cuts).toEqual([]);
    }),
  );
});
