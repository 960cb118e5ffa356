/**
 * Entries as backends keep them: payload and headers as JSON text, made and checked when an entry is handed over, so that
 * whoever appends learns of a bad one at once and what is kept cannot change under the log.
 */
import {type Json, mendedJson, reasonOf, StintError, wellFormed} from '../base/index.ts';
import type {LogEntry, NewEntry} from './event-log.ts';

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

/** Throws `USAGE` for an entry that cannot be kept. */
export function toStored(entry: NewEntry, nowMs: number): Unnumbered {
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

export function toEntry({id, kind, payload, headers, occurredAtMs, hash}: StoredEntry): LogEntry {
  const entry = {
    id,
    kind,
    payload: JSON.parse(payload) as Json,
    headers: headers === NO_HEADERS ? {} : (JSON.parse(headers) as {[name: string]: string}),
    occurred_at_ms: occurredAtMs,
  };
  return hash === null ? entry : {...entry, hash};
}

function payloadText(payload: Json): string {
  const text = stringified(payload);
  if (text === undefined) throw refused('its payload is nothing that JSON can hold');
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
