/** How many columns of a terminal texts take, and cutting them to fewer. */

/** Tells the width of each of these texts. Most are plain, so the package that knows all others is rarely loaded. */
export async function textWidths(texts: readonly string[]): Promise<(text: string) => number> {
  if (texts.every(text => NARROW.test(text))) return text => text.length;
  return (await import('fast-string-width')).default;
}

/** The text, or as much of it as fits before an ellipsis. */
export function cutTo(width: number, text: string, widthOf: (text: string) => number): string {
  if (widthOf(text) <= width) return text;
  let kept = '';
  for (const piece of piecesOf(text)) {
    if (widthOf(kept + piece) > width - 1) break;
    kept += piece;
  }
  return width < 1 ? '' : `${kept}…`;
}

/** The text, or as much of its end as fits behind an ellipsis. */
export function cutToEnd(width: number, text: string, widthOf: (text: string) => number): string {
  if (widthOf(text) <= width) return text;
  let kept = '';
  for (const piece of [...piecesOf(text)].reverse()) {
    if (widthOf(piece + kept) > width - 1) break;
    kept = piece + kept;
  }
  return width < 1 ? '' : `…${kept}`;
}

/** Latin letters and the signs that stint itself prints. */
const NARROW = /^[ -~\u00a1-\u00ac\u00ae-\u02ff—…▶✓✗]*$/;

/** What must not be torn apart: a letter with its accents, an emoji with what belongs to it. */
function piecesOf(text: string): Iterable<string> {
  if (NARROW.test(text)) return text;
  return Array.from(new Intl.Segmenter().segment(text), ({segment}) => segment);
}
