/** The options at the beginning of a command line, read by what is known of the program. */

export interface LeadingOptions {
  /** One by one, without their values. */
  readonly options: readonly string[];
  /** What stands behind them, without the `--` in between. */
  readonly rest: readonly string[];
  /** False where there is an option of which nobody knows: where `rest` begins is then a guess. */
  readonly areKnown: boolean;
}

/** Whether an option takes a value; undefined for one that is not known. */
export type TakesValue = (option: string) => boolean | undefined;

export function leadingOptions(words: readonly string[], takesValue: TakesValue): LeadingOptions {
  const found: string[] = [];
  let at = 0;
  for (; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word === '--' || !/^-./.test(word)) break;
    const {options, hasValue} = word.startsWith('--') ? longOption(word) : shortOptions(word, takesValue);
    found.push(...options);
    if (!hasValue && isValueOf(options.at(-1) ?? '', words[at + 1], takesValue)) at += 1;
  }
  const rest = words.slice(words[at] === '--' ? at + 1 : at);
  return {options: found, rest, areKnown: found.every(option => takesValue(option) !== undefined)};
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

/** `-fc`: `-f` and `-c`. What stands behind an option with a value is that value. Some programs have `-jar`. */
function shortOptions(word: string, takesValue: TakesValue): OptionWord {
  if (takesValue(word) !== undefined) return {options: [word], hasValue: false};
  const options = [...word.slice(1)].map(letter => `-${letter}`);
  const end = options.findIndex(option => takesValue(option) === true);
  if (end < 0) return {options, hasValue: false};
  return {options: options.slice(0, end + 1), hasValue: end < options.length - 1};
}

/** Of an option that there is not nobody knows: a word that looks like a value is taken for one. */
function isValueOf(option: string, next: string | undefined, takesValue: TakesValue): boolean {
  return takesValue(option) ?? (next !== undefined && !next.startsWith('-'));
}
