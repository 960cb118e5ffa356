import {Command, CommanderError, Option} from 'commander';
import fc, {constantFrom, array as listOf, oneof, property, string} from 'fast-check';
import {describe, expect, it} from 'vitest';

import {hasCode} from '../../base/index.ts';
import type {CommandText} from '../command.ts';
import {COMMANDS} from '../definitions/commands.ts';
import {parseArguments} from './parse.ts';

describe('a command line', () => {
  const flags = COMMANDS.flatMap(({options}) => options.flatMap(option => option.flags.split(/[ ,]+/)));
  const words = listOf(
    oneof(
      constantFrom(
        '--',
        '-',
        '-f',
        '-h',
        '--help',
        '--no',
        'test',
        'a=b',
        '',
        '3/10',
        '-1',
        '-.5e3',
        '--=',
        '-\n',
      ),
      constantFrom(
        '--tail=3',
        '--tail=',
        '--json=1',
        '-n3',
        '-fq',
        '-fn',
        '-qx',
        '-f-',
        '-cecho',
        '--name=a\nb',
      ),
      constantFrom(...flags),
      string(),
    ),
    {maxLength: 6},
  );

  it('is read, or refused, as a package that many programs use does', () => {
    fc.assert(
      property(constantFrom(...COMMANDS), words, (command, given) => {
        expect(outcome(() => parseArguments(command, given))).toEqual(
          outcome(() => readByCommander(command, given)),
        );
      }),
      {numRuns: 10_000},
    );
  });
});

/** What was read, or in which words it was refused. */
function outcome(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    if (hasCode(error, 'USAGE')) return (error as Error).message;
    if (error instanceof CommanderError) {
      const text = error.message.replace(/^error: /, '').replace(/\n/g, ' ');
      return `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.$/, '')}.`;
    }
    throw error;
  }
}

function readByCommander(definition: CommandText, given: readonly string[]): unknown {
  const command = new Command(definition.name).helpOption(false).exitOverride().allowExcessArguments(false);
  command.showSuggestionAfterError(false);
  command.configureOutput({writeErr: () => undefined, writeOut: () => undefined});
  if (definition.operands !== undefined) command.arguments(definition.operands);
  if (definition.passThrough) command.passThroughOptions();
  for (const {flags, description, repeatable} of definition.options) {
    const option = new Option(flags, description);
    if (repeatable)
      option.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value]);
    command.addOption(option);
  }
  command.option('-h, --help');
  const end = given.findIndex(word => word === '--' || (definition.passThrough && !word.startsWith('-')));
  const own = end < 0 ? given : given.slice(0, end);
  try {
    command.parse([...given], {from: 'user'});
  } catch (error) {
    if (own.includes('--help') || own.includes('-h')) return {operands: [], options: {}, help: true};
    throw error;
  }
  const {help, ...options} = command.opts();
  // Of `--no-headers` it makes `headers`, which is true without it.
  for (const negated of command.options.filter(({negate}) => negate)) {
    const key = negated.attributeName();
    if (options[key] === false) options[`no${key.charAt(0).toUpperCase()}${key.slice(1)}`] = true;
    delete options[key];
  }
  return {operands: command.args, options, help: help === true};
}
