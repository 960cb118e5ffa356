/**
 * An entry as one line of a topic's file:
 * `{"id":7,"batch":[2,3],"hash":null,"occurred_at_ms":…,"kind":…,"headers":{…},"payload":…}`.
 *
 * `batch` says that the entry is the second of three that were appended together, and is left out of those that were
 * appended alone. By it everybody knows of a batch that did not get in whole: its last line is missing. Headers and
 * payload stand there, and are given back, as exactly the text that was handed over, because the chain covers that text.
 */
import {isObject, mendedJson} from '../../../base/index.ts';
import type {StoredEntry} from '../../stored/stored-entry.ts';

/** What the beginning of a line tells. */
export interface LineHead {
  readonly id: number;
  readonly hash: string | null;
  /** Its place in its batch, from 1, and the length of that; 1 and 1 when it was appended alone. */
  readonly place: number;
  readonly batchLength: number;
}

/** The line, with its newline. `place` counts from 1. */
export function entryLine(entry: StoredEntry, place: number, batchLength: number): string {
  const batch = batchLength > 1 ? `"batch":[${place},${batchLength}],` : '';
  return `${headText(entry, batch)}${entry.headers}${PAYLOAD}${entry.payload}}\n`;
}

/** Reads the beginning of a line; undefined when it is not that of an entry's. */
export function lineHead(line: string): LineHead | undefined {
  return beginning(line);
}

/**
 * The last lines, this one included, that do not count: a blank one, or those of a batch which does not end with it. 0
 * when it ends its batch, or is no entry's.
 */
export function unfinishedLines(lastLine: string): number {
  if (isBlank(lastLine)) return 1;
  const {place, batchLength} = lineHead(lastLine) ?? {place: 1, batchLength: 1};
  return place < batchLength ? place : 0;
}

/** Whether nothing stands in it that was ever written by this log: an editor leaves such lines. */
export function isBlank(line: string): boolean {
  return line.trim() === '';
}

/** The entry in a line without its newline; undefined when it is not exactly one, but for white space around it. */
export function readEntryLine(given: string): StoredEntry | undefined {
  const line = given.trim();
  const head = beginning(line);
  if (head === undefined) return undefined;
  const kindEnd = stringEnd(line, head.end);
  const headersStart = kindEnd + HEADERS.length;
  const headersEnd = flatObjectEnd(line, headersStart);
  if (!line.startsWith(HEADERS, kindEnd) || !line.startsWith(PAYLOAD, headersEnd)) return undefined;
  const headers = line.slice(headersStart, headersEnd);
  const payload = line.slice(headersEnd + PAYLOAD.length, -1);
  const kind = parsed(line.slice(head.end, kindEnd));
  const isWhole = isTexts(parsed(headers)) && parsed(payload) !== undefined && line.endsWith('}');
  if (typeof kind !== 'string' || !isWhole) return undefined;
  return {id: head.id, hash: head.hash, kind, occurredAtMs: head.occurredAtMs, headers, payload};
}

const HEADERS = ',"headers":';
const PAYLOAD = ',"payload":';
const HEAD =
  /^\{"id":([1-9]\d{0,15}),(?:"batch":\[([1-9]\d{0,15}),([1-9]\d{0,15})\],)?"hash":(?:null|"([0-9a-f]{64})"),"occurred_at_ms":(0|-?[1-9]\d{0,15}),"kind":/;
const QUOTE = 34;
const CLOSING_BRACE = 125;
const NONE = '{}';

interface Beginning extends LineHead {
  readonly occurredAtMs: number;
  /** Where the kind begins. */
  readonly end: number;
}

function beginning(line: string): Beginning | undefined {
  const [text, id, place = '1', batchLength = '1', hash = null, occurredAtMs] =
    HEAD.exec(line.trimStart()) ?? [];
  if (text === undefined || Number(place) > Number(batchLength)) return undefined;
  return {
    id: Number(id),
    hash,
    place: Number(place),
    batchLength: Number(batchLength),
    occurredAtMs: Number(occurredAtMs),
    end: text.length,
  };
}

function headText({id, hash, kind, occurredAtMs}: StoredEntry, batch: string): string {
  const hashText = hash === null ? 'null' : `"${hash}"`;
  return `{"id":${id},${batch}"hash":${hashText},"occurred_at_ms":${occurredAtMs},"kind":${mendedJson(JSON.stringify(kind))}${HEADERS}`;
}

/** Undefined for what is no JSON. */
function parsed(text: string): unknown {
  if (text === NONE) return {};
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // damaged
  }
}

/** Behind the string that begins at `opening`; the end of the line when it does not end, or is none. */
function stringEnd(line: string, opening: number): number {
  for (let at = line.indexOf('"', opening + 1); at >= 0; at = line.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (line[at - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return at + 1;
  }
  return line.length;
}

/** Behind the object of strings that begins at `from`. */
function flatObjectEnd(line: string, from: number): number {
  let at = from;
  while (at < line.length) {
    const code = line.charCodeAt(at);
    if (code === CLOSING_BRACE) return at + 1;
    at = code === QUOTE ? stringEnd(line, at) : at + 1;
  }
  return line.length;
}

function isTexts(value: unknown): boolean {
  return isObject(value) && Object.values(value).every(each => typeof each === 'string');
}
