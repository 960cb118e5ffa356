/**
 * The answer to a shell's completion function, in lines: first what kind of answer it is, then what belongs to it. No line
 * holds a control character, and the functions only ever take lines as data (scripts.ts).
 */
import {insideQuotes, visible} from '../../base/index.ts';
import type {Shell} from '../definitions/shared.ts';
import type {Candidate} from './candidate.ts';
import {type Completion, completionsFor, type Sources} from './completions.ts';
import {readLine, type TypedLine, type TypedWord} from './typed-line.ts';

/** `line`: the command up to the cursor, as it was typed. `breaks`: `COMP_WORDBREAKS` of bash. */
export async function answer(shell: Shell, line: string, breaks: string, sources: Sources): Promise<string> {
  const typed = ofStint(readLine(line, shell, breaks));
  const {words, current} = typed;
  const texts = words.slice(1).map(({text}) => text);
  const completion = await completionsFor(texts, current.text, sources, fitting(shell, current.text));
  return linesOf(shell, completion, typed, line)
    .map(each => `${each}\n`)
    .join('');
}

/** What fish counts to a command before its name. */
function ofStint({words, current}: TypedLine): TypedLine {
  const first = words.findIndex(({text}) => !/^\w+=|^(and|or|not|command|exec|time)$/.test(text));
  return {words: words.slice(Math.max(0, first)), current};
}

/** zsh and fish look themselves for what fits, and may have been told to be generous. */
function fitting(shell: Shell, typed: string): (value: string) => boolean {
  if (shell === 'bash') return value => value.startsWith(typed);
  const wanted = typed.toLowerCase();
  return value => holdsInOrder(value.toLowerCase(), wanted);
}

function holdsInOrder(text: string, letters: string): boolean {
  let at = 0;
  for (const letter of letters) {
    at = text.indexOf(letter, at) + letter.length;
    if (at < letter.length) return false;
  }
  return true;
}

function linesOf(shell: Shell, completion: Completion, {words, current}: TypedLine, line: string): string[] {
  switch (completion.kind) {
    case 'words':
      return wordLines(shell, completion.candidates, current);
    case 'files':
    case 'directories': {
      const lines = [completion.before, current.text.slice(completion.before.length)];
      return [completion.kind, ...lines.map(each => (visible(each) === each ? each : ''))];
    }
    case 'command': {
      const {start} = words[completion.at + 1] ?? current;
      return [`command ${completion.at + 1} ${[...line.slice(0, start)].length}`];
    }
  }
}

function wordLines(shell: Shell, candidates: readonly Candidate[], current: TypedWord): string[] {
  const [only] = candidates;
  if (shell === 'bash') {
    const isOpen = candidates.length === 1 && only?.isOpen === true;
    return [
      isOpen ? 'open' : 'words',
      ...candidates.map(({value}) => inBash(value.slice(current.kept), current)),
    ];
  }
  const described = candidates.map(({value, about, isOpen}) => ({
    value,
    about: visible(about?.() ?? ''),
    isOpen,
  }));
  if (shell === 'fish') return ['words', ...described.map(({value, about}) => `${value}\t${about}`)];
  return [
    'words',
    ...described.map(({value, about, isOpen}) => `${isOpen ? 'open' : 'whole'}\t${value}\t${about}`),
  ];
}

/** As bash has to find it on its line: it does not quote what a function gives. */
function inBash(value: string, {quote}: TypedWord): string {
  switch (quote) {
    case "'":
      return insideQuotes(value);
    case '"':
      return value.replace(/[\\"$`]/g, '\\$&').replaceAll('!', '"\\!"'); // no escape holds history back in there
    case '':
      return value.replace(/[^\w.,:@%+=/\u00a0-\u{10ffff}-]/gu, '\\$&');
  }
}
