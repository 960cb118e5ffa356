/** Which command a line names: by one word, or by two where the first one stands for several commands. */
import {StintError} from '../base/index.ts';
import type {CommandDefinition} from './command.ts';
import {COMMANDS} from './registry.ts';

export type NamedCommand =
  | {readonly kind: 'command'; readonly command: CommandDefinition; readonly rest: readonly string[]}
  /** Only the first of two words is there: it stands for these. */
  | {readonly kind: 'group'; readonly group: string; readonly commands: readonly CommandDefinition[]};

const ALIASES: Readonly<Record<string, string>> = {'--version': 'version', '-V': 'version', list: 'ls'};

/** Throws `USAGE` where there is no such command. */
export function findCommand([name = '', second, ...rest]: readonly string[]): NamedCommand {
  const behind = second === undefined ? [] : [second, ...rest];
  const command = COMMANDS.find(each => each.name === (ALIASES[name] ?? name));
  if (command !== undefined) return {kind: 'command', command, rest: behind};
  const commands = COMMANDS.filter(each => each.name.startsWith(`${name} `));
  if (commands.length === 0) throw unknownCommand(name);
  if (second === undefined || second === '--help' || second === '-h')
    return {kind: 'group', group: name, commands};
  const ofGroup = commands.find(each => each.name === `${name} ${second}`);
  if (ofGroup === undefined) throw unknownOfGroup(name, second, commands);
  return {kind: 'command', command: ofGroup, rest};
}

function unknownOfGroup(group: string, word: string, commands: readonly CommandDefinition[]): StintError {
  return new StintError('USAGE', `There is no command ${group} ${word}.`, {
    hint: `There ${commands.length === 1 ? 'is' : 'are'}: ${commands.map(({name}) => name).join(', ')}.`,
  });
}

function unknownCommand(name: string): StintError {
  const names = COMMANDS.map(command => command.name);
  const near = names.find(each => each.startsWith(name.slice(0, 2)));
  return new StintError('USAGE', `There is no command ${name}.`, {
    hint:
      near === undefined
        ? `There are: ${names.join(', ')}.`
        : `Did you mean: stint ${near}?   (To run a command: stint run -- ${name} …)`,
  });
}
