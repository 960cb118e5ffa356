/**
 * Which command lines end with the code of a job: `wait`, and `run` that waits. Told by the words alone, because a line
 * that cannot be parsed has to end with a code as well that is not taken for a job's.
 */
import {COMMANDS} from './registry.ts';

export function givesCodeOfJob([name, ...words]: readonly string[]): boolean {
  return name === 'wait' || (name === 'run' && ownOptions(words).some(option => WAITING.has(option)));
}

const WAITING = new Set(['--wait', '--wait-up-to', '--follow', '-f']);

/** The options before the command that is to be run, without their values. */
function ownOptions(words: readonly string[]): string[] {
  const found: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word === '--' || !/^-./.test(word)) break;
    const {options, hasValue} = word.startsWith('--') ? longOption(word) : shortOptions(word);
    found.push(...options);
    if (!hasValue && isValueOf(options.at(-1) ?? '', words[at + 1])) at += 1;
  }
  return found;
}

interface OptionWord {
  readonly options: readonly string[];
  /** The value of the last one stands in the same word. */
  readonly hasValue: boolean;
}

function longOption(word: string): OptionWord {
  const [option = ''] = word.split('=', 1);
  return {options: [option], hasValue: word.includes('=')};
}

/** `-fc`: `-f` and `-c`. What stands behind an option with a value is that value. */
function shortOptions(word: string): OptionWord {
  const options = [...word.slice(1)].map(letter => `-${letter}`);
  const end = options.findIndex(option => takesValue(option) === true);
  if (end < 0) return {options, hasValue: false};
  return {options: options.slice(0, end + 1), hasValue: end < options.length - 1};
}

/** Of an option that there is not nobody knows: a word that looks like a value is taken for one. */
function isValueOf(option: string, next: string | undefined): boolean {
  return takesValue(option) ?? (next !== undefined && !next.startsWith('-'));
}

/** Undefined for an option that there is not. */
function takesValue(option: string): boolean | undefined {
  const run = COMMANDS.find(({name}) => name === 'run');
  return run?.options.find(({flags}) => flags.split(/[ ,]+/).includes(option))?.flags.includes('<');
}
