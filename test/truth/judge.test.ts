import {expect, it} from 'vitest';

import {judgeAlways} from './always.ts';
import type {Answer, Answers} from './answers.ts';
import {judge, verdictOf} from './judge.ts';
import {between, unknown} from './situation.ts';
import {truthTable} from './table.ts';

const LISTED = {status: 'running', stalled: false, phase: 'embed', eta_secs: null, quiet_secs: 2};
const LIFETIME = {from: 10_000, to: 14_000};

function answers(changes: Partial<Record<keyof Answers, Partial<Answer>>> = {}): Answers {
  const told = (json: unknown): Answer => ({json, text: 'embed', codes: [0, 0]});
  const all = {
    ls: told(LISTED),
    status: told(LISTED),
    report: told({runs: []}),
    stats: told({running: [LISTED]}),
  };
  return {
    ls: {...all.ls, ...changes.ls},
    status: {...all.status, ...changes.status},
    report: {...all.report, ...changes.report},
    stats: {...all.stats, ...changes.stats},
  };
}

it('is right what is as it is wanted, also null where it is not known', () => {
  const truth = {
    listed: {phase: 'embed', eta_secs: unknown, quiet_secs: between(1, 3)},
    says: {ls: [/embed/]},
  };
  expect(judge(answers(), truth)).toEqual([]);
  expect(verdictOf([])).toBe('right');
});

it.each([
  ['wrong', 'another value', {listed: {phase: 'load'}}],
  ['wrong', 'a value where it is not known', {listed: {quiet_secs: unknown}}],
  ['wrong', 'a word that is not to be said', {neverSays: {stats: [/embed/]}}],
  ['missing', 'null where it is known', {listed: {eta_secs: between(1, 3)}}],
  ['missing', 'a field that is not there', {listed: {activity: null}}],
  ['missing', 'a word that is not said', {says: {report: [/stalled/]}}],
] as const)('is %s: %s', (verdict, _, truth) => {
  expect(verdictOf(judge(answers(), truth))).toBe(verdict);
});

it.each([
  ['a length that is longer than the job', {ls: {json: {...LISTED, quiet_secs: 3_155_760_000}}}],
  ['a length below zero', {status: {json: {...LISTED, quiet_secs: -1}}}],
  ['a moment before the job', {report: {json: {runs: [{started_at_ms: 12}]}}}],
  ['a moment of a record an hour ahead', {report: {json: {runs: [{last: {at_ms: 3_610_000}}]}}}],
  ['a number above all numbers', {report: {json: {runs: [{rows: {total: 1e308}}]}}}],
  ['a placeholder', {report: {text: 'for undefined since NaN'}}],
  ['years', {status: {text: 'open for 57y'}}],
  ['a command that fails', {ls: {codes: [0, 1]}}],
  ['status and ls that disagree', {status: {json: {...LISTED, phase: 'load'}}}],
  ['stats and ls that disagree', {stats: {json: {running: [{...LISTED, stalled: true}]}}}],
] as const)('is never right: %s', (_, changes) => {
  expect(judgeAlways(answers(), LIFETIME)).toEqual([]);
  expect(verdictOf(judgeAlways(answers(changes), LIFETIME))).toBe('wrong');
});

it('is counted in a table', () => {
  expect(
    truthTable([
      ['one', ['right', 'wrong']],
      ['two', ['right']],
    ]),
  ).toBe(
    [
      'kind      right    wrong  missing',
      'one           1        1        0',
      'two           1        0        0',
      'in all        2        1        0',
    ].join('\n'),
  );
});
