import * as v from 'valibot';
import {expect, it} from 'vitest';

import {commands, configOptions, cost} from './legal-lists.ts';

const command = {name: 'a', description: 'b'};
const choice = {value: 'a', name: 'A'};
const select = {id: 'o', name: 'O', type: 'select', currentValue: 'a', options: [choice]};
const flag = {id: 'o', name: 'O', type: 'boolean', currentValue: true};

it.each([[], [command], [{...command, input: null}], [{...command, input: {hint: 'h'}}]])(
  'commands of the protocol: %j',
  (...given) => {
    expect(v.is(commands, given)).toBe(true);
  },
);

it.each([
  [5],
  [{name: 'a'}],
  [{description: 'a'}],
  [{...command, colour: 1}],
  [{...command, _meta: {}}],
  [{...command, input: {hint: 5}}],
  [{...command, input: {hint: 'h', more: 1}}],
  [command, {...command, name: 5}],
])('no commands of the protocol: %j', (...given) => {
  expect(v.is(commands, given)).toBe(false);
});

it.each([
  [],
  [select, flag],
  [{...select, description: 'd', category: null}],
  [{...select, options: [{group: 'g', name: 'G', options: [{...choice, description: null}]}]}],
])('options of the protocol: %j', (...given) => {
  expect(v.is(configOptions, given)).toBe(true);
});

it.each([
  [5],
  [{...select, id: 5}],
  [{...select, name: undefined}],
  [{...select, type: 'slider'}],
  [{...select, currentValue: 5}],
  [{...select, category: 5}],
  [{...select, options: undefined}],
  [{...select, options: [{value: 'a'}]}],
  [{...select, options: [choice, {group: 'g', name: 'G', options: []}]}],
  [{...select, options: [{group: 'g', name: 'G', options: [5]}]}],
  [{...flag, currentValue: 'yes'}],
  [{...flag, options: []}],
  [{...flag, colour: 1}],
])('no options of the protocol: %j', (...given) => {
  expect(v.is(configOptions, given)).toBe(false);
});

it('a cost is an amount of a currency and nothing else', () => {
  const whole = {amount: 0.5, currency: 'USD'};
  expect(v.is(cost, whole)).toBe(true);
  for (const other of [null, {}, {...whole, amount: '1'}, {...whole, currency: 1}, {...whole, more: 1}])
    expect(v.is(cost, other)).toBe(false);
});
