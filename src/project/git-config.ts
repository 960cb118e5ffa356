/**
 * Reads git's configuration syntax, so that a value costs microseconds and not a start of git. Tolerant: a line that
 * makes no sense is passed over, where git would refuse the file. Included files are not followed.
 */

/**
 * All values of `section.key` in the order of the text. `section` and `key` in lower case; a section with a
 * subsection is another section. A key without `=` has the value `true`.
 */
export function configValues(text: string, section: string, key: string): string[] {
  const values: string[] = [];
  let inSection = false;
  for (let at = text.startsWith('\uFEFF') ? 1 : 0; at < text.length; ) {
    const header = matchAt(HEADER, text, at);
    if (header !== undefined) {
      inSection = header[1]?.toLowerCase() === section && header[2] === undefined;
      at += header[0].length;
      continue;
    }
    const name = matchAt(NAME, text, at);
    if (name === undefined) {
      at += matchAt(NO_ENTRY, text, at)?.[0].length ?? 1;
      continue;
    }
    at += name[0].length;
    const {value, end} = name[2] === undefined ? {value: 'true', end: at} : readValue(text, at);
    if (inSection && name[1]?.toLowerCase() === key) values.push(value);
    at = end;
  }
  return values;
}

const HEADER = /\[([-.\w]*)(?:[ \t]+"((?:[^"\\\n]|\\.)*)")?\]/y;
const NAME = /([a-zA-Z][-a-zA-Z0-9]*)[ \t]*(=)?/y;
const NO_ENTRY = /\s+|.+/y;

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}

/** A value runs to the end of its line or to a comment. Nearly all are plain text, and then no pattern is needed. */
function readValue(text: string, start: number): {value: string; end: number} {
  const lineEnd = text.indexOf('\n', start);
  const end = lineEnd < 0 ? text.length : lineEnd;
  const line = text.slice(start, end);
  const special = line.includes('"') || line.includes('\\') || line.includes('#') || line.includes(';');
  return special ? readSpecialValue(text, start) : {value: line.trim(), end};
}

/** Within quotes a comment sign is text, and so are blanks at the ends. */
function readSpecialValue(text: string, start: number): {value: string; end: number} {
  let value = '';
  let lengthWithoutBlanks = 0;
  let quoted = false;
  let at = start;
  for (let piece = nextPiece(text, at); piece !== undefined; piece = nextPiece(text, at)) {
    if (piece === '\n' || piece === '\r\n') break;
    if (!quoted && (piece === '#' || piece === ';')) {
      at += matchAt(NO_ENTRY, text, at)?.[0].length ?? 1;
      break;
    }
    at += piece.length;
    const blank = !quoted && BLANK.test(piece);
    if (piece === '"') quoted = !quoted;
    else if (!blank || value !== '') value += unescaped(piece);
    if (!blank) lengthWithoutBlanks = value.length;
  }
  return {value: value.slice(0, lengthWithoutBlanks), end: at};
}

function nextPiece(text: string, at: number): string | undefined {
  return matchAt(PIECE, text, at)?.[0];
}

/** An escape, a line break, a single special character, blanks, or a run of plain text. */
const PIECE = /\\\r?\n|\\.|\r\n|["#;\n\\]|[ \t\r\f\v]+|[^"#;\\\s]+|\s/y;
const BLANK = /^\s+$/;
const CONTINUATION = /^\\\r?\n$/;

function unescaped(piece: string): string {
  if (piece[0] !== '\\') return piece;
  return CONTINUATION.test(piece) ? '' : (ESCAPES[piece[1] ?? ''] ?? piece.slice(1));
}

const ESCAPES: Readonly<Record<string, string>> = {n: '\n', t: '\t', b: '\b'};
