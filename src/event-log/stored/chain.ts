/**
 * The hash chain of a topic: each entry's hash covers the entry and the hash before it, so one that is altered, taken out
 * or put in breaks the chain there. An anchor holds the hash from which the next entry goes on: zeros where the chain
 * begins, and after a compaction that of the last entry that went away.
 */
import {hash} from 'node:crypto';

import type {Unnumbered} from './stored-entry.ts';

export interface Chain {
  /** Entries after this id are chained. */
  readonly anchorId: number;
  readonly anchorHash: string;
  /** Of the newest entry; the anchor's when there is none behind it. */
  readonly headHash: string;
}

const BEGINNING = '0'.repeat(64);

/** A chain that begins behind the entry `head`. */
export function newChain(head: number): Chain {
  return {anchorId: head, anchorHash: BEGINNING, headHash: BEGINNING};
}

/** SHA-256, in hex, of the entry as one JSON object with the hash before it. */
export function entryHash(previous: string, topic: string, id: number, entry: Unnumbered): string {
  const {kind, payload, headers, occurredAtMs} = entry;
  return hash(
    'sha256',
    `{"previous":"${previous}","topic":"${topic}","id":${id},"kind":${JSON.stringify(kind)},"occurred_at_ms":${occurredAtMs},"headers":${headers},"payload":${payload}}`,
  );
}
