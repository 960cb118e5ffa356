/**
 * Finding the whole records of a line that may be damaged. A record is a JSON object. Blank bytes (white space and
 * byte order marks around records) are passed over; all other bytes belong to a record or to a skipped part.
 *
 * What a crash or a power failure leaves on one line: runs of NULs, several records of which the newline was lost, and
 * the fragment of a record with whole ones glued behind it. Behind a fragment a record is taken only if from there on
 * everything to the end of the line, or to the next NUL, is whole records. So an object inside of a torn record is not
 * taken for a record, because the brackets around it are still to be closed; where the tear came right behind such an
 * object, what stands before it (a comma, a colon, a bracket) gives it away, unless it begins with a number as records do.
 */
import {CARRIAGE_RETURN, NEWLINE} from '../../base/index.ts';
import {NUMBER_HEAD_BYTES, numberOf} from '../record-number.ts';

/** Why bytes were skipped. */
export type SkipReason = 'nul' | 'not_a_record' | 'too_long' | 'torn_tail';

/** One line of a journal: a JSON object. */
export type JournalRecord = Readonly<Record<string, unknown>>;

/** A piece of a line, as byte indices into the buffer, `to` not included. */
export type LinePart =
  | {readonly kind: 'record'; readonly from: number; readonly to: number; readonly value: JournalRecord}
  | {readonly kind: 'skipped'; readonly from: number; readonly to: number; readonly reason: SkipReason};

const NUL = 0;
const TAB = 9;
const SPACE = 32;
const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const BACKSLASH = 92;
const OPENING_BRACKET = 91;
const CLOSING_BRACKET = 93;
const OPENING_BRACE = 123;
const CLOSING_BRACE = 125;
const RECORD_START = Buffer.from('{"');
/** How often the bytes of a hopeless line are looked at before the rest of it is given up. */
const MOST_PASSES = 64;
const ALWAYS_AFFORDABLE_BYTES = 1024 * 1024;

/** The parts of the line at `[from, to)`, without its newline, in order. Those of a blank line are none. */
export function lineParts(bytes: Buffer, from: number, to: number): LinePart[] {
  const parts: LinePart[] = [];
  let at = from;
  while (at < to) {
    const nul = indexIn(bytes, NUL, at, to);
    // Behind NULs the rest of a torn record may stand, only a line's start is certain to be a record's.
    pieceParts(bytes, at, nul, at === from, parts);
    at = nul;
    while (at < to && bytes[at] === NUL) at += 1;
    if (at > nul) parts.push({kind: 'skipped', from: nul, to: at, reason: 'nul'});
  }
  return parts;
}

/** Whether the line is one record and nothing else but white space around it. */
export function isOneRecord(bytes: Buffer, from: number, to: number, parts: readonly LinePart[]): boolean {
  const [part, ...others] = parts;
  if (part?.kind !== 'record' || others.length > 0) return false;
  return isWhite(bytes, from, part.from) && isWhite(bytes, part.to, to);
}

/** Whether the line is empty but for white space. */
export function isWhite(bytes: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if (!isWhiteByte(bytes[at])) return false;
  return true;
}

function pieceParts(bytes: Buffer, from: number, end: number, startsLine: boolean, parts: LinePart[]): void {
  let to = end;
  while (to > from && isWhiteByte(bytes[to - 1])) to -= 1;
  let at = skipBlank(bytes, from, to);
  let isCertain = startsLine;
  while (at < to) {
    const record = recordAt(bytes, at, to);
    if (record !== undefined && (isCertain || !goesOnAround(bytes[record.to]))) {
      parts.push(record);
      at = skipBlank(bytes, record.to, to);
    } else {
      const next = resumeIn(bytes, at + 1, to);
      parts.push({kind: 'skipped', from: at, to: next, reason: 'not_a_record'});
      at = next;
    }
    isCertain = true;
  }
}

function recordAt(bytes: Buffer, from: number, limit: number): (LinePart & {kind: 'record'}) | undefined {
  const to = objectEnd(bytes, from, limit);
  if (to === undefined) return undefined;
  try {
    return {kind: 'record', from, to, value: JSON.parse(bytes.toString('utf8', from, to)) as JournalRecord};
  } catch {
    return undefined; // braces that match and are no JSON: reported as skipped
  }
}

/** The first place from which on there are only whole records; `to` when there is none. */
function resumeIn(bytes: Buffer, from: number, to: number): number {
  let budget = ALWAYS_AFFORDABLE_BYTES + MOST_PASSES * (to - from);
  let at = bytes.indexOf(RECORD_START, from);
  while (at >= 0 && at < to && budget > 0) {
    const {isWhole, seen} = recordsToEnd(bytes, at, to);
    if (isWhole && (!mayBeInside(bytes, from, at) || isNumbered(bytes, at, to))) return at;
    budget -= seen;
    at = bytes.indexOf(RECORD_START, at + 1);
  }
  return to;
}

function recordsToEnd(bytes: Buffer, from: number, to: number): {isWhole: boolean; seen: number} {
  let at = from;
  while (at < to) {
    const end = objectEnd(bytes, at, to);
    if (end === undefined) return {isWhole: false, seen: to - from};
    const next = skipBlank(bytes, end, to);
    if (next < to && bytes[next] !== OPENING_BRACE) return {isWhole: false, seen: next - from};
    if (recordAt(bytes, at, end) === undefined) return {isWhole: false, seen: next - from};
    at = next;
  }
  return {isWhole: true, seen: to - from};
}

/** Whether what stands before an object shows that it may be a value inside of another one. */
function mayBeInside(bytes: Buffer, from: number, object: number): boolean {
  let at = object - 1;
  while (at >= from && isWhiteByte(bytes[at])) at -= 1;
  return bytes[at] === COMMA || bytes[at] === COLON || bytes[at] === OPENING_BRACKET;
}

function isNumbered(bytes: Buffer, from: number, to: number): boolean {
  const head = bytes.toString('latin1', from, Math.min(to, from + NUMBER_HEAD_BYTES));
  return (numberOf(head, 'seq') ?? numberOf(head, 'index') ?? numberOf(head, 'id')) !== undefined;
}

/** The byte behind the brace that closes the one at `from`; braces in strings do not count. */
function objectEnd(bytes: Buffer, from: number, to: number): number | undefined {
  if (bytes[from] !== OPENING_BRACE) return undefined;
  let depth = 0;
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      at = stringEnd(bytes, at, to);
    } else if (byte === OPENING_BRACE) {
      depth += 1;
    } else if (byte === CLOSING_BRACE) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return undefined;
}

/** The quote that closes the string which begins at `from`; `to` when there is none. */
function stringEnd(bytes: Buffer, from: number, to: number): number {
  let at = from + 1;
  while (at < to && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}

/** Whether what stands behind an object shows that it is a part of something larger. */
function goesOnAround(byte: number | undefined): boolean {
  return byte === COMMA || byte === COLON || byte === CLOSING_BRACE || byte === CLOSING_BRACKET;
}

function skipBlank(bytes: Buffer, from: number, to: number): number {
  let at = from;
  for (;;) {
    if (at < to && isWhiteByte(bytes[at])) at += 1;
    else if (at + 3 <= to && bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf) at += 3;
    else return at;
  }
}

function isWhiteByte(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB || byte === CARRIAGE_RETURN || byte === NEWLINE;
}

function indexIn(bytes: Buffer, byte: number, from: number, to: number): number {
  const at = bytes.subarray(from, to).indexOf(byte);
  return at < 0 ? to : from + at;
}
