import {describe, expect, it} from 'vitest';

import {type KeptTopic, type TopicRules, topicPlan} from './topic-plan.ts';

const DAY = 24 * 60 * 60 * 1000;
const NOW = 1000 * DAY;
const NONE = {retentionMs: null, maxBytes: null};
const RULES: TopicRules = {now: NOW, isClockDoubtful: false, sessions: NONE, topics: NONE};

/** A topic whose events are of 100 bytes and happened so many days ago. */
function topic(name: string, daysAgo: readonly number[], changes: Partial<KeptTopic> = {}): KeptTopic {
  const slices = daysAgo.map((days, at) => ({upTo: at + 1, bytes: 100, newestMs: NOW - days * DAY}));
  return {place: 'sqlite', topic: name, isSession: false, slices, ...changes};
}

function session(name: string, daysAgo: readonly number[]): KeptTopic {
  return topic(name, daysAgo, {isSession: true});
}

function cut(topics: readonly KeptTopic[], rules: Partial<TopicRules>): string[] {
  return topicPlan(topics, {...RULES, ...rules}).cuts.map(
    ({topic: name, upTo, why, freesBytes}) => `${name} ${upTo} ${why} ${freesBytes}`,
  );
}

describe('the time of events', () => {
  const limits = {retentionMs: 10 * DAY, maxBytes: null};

  it('is over for each event of a topic by its own, and for a session as a whole', () => {
    const topics = [
      topic('t', [20, 11, 10, 9, 2]),
      session('old', [20, 11]),
      session('going on', [20, 11, 9]),
      session('empty', []),
    ];
    expect(cut(topics, {topics: limits, sessions: limits})).toEqual(['t 3 age 300', 'old 2 age 200']);
    expect(cut(topics, {topics: limits})).toEqual(['t 3 age 300']);
    expect(cut(topics, {})).toEqual([]);
  });

  it('is not over behind something newer, nor for what is not a day old, nor while the clock is not believed', () => {
    expect(cut([topic('t', [11, 9, 300])], {topics: limits})).toEqual(['t 1 age 100']);
    expect(cut([topic('t', [3, 0.9])], {topics: {retentionMs: 0, maxBytes: null}})).toEqual(['t 1 age 100']);
    expect(cut([topic('t', [30])], {topics: {...limits, maxBytes: 0}, isClockDoubtful: true})).toEqual([]);
  });

  it('is that of what stands behind it where it is in the future, and unknown where nothing does', () => {
    expect(cut([topic('t', [-500, 20, 3])], {topics: limits})).toEqual(['t 2 age 200']);
    expect(cut([topic('t', [20, -500])], {topics: {...limits, maxBytes: 0}})).toEqual(['t 1 age 100']);
  });
});

describe('what there is no room for', () => {
  it('goes oldest first, whichever topic it is of, and counts for each kind alone', () => {
    const topics = [topic('a', [30, 5]), topic('b', [20, 10]), session('s', [40])];
    expect(cut(topics, {topics: {retentionMs: null, maxBytes: 200}})).toEqual([
      'a 1 size 100',
      'b 1 size 100',
    ]);
    expect(cut(topics, {topics: {retentionMs: null, maxBytes: 199}})).toEqual([
      'a 1 size 100',
      'b 2 size 200',
    ]);
    expect(cut(topics, {sessions: {retentionMs: null, maxBytes: 99}})).toEqual(['s 1 size 100']);
  });

  it('may be the begin of a session that goes on, and is told apart from what goes for its age', () => {
    const limits = {retentionMs: 25 * DAY, maxBytes: 100};
    expect(cut([session('s', [30, 20, 0.5])], {sessions: limits})).toEqual(['s 2 size 200']);
    expect(cut([topic('t', [30, 20, 0.5])], {topics: limits})).toEqual(['t 1 age 100', 't 2 size 100']);
  });
});
