/**
 * A command line as far as it is typed, in the words that its shell would make of it. Nothing in it is expanded, let alone
 * executed: `$(…)` and `~` stand for themselves.
 */
import type {Shell} from '../definitions/shared.ts';

export interface TypedLine {
  /** All words that are finished, the command's own name first. */
  readonly words: readonly TypedWord[];
  /** The one that is being typed; empty behind a blank. */
  readonly current: TypedWord;
}

export interface TypedWord {
  /** Without its quotes. */
  readonly text: string;
  /** Where it begins in the line, in UTF-16 units. */
  readonly start: number;
  /** The quote that is open at its end. */
  readonly quote: '' | "'" | '"';
  /** How much of the text stands before what the shell will replace. */
  readonly kept: number;
}

/** `breaks`: the characters behind which the shell begins to replace, where there are such (`COMP_WORDBREAKS` of bash). */
export function readLine(line: string, shell: Shell, breaks = ''): TypedLine {
  const words: TypedWord[] = [];
  let at = 0;
  for (;;) {
    while (isBlank(line[at])) at++;
    const read = readWord(line, at, shell, breaks);
    if (read.end >= line.length) return {words, current: read.word};
    words.push(read.word);
    at = read.end;
  }
}

/** The word that begins there, and the index behind it. */
function readWord(line: string, start: number, shell: Shell, breaks: string) {
  let text = '';
  let quote: TypedWord['quote'] = '';
  let kept = 0;
  let at = start;
  for (; at < line.length; at++) {
    const character = line[at] ?? '';
    const next = line[at + 1];
    if (quote === '' && isBlank(character)) break;
    if (character === '\\' && escapes(next, quote, shell)) {
      at++;
      if (next !== '\n') text += next ?? '';
    } else if (quote === '' && (character === "'" || character === '"')) {
      quote = character;
      kept = text.length;
    } else if (character === quote) {
      quote = '';
      if (breaks.includes(character)) kept = text.length;
    } else {
      text += character;
      if (quote === '' && breaks.includes(character)) kept = text.length;
    }
  }
  return {end: at, word: {text, start, quote, kept: breaks === '' ? 0 : kept} satisfies TypedWord};
}

function escapes(next: string | undefined, quote: TypedWord['quote'], shell: Shell): boolean {
  if (quote === '') return true;
  if (quote === "'") return shell === 'fish' && (next === "'" || next === '\\');
  return next !== undefined && (shell === 'fish' ? '$"\\\n' : '$`"\\\n').includes(next);
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t' || character === '\n';
}
