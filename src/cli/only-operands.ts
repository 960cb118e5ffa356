/** Command lines without options, told apart from the others without loading the package that parses options. */
import type {CommandDefinition} from './command.ts';
import type {Parsed} from './parse.ts';

/** `ls`, `run -- make`, `logs test`: what `parseArguments` would return. Undefined where there is something to parse. */
export function onlyOperands(
  {operands: wanted}: Pick<CommandDefinition, 'operands'>,
  words: readonly string[],
): Parsed | undefined {
  const operands = words[0] === '--' ? words.slice(1) : words;
  const most = wanted === undefined ? 0 : wanted.includes('...') ? Number.POSITIVE_INFINITY : 1;
  const isPlain = words[0] === '--' || words.every(word => !word.startsWith('-'));
  return isPlain && operands.length <= most ? {operands, options: {}, help: false} : undefined;
}
