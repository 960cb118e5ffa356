/** Command lines that are typed plainly, read without loading the package that parses all others. */
import type {CommandDefinition, OptionDefinition} from '../command.ts';
import type {Parsed} from './parse.ts';

type Accepted = Pick<CommandDefinition, 'operands' | 'options' | 'passThrough'>;

/**
 * `ls`, `run -- make`, `logs test --tail 3`: what `parseArguments` would return. Undefined where it takes more to read the
 * line: short options, values in the same word, anything that is wrong.
 */
export function plainLine(command: Accepted, words: readonly string[]): Parsed | undefined {
  const separator = words.indexOf('--');
  const own = separator < 0 ? words : words.slice(0, separator);
  const read = readWords(command, own);
  if (read === undefined) return undefined;
  if (command.passThrough && separator >= 0 && read.operands.length > 0) return undefined; // then it is no separator
  const operands = [...read.operands, ...(separator < 0 ? [] : words.slice(separator + 1))];
  const {least, most} = operandCount(command.operands);
  if (operands.length < least || operands.length > most) return undefined;
  return {operands, options: read.options, help: false};
}

function readWords({options, passThrough}: Accepted, words: readonly string[]) {
  const read: {operands: string[]; options: Record<string, string | boolean | string[]>} = {
    operands: [],
    options: {},
  };
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (!word.startsWith('-')) {
      read.operands.push(word);
      continue;
    }
    const option = options.find(({flags}) => flags.split(/[ ,]+/).includes(word));
    if (option === undefined || !word.startsWith('--') || (passThrough && read.operands.length > 0))
      return undefined;
    const key = camelCase(word.slice(2));
    if (!takesValue(option)) {
      read.options[key] = true;
      continue;
    }
    at += 1;
    const value = words[at];
    if (value === undefined || value.startsWith('-')) return undefined;
    const before = read.options[key];
    read.options[key] = option.repeatable ? [...(Array.isArray(before) ? before : []), value] : value;
  }
  return read;
}

function takesValue({flags}: OptionDefinition): boolean {
  return flags.includes('<');
}

function operandCount(wanted: string | undefined): {readonly least: number; readonly most: number} {
  const names = wanted?.split(' ') ?? [];
  return {
    least: names.filter(name => name.startsWith('<')).length,
    most: wanted?.includes('...') ? Number.POSITIVE_INFINITY : names.length,
  };
}

/** The key under which the value of an option is found. */
export function camelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}
