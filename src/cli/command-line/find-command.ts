/** Which command a line names: by one word, or by two where the first one stands for several commands, or for one more. */
import {didYouMean, StintError, shellWord} from '../../base/index.ts';
import type {CommandText} from '../command.ts';
import {COMMANDS} from '../definitions/commands.ts';
import {synonymOf} from './synonyms.ts';

export type NamedCommand =
  | {readonly kind: 'command'; readonly command: CommandText; readonly rest: readonly string[]}
  /** Only the first of two words is there: it stands for these. */
  | {readonly kind: 'group'; readonly group: string; readonly commands: readonly CommandText[]};

const ALIASES: Readonly<Record<string, string>> = {
  '--version': 'version',
  '-V': 'version',
  '-v': 'version',
  list: 'ls',
};

/** Throws `USAGE` where there is no such command. */
export function findCommand([name = '', second, ...rest]: readonly string[]): NamedCommand {
  const behind = second === undefined ? [] : [second, ...rest];
  const byBoth = COMMANDS.find(each => each.name === `${name} ${second}`);
  if (byBoth !== undefined) return {kind: 'command', command: byBoth, rest};
  const command = COMMANDS.find(each => each.name === (ALIASES[name] ?? name));
  if (command !== undefined) return {kind: 'command', command, rest: behind};
  const commands = COMMANDS.filter(each => each.name.startsWith(`${name} `));
  if (commands.length === 0) throw unknownCommand(name);
  if (second === undefined || second === '--help' || second === '-h')
    return {kind: 'group', group: name, commands};
  throw unknownOfGroup(name, second, commands);
}

function unknownOfGroup(group: string, word: string, commands: readonly CommandText[]): StintError {
  const typed = `${group} ${word}`;
  const names = commands.map(({name}) => name);
  const ends = names.map(name => name.slice(group.length + 1));
  return noSuchCommand(typed, [
    meant(typed) ?? didYouMean(word, ends, `stint ${group} `),
    `There are: ${names.join(', ')}.`,
  ]);
}

function unknownCommand(name: string): StintError {
  const groups = COMMANDS.map(command => command.name.split(' ')[0] ?? '');
  const names = new Set([...COMMANDS.map(command => command.name), ...groups, '--help', '--version']);
  const program = name === '' || name.startsWith('-') ? '<command>' : shellWord(name);
  const synonym = meant(name);
  if (synonym !== undefined) return noSuchCommand(name, [synonym]);
  return noSuchCommand(name, [
    didYouMean(name, [...names], 'stint ') || 'Run: stint --help',
    `To run a command: stint run -- ${program} …`,
  ]);
}

function meant(words: string): string | undefined {
  const synonym = synonymOf(words);
  return synonym && `${synonym.wish}: ${synonym.line}`;
}

function noSuchCommand(words: string, advice: readonly string[]): StintError {
  return new StintError('USAGE', `There is no command ${words}.`, {hint: advice.filter(Boolean).join('\n')});
}
