/** Turns arguments into operands and options, with commander; its complaints become our errors. */
import {Command, CommanderError, Option} from 'commander';

import {didYouMean, StintError} from '../../base/index.ts';
import type {CommandDefinition, Options} from '../command.ts';

export interface Parsed {
  readonly operands: readonly string[];
  readonly options: Options;
  /** `--help` was asked for. */
  readonly help: boolean;
}

export function parseArguments(definition: CommandDefinition, argv: readonly string[]): Parsed {
  const command = new Command(definition.name).helpOption(false).exitOverride().allowExcessArguments(false);
  command.showSuggestionAfterError(false); // near-names.ts tells them
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
  try {
    command.parse([...argv], {from: 'user'});
  } catch (error) {
    if (asksForHelp(definition, argv)) return {operands: [], options: {}, help: true};
    throw usageError(definition, error);
  }
  const {help, ...options} = command.opts<Record<string, string | boolean | string[] | undefined>>();
  return {operands: command.args, options, help: help === true};
}

/** Help is given also where the rest makes no sense, but a `--help` for the command that is to be run is not ours. */
function asksForHelp({passThrough}: CommandDefinition, argv: readonly string[]): boolean {
  const end = argv.findIndex(word => word === '--' || (passThrough && !word.startsWith('-')));
  const own = end < 0 ? argv : argv.slice(0, end);
  return own.includes('--help') || own.includes('-h');
}

function usageError(definition: CommandDefinition, error: unknown): unknown {
  if (!(error instanceof CommanderError)) return error;
  const message = error.message.replace(/^error: /, '').replace(/\n/g, ' ');
  return new StintError(
    'USAGE',
    `${message.charAt(0).toUpperCase()}${message.slice(1).replace(/\.$/, '')}.`,
    {
      hint: [meantOption(definition, error), `Run: stint ${definition.name} --help`]
        .filter(Boolean)
        .join(' '),
    },
  );
}

function meantOption({options}: CommandDefinition, {code, message}: CommanderError): string {
  const unknown = /'(--[^']*)'/.exec(message)?.[1];
  if (code !== 'commander.unknownOption' || unknown === undefined) return '';
  const names = options.flatMap(({flags}) => /--[\w-]+/.exec(flags) ?? []);
  const bare = [...names, '--help'].map(name => name.slice(2));
  return didYouMean(unknown.slice(2).replace(/=.*/s, ''), bare, '--');
}
