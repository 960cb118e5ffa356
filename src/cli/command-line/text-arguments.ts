/** Arguments that are text must be UTF-8: what Node makes of other bytes is another text, which nobody gave. */
import {pathText, StintError} from '../../base/index.ts';
import {argumentValue, undecodedArguments} from '../../platform/index.ts';
import type {CommandDefinition, OptionDefinition, Options} from '../command.ts';
import {keyOfOption, namesOf, type Parsed} from './parse.ts';

/** `words`: all words of the command line. Throws `USAGE` where one stands for a text and is not UTF-8. */
export function refuseUndecoded(
  {options: definitions, passThrough}: Pick<CommandDefinition, 'options' | 'passThrough'>,
  {operands, options}: Parsed,
  words: readonly string[],
): void {
  const undecoded = undecodedArguments(words, passThrough ? operands.length : 0);
  if (undecoded.length === 0) return;
  const values = definitions.flatMap(definition =>
    valuesOf(definition, options).map(value => ({...value, bytes: definition.bytes === true})),
  );
  for (const {value} of values.filter(({bytes}) => bytes)) {
    const at = undecoded.findIndex(word => word.endsWith(value));
    if (at >= 0) undecoded.splice(at, 1);
  }
  const texts = [
    ...values.filter(({bytes}) => !bytes),
    ...(passThrough ? [] : operands.map(value => ({flag: 'An argument', value}))),
  ];
  const wrong = texts.find(
    ({value}) => value.includes('\uFFFD') && undecoded.some(word => word.endsWith(value)),
  );
  if (wrong === undefined) return;
  throw new StintError('USAGE', `${wrong.flag} is not UTF-8: '${pathText(argumentValue(wrong.value))}'.`, {
    hint: 'Names and texts are UTF-8. Only a command, -c, --env and --cwd of stint run may hold other bytes.',
  });
}

function valuesOf(
  definition: OptionDefinition,
  options: Options,
): {readonly flag: string; readonly value: string}[] {
  const flag = namesOf(definition.flags).at(-1) ?? '';
  const given = [options[keyOfOption(definition)]].flat();
  return given.filter(value => typeof value === 'string').map(value => ({flag, value}));
}
