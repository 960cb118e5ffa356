import type {SecretSpan} from './secret-pattern.ts';

const BEGIN = /-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----/g;
const END = /-----END [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----/y;
/** A line of a key, behind line ends, which can be escaped. */
const LINE = /(?:\s|\\{1,15}[rn]){0,8}[A-Za-z0-9+/=]{16,4096}/y;
const KEY_TEXT = /[A-Za-z0-9+/]{32}/;

/** Private keys in PEM (RFC 7468, RFC 4880), also cut short, and with escaped line ends. A mere mention is none. */
export function* privateKeyBlocks(text: string): Iterable<SecretSpan> {
  let at = 0;
  for (;;) {
    BEGIN.lastIndex = at;
    const begin = BEGIN.exec(text);
    if (begin === null) return;
    at = begin.index + begin[0].length;
    const end = endOfBlock(text, at);
    if (end === undefined) continue;
    yield {start: begin.index, end, secret: unfolded(text.slice(at, end))};
    at = end;
  }
}

/** Looks no further than the next dashes, so that all blocks together are looked at once. */
function endOfBlock(text: string, from: number): number | undefined {
  const dashes = text.indexOf('-----', from);
  if (dashes !== -1) {
    END.lastIndex = dashes;
    const end = END.exec(text);
    if (end !== null && KEY_TEXT.test(text.slice(from, dashes))) return dashes + end[0].length;
  }
  let end = from;
  for (LINE.lastIndex = from; LINE.test(text); ) end = LINE.lastIndex;
  return end > from ? end : undefined;
}

/** The same for a key however its lines end. */
function unfolded(block: string): string {
  return block.replace(/-----END[^-]*-----$/, '').replace(/\\{1,15}[rn]|\s/g, '');
}
