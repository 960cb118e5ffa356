/**
 * Whether a plain text can be in the lines of a chunk of a journal, told from its bytes: what is not there need not be
 * parsed. In the file a text stands as it is, with quotes and backslashes escaped; but not where the bytes of a line are in
 * base64, and a line that is several records may hold it across two of them. A record that is like that is told by how it ends.
 */
import {lineEnd} from '../../../base/index.ts';

/** What of a text can be looked for; undefined where that is nothing. */
export function needleOf(text: string): Buffer | undefined {
  const runs = text.split(NOT_AS_IT_IS).map(run => JSON.stringify(run).slice(1, -1));
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), '');
  return longest === '' ? undefined : Buffer.from(longest.slice(rareStart(longest)));
}

/** A search looks for the first character before all others, so the end that begins with the rarest is found fastest. */
function rareStart(text: string): number {
  let best = 0;
  for (let at = 1; at <= text.length - LEAST_CHARACTERS; at++)
    if (commonness(text, at) < commonness(text, best)) best = at;
  return best;
}

const LEAST_CHARACTERS = 4;

/** Half of a pair of surrogates is never taken for a begin. */
function commonness(text: string, at: number): number {
  if (/[\udc00-\udfff]/.test(text[at] ?? '')) return COMMON.length + 1;
  const rank = COMMON.indexOf(text[at] ?? '');
  return rank < 0 ? 0 : COMMON.length - rank;
}

/** In output and around it, the most common first. */
const COMMON = ' "etaoinsrhld01234:,cu56789mfpgwyb{}\\vk';

/** Of these there is more than one way to write them in JSON. */
const NOT_AS_IT_IS = /[\p{Cc}\p{Cs}\u2028\u2029]+/u;

/** False where no line of output in the chunk holds the text, also not as a piece of a line that is several records. */
export function mayHold(chunk: Buffer, needle: Buffer): boolean {
  // A line that was cut is longer than a block, so its chunk is.
  return chunk.length > BLOCK_BYTES || chunk.includes(needle) || !isPlain(chunk);
}

const BLOCK_BYTES = 64 * 1024;

/** Whether every record of output in the chunk is a whole line of text. To go through the ends is faster than to look for what others hold. */
function isPlain(chunk: Buffer): boolean {
  let offsetsLeft = MOST_OFFSETS;
  for (let end = lineEnd(chunk); end > 0; end = lineEnd(chunk, end)) {
    const last = chunk[end - 3];
    const isOrdinary =
      last === QUOTE
        ? !isEndOfOther(chunk, end)
        : last === BRACKET && offsetsLeft-- > 0 && hasOrdinaryOffsets(chunk, end);
    if (!isOrdinary) return MARKS_OF_OTHERS.every(mark => !chunk.includes(mark));
  }
  return true;
}

const QUOTE = 34;
const BRACKET = 93;
/** Where more records than this have offsets, the marks are looked for. */
const MOST_OFFSETS = 32;
const MARKS_OF_OTHERS = [Buffer.from('"partial":true'), Buffer.from('"enc":"base64"')];

/** Ends like `"base64"}` and `"unknown"}`, which text may have as well. */
function isEndOfOther(chunk: Buffer, end: number): boolean {
  const ends = chunk.readUInt16BE(end - 5);
  return ends === 0x36_34 || ends === 0x77_6e;
}

function hasOrdinaryOffsets(chunk: Buffer, end: number): boolean {
  const tail = chunk.toString('latin1', Math.max(0, end - 64), end - 2);
  return ORDINARY_OFFSETS.test(tail);
}

const ORDINARY_OFFSETS = /(?<!base64|unknown)","spool":\[\d+,\d+\]$/;
