/** Reads the words behind a command as operands and options, by the rules of getopt, and says in one sentence what is wrong. */
import {didYouMean, StintError} from '../../base/index.ts';
import type {CommandText, OptionDefinition, Options} from '../command.ts';

export interface Parsed {
  readonly operands: readonly string[];
  readonly options: Options;
  /** `--help` was asked for. */
  readonly help: boolean;
}

type Accepted = Pick<CommandText, 'name' | 'operands' | 'options' | 'passThrough'>;

/** Throws `USAGE`, but where help is asked for as well. */
export function parseArguments(command: Accepted, words: readonly string[]): Parsed {
  try {
    const {operands, options} = readWords(command, words);
    refuseCount(command, operands.length);
    const {help, ...others} = options;
    return {operands, options: others, help: help === true};
  } catch (error) {
    if (asksForHelp(command, words)) return {operands: [], options: {}, help: true};
    throw error;
  }
}

/** The key under which the value of an option is found: the last one of its flags. */
export function keyOfOption({flags}: OptionDefinition): string {
  const name = namesOf(flags).at(-1)?.replace(/^--?/, '') ?? '';
  return name.replace(/-([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}

/** `-f` and `--follow` in `-f, --follow`. */
export function namesOf(flags: string): string[] {
  return flags.split(/[ ,]+/).filter(each => each.startsWith('-'));
}

export function takesValue({flags}: OptionDefinition): boolean {
  return flags.includes('<');
}

export const HELP: OptionDefinition = {flags: '-h, --help', description: ''};

export interface Scanned extends Read {
  /** The last word is this option, whose value is to come. */
  readonly missing?: OptionDefinition;
  /** An option that there is not. */
  readonly unknown: string | undefined;
  /** What comes next is an operand, whatever it looks like. */
  readonly onlyOperands: boolean;
}

interface Read {
  readonly operands: string[];
  readonly options: Record<string, string | boolean | readonly string[]>;
}

/** What is wrong with a known option is told before one that there is not. */
function readWords(command: Accepted, words: readonly string[]): Read {
  const {missing, unknown, ...read} = scanWords(command, words);
  if (missing !== undefined) throw usage(command, `Option '${missing.flags}' argument missing.`);
  if (unknown !== undefined)
    throw usage(command, `Unknown option '${unknown.replace(/\n/g, ' ')}'.`, meantOption(command, unknown));
  return read;
}

/** What the words mean as far as they go, right or wrong. */
export function scanWords(command: Accepted, given: readonly string[]): Scanned {
  const find = findIn(command);
  const words = [...given];
  const read: Read = {operands: [], options: {}};
  let unknown: string | undefined;
  let onlyOperands = false;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    const option = optionIn(word, find);
    if (option !== undefined) {
      const {definition, rest} = option;
      if (!takesValue(definition)) {
        read.options[keyOfOption(definition)] = true;
        if (rest !== undefined) words[at--] = `-${rest}`; // the next one of several letters
        continue;
      }
      const value = rest ?? words[++at];
      if (value === undefined) return {...read, unknown, onlyOperands, missing: definition};
      keep(read, definition, value);
      continue;
    }
    if (word === '--') {
      read.operands.push(...words.slice(at + 1));
      onlyOperands = true;
      break;
    }
    if (isOption(word)) unknown ??= word;
    else read.operands.push(word);
    if (command.passThrough) {
      read.operands.push(...words.slice(at + 1));
      onlyOperands = true;
      break;
    }
  }
  return {...read, unknown, onlyOperands};
}

/** The option that a word begins with in the form `--tag=…`, and what stands behind the sign. */
export function valueInWord(command: Accepted, word: string): OptionInWord | undefined {
  return word.startsWith('--') && word.includes('=') ? optionIn(word, findIn(command)) : undefined;
}

function findIn({options}: Accepted): Find {
  return name => [...options, HELP].find(({flags}) => namesOf(flags).includes(name));
}

function keep({options}: Read, definition: OptionDefinition, value: string): void {
  const key = keyOfOption(definition);
  const before = options[key];
  options[key] = definition.repeatable ? [...(Array.isArray(before) ? before : []), value] : value;
}

type Find = (name: string) => OptionDefinition | undefined;

export interface OptionInWord {
  readonly definition: OptionDefinition;
  /** What stands behind its name in the same word: its value, or more letters of options. */
  readonly rest?: string;
}

/** `--tail`, `-n`, `-n3`, `-fq`, `--tail=3`; undefined where the word is no option that there is. */
function optionIn(word: string, find: Find): OptionInWord | undefined {
  const whole = find(word);
  if (whole !== undefined) return {definition: whole};
  if (/^-[^-]./s.test(word)) {
    const letter = find(word.slice(0, 2));
    return letter && {definition: letter, rest: word.slice(2)};
  }
  const [, name = '', value = ''] = /^(--[^=]+)=(.*)$/s.exec(word) ?? [];
  const long = find(name);
  return long !== undefined && takesValue(long) ? {definition: long, rest: value} : undefined;
}

/** A negative number is none. */
function isOption(word: string): boolean {
  return word.length > 1 && word.startsWith('-') && !/^-\d*[.]?\d+(e[+-]?\d+)?$/.test(word);
}

function refuseCount(command: Accepted, count: number): void {
  const names = command.operands?.split(' ') ?? [];
  const missing = names.find((name, at) => name.startsWith('<') && at >= count);
  if (missing !== undefined)
    throw usage(command, `Missing required argument '${missing.replace(/^<|(\.\.\.)?>$/g, '')}'.`);
  if (count <= names.length || command.operands?.includes('...')) return;
  const expected = `${names.length} argument${names.length === 1 ? '' : 's'}`;
  throw usage(command, `Too many arguments. Expected ${expected} but got ${count}.`);
}

/** Help is given also where the rest makes no sense, but a `--help` for the command that is to be run is not ours. */
function asksForHelp({passThrough}: Accepted, words: readonly string[]): boolean {
  const end = words.findIndex(word => word === '--' || (passThrough && !word.startsWith('-')));
  const own = end < 0 ? words : words.slice(0, end);
  return own.includes('--help') || own.includes('-h');
}

function usage({name}: Accepted, message: string, meant = ''): StintError {
  return new StintError('USAGE', message, {
    hint: [meant, `Run: stint ${name} --help`].filter(Boolean).join(' '),
  });
}

function meantOption({options}: Accepted, unknown: string): string {
  if (!unknown.startsWith('--')) return '';
  const names = [...options, HELP].flatMap(({flags}) => namesOf(flags)).filter(name => name.startsWith('--'));
  return didYouMean(
    unknown.slice(2).replace(/=.*/s, ''),
    names.map(name => name.slice(2)),
    '--',
  );
}
