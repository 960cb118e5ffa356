import {describe, expect, it} from 'vitest';

import {SUB_PHASES} from '../../progress/record.ts';
import {TABLE_NAMES} from '../../store/index.ts';
import type {CommandText} from '../command.ts';
import {takesValue} from '../command-line/parse.ts';
import {COMMANDS} from './commands.ts';

describe.each(COMMANDS.map((command): [string, CommandText] => [command.name, command]))(
  '%s',
  (_, command) => {
    it('says of every option with a value, and of no other, what that is', () => {
      const untold = command.options.filter(option => takesValue(option) && option.value === undefined);
      expect(untold.map(({flags}) => flags)).toEqual([]);
    });

    it('says of every operand what it is', () => {
      expect(command.operandValues?.length).toBe(command.operands?.split(' ').length);
    });
  },
);

it('knows the words that are defined elsewhere', () => {
  const values = (name: string) => COMMANDS.find(each => each.name === name) as CommandText;
  expect(values('dump-store').operandValues).toEqual([TABLE_NAMES]);
  const subPhases = values('progress emit').options.find(({flags}) => flags.startsWith('--sub-phase'));
  const words = (subPhases?.value ?? []) as readonly string[];
  expect(words.length).toBeGreaterThan(0);
  expect(words.filter(word => !SUB_PHASES.some(each => each === word))).toEqual([]);
});
