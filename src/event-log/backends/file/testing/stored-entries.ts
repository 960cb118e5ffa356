/** Entries for tests of the store. */
import type {Batch} from '../../../stored/log-store.ts';
import type {StoredEntry, Unnumbered} from '../../../stored/stored-entry.ts';

export function numbered(n: number, text = ''): Unnumbered {
  return {kind: 'step', payload: JSON.stringify({n, text}), headers: '{}', occurredAtMs: 1000 + n};
}

/** A batch of entries from `from` on. */
export function batch(topic: string, from: number, count = 1): Batch {
  return {topic, entries: Array.from({length: count}, (_, at) => numbered(from + at))};
}

/** The numbers that were put in the payloads. */
export function numbersOf(entries: readonly StoredEntry[]): number[] {
  return entries.map(({payload}) => (JSON.parse(payload) as {n: number}).n);
}

export function idsOf(entries: readonly StoredEntry[]): number[] {
  return entries.map(({id}) => id);
}

/** The whole numbers from `from` to `to`, both included. */
export function range(from: number, to: number): number[] {
  return Array.from({length: Math.max(0, to + 1 - from)}, (_, at) => from + at);
}
