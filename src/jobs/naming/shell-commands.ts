/**
 * The commands in a shell text, as far as they can be told without running it: enough to find out what somebody would call
 * the text, no shell.
 */

/**
 * The words of the first command that does some work: not of one that only prepares the shell (`cd`, `export`), nor of the
 * head of a loop. A word that only the running shell knows (`$CC`) is empty. Undefined where there is no such command, or
 * its program is not known.
 */
export function firstCommand(text: string): readonly string[] | undefined {
  for (const words of commandsOf(text.slice(0, MOST_CHARACTERS))) {
    const begin = words.findIndex(word => !KEYWORDS.has(word) && !ASSIGNMENT.test(word));
    const program = words[begin];
    if (program === undefined || PREPARING.has(program)) continue;
    return program === '' ? undefined : words.slice(begin);
  }
  return undefined;
}

const MOST_CHARACTERS = 10_000;

const ASSIGNMENT = /^[A-Za-z_]\w*\+?=/;

const KEYWORDS = new Set('! { } if then elif else fi while until do done esac coproc'.split(' '));

const PREPARING = new Set(
  `: . alias break case cd continue declare eval exit export for function local popd pushd read readonly return select set
  shift shopt source test trap typeset ulimit umask unalias unset wait [ [[`.split(/\s+/),
);

/** Ends at the first here-document, whose lines are no commands. */
function* commandsOf(text: string): Generator<string[]> {
  let words: string[] = [];
  let at = 0;
  const take = (pattern: RegExp) => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    at += found?.length ?? 0;
    return found;
  };
  while (at < text.length) {
    if (take(BLANKS) !== undefined) continue;
    const separator = take(SEPARATOR);
    if (separator !== undefined) {
      if (separator !== '(') yield words; // else they were the name of a function
      words = [];
    } else if (take(SUBSTITUTED_FILE) !== undefined) {
      at = behindParenthesis(text, at);
      words.push('');
    } else {
      const redirection = take(REDIRECTION);
      if (redirection?.endsWith('<<') || redirection?.endsWith('<<-')) break;
      if (redirection !== undefined) take(BLANKS);
      const word = readWord(text, at);
      at = Math.max(word.end, redirection === undefined ? at + 1 : at);
      if (redirection === undefined) words.push(word.text);
    }
  }
  yield words;
}

const BLANKS = /(?:[ \t\r]|\\\n)+|#[^\n]*/y;
const SEPARATOR = /\n|;;?&?|&&|&(?!>)|\|\|?&?|[()]/y;
const SUBSTITUTED_FILE = /[<>]\(/y;
const REDIRECTION = /\d*(?:<<<|<<-?|<>|>>|>\||[<>]&?)|&>>?/y;

interface Word {
  /** Without its quotes; of one that the shell would have to expand only the name that it is assigned to. */
  readonly text: string;
  readonly end: number;
}

function readWord(text: string, from: number): Word {
  let [read, isKnown, at] = ['', true, from];
  for (;;) {
    PIECE.lastIndex = at;
    const piece = PIECE.exec(text);
    if (piece === null) break;
    const {single, double, escaped, plain, parenthesis} = piece.groups ?? {};
    const known = single ?? escaped ?? plain ?? (/[$`]/.test(double ?? '$') ? undefined : double);
    read += known?.replace(/\\([\\"])/g, '$1') ?? '';
    at = parenthesis === undefined ? PIECE.lastIndex : behindParenthesis(text, PIECE.lastIndex);
    isKnown &&= known !== undefined;
  }
  return {text: isKnown ? read : (ASSIGNMENT.exec(read)?.[0] ?? ''), end: at};
}

const PIECE =
  /'(?<single>[^']*)(?:'|$)|"(?<double>(?:[^"\\]+|\\.?)*)(?:"|$)|\\(?<escaped>.?)|(?<parenthesis>\$\()|\$(?:\{[^}]*\}?|\w+|.?)|`[^`]*`?|(?<plain>[^\s;&|()<>'"\\`$]+)/sy;

/** Behind the one that closes what was opened before `from`. */
function behindParenthesis(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at++) {
    if (text[at] === '(') depth += 1;
    else if (text[at] === ')') depth -= 1;
    if (depth === 0) return at + 1;
  }
  return text.length;
}
