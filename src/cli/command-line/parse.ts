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

const HELP: OptionDefinition = {flags: '-h, --help', description: ''};

interface Read {
  readonly operands: string[];
  readonly options: Record<string, string | boolean | readonly string[]>;
}

/** What is wrong with a known option is told before one that there is not. */
function readWords(command: Accepted, given: readonly string[]): Read {
  const find = (name: string) => [...command.options, HELP].find(({flags}) => namesOf(flags).includes(name));
  const words = [...given];
  const read: Read = {operands: [], options: {}};
  let unknown: string | undefined;
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
      if (value === undefined) throw usage(command, `Option '${definition.flags}' argument missing.`);
      keep(read, definition, value);
      continue;
    }
    if (word === '--') {
      read.operands.push(...words.slice(at + 1));
      break;
    }
    if (isOption(word)) unknown ??= word;
    else read.operands.push(word);
    if (command.passThrough) {
      read.operands.push(...words.slice(at + 1));
      break;
    }
  }
  if (unknown !== undefined)
    throw usage(command, `Unknown option '${unknown.replace(/\n/g, ' ')}'.`, meantOption(command, unknown));
  return read;
}

function keep({options}: Read, definition: OptionDefinition, value: string): void {
  const key = keyOfOption(definition);
  const before = options[key];
  options[key] = definition.repeatable ? [...(Array.isArray(before) ? before : []), value] : value;
}

type Find = (name: string) => OptionDefinition | undefined;

interface OptionInWord {
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
