/** Changes of a text that leave all else in it as it is. */

/** What stands between two offsets becomes another text. */
export interface TextEdit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** Edits do not overlap; those at the same offset come in their order. */
export function withEdits(text: string, edits: readonly TextEdit[]): string {
  let at = 0;
  let changed = '';
  for (const {from, to, text: put} of edits.toSorted((a, b) => a.from - b.from)) {
    changed += text.slice(at, from) + put;
    at = to;
  }
  return changed + text.slice(at);
}

/** How the lines of a text end. */
export function lineEndOf(text: string): string {
  return /\r?\n/.exec(text)?.[0] ?? '\n';
}

/** A byte order mark, which some editors write, and the text behind it. */
export function withoutMark(text: string): readonly [mark: string, rest: string] {
  return text.startsWith('\uFEFF') ? ['\uFEFF', text.slice(1)] : ['', text];
}
