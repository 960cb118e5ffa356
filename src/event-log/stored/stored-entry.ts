/**
 * Entries as backends keep them: payload and headers as JSON text, made and checked when an entry is handed over, so that
 * whoever appends learns of a bad one at once and what is kept cannot change under the log.
 */
import {isObject, type Json, mendedJson, reasonOf, StintError, wellFormed} from '../../base/index.ts';
import type {LogEntry, NewEntry} from '../event-log.ts';
import {nonFiniteAt} from './non-finite.ts';

export interface Unnumbered {
  readonly kind: string;
  /** JSON. */
  readonly payload: string;
  /** JSON of an object of strings, its keys ascending. */
  readonly headers: string;
  readonly occurredAtMs: number;
}

export interface StoredEntry extends Unnumbered {
  readonly id: number;
  readonly hash: string | null;
}

const NO_HEADERS = '{}';

/** Throws `USAGE` for an entry that cannot be kept, also for one that only a program without types can hand over. */
export function toStored(entry: NewEntry, nowMs: number): Unnumbered {
  if (!isObject(entry)) throw refused('it is no object');
  const {kind, headers, occurred_at_ms: occurredAtMs = nowMs} = entry;
  if (typeof kind !== 'string' || kind.trim() === '') throw refused('its kind is blank');
  if (!Number.isSafeInteger(occurredAtMs))
    throw refused('its occurred_at_ms is no whole number of milliseconds');
  return {
    kind: wellFormed(kind),
    payload: payloadText(entry.payload),
    headers: headers === undefined ? NO_HEADERS : headersText(headers),
    occurredAtMs,
  };
}

/** Throws `STORE_CORRUPT` for what nobody can have appended. */
export function toEntry(stored: StoredEntry): LogEntry {
  const {id, kind, headers, occurredAtMs, hash} = stored;
  const entry = {
    id,
    kind,
    payload: parsed(stored, 'payload') as Json,
    headers: headers === NO_HEADERS ? {} : (parsed(stored, 'headers') as {[name: string]: string}),
    occurred_at_ms: occurredAtMs,
  };
  return hash === null ? entry : {...entry, hash};
}

function parsed(stored: StoredEntry, what: 'payload' | 'headers'): unknown {
  try {
    return JSON.parse(stored[what]);
  } catch (error) {
    throw new StintError('STORE_CORRUPT', `Entry ${stored.id} is damaged: its ${what} is no JSON.`, {
      cause: error,
      hint: 'Read on behind it, or compact the topic up to it.',
    });
  }
}

function payloadText(payload: Json): string {
  const text = stringified(payload);
  if (text === undefined) throw refused('its payload is nothing that JSON can hold');
  // `JSON.stringify` writes null for such a number, and nothing else tells of it.
  const at = text.includes('null') ? nonFiniteAt(payload) : undefined;
  if (at !== undefined) throw refused(`its payload has a number that JSON cannot hold${at && `, at ${at}`}`);
  return mendedJson(text);
}

function stringified(payload: Json): string | undefined {
  try {
    return JSON.stringify(payload);
  } catch (error) {
    throw refused(`its payload cannot be written as JSON (${reasonOf(error)})`);
  }
}

function headersText(headers: {readonly [name: string]: string}): string {
  if (!isObject(headers)) throw refused('its headers are no object');
  const entries = Object.entries(headers);
  for (const [name, value] of entries) {
    if (typeof value !== 'string') throw refused(`its header ${JSON.stringify(name)} is no string`);
  }
  const sorted = entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return mendedJson(JSON.stringify(Object.fromEntries(sorted)));
}

function refused(why: string): StintError {
  return new StintError('USAGE', `The entry was not appended: ${why}.`);
}
