/** A topic cut into slices, for whoever decides how many of its oldest entries go. */

/** Entries that stand behind each other, and behind those of the slice before. */
export interface Slice {
  /** Id of its last entry: with it goes all up to there. */
  readonly upTo: number;
  /** About what these entries take on the disk, and what would be free if they were gone. */
  readonly bytes: number;
  /** When the newest of them happened, or, where only files tell, was written; Unix milliseconds. */
  readonly newestMs: number;
}

export interface EntrySize {
  readonly id: number;
  readonly occurredAtMs: number;
  readonly bytes: number;
}

/** What a slice may span: one that is larger would keep what is old for the sake of what is new, or take what is new along. */
const SPAN_MS = 60 * 60 * 1000;
const SPAN_BYTES = 256 * 1024;

/** Slices of entries, given ascending. One that is larger than a slice may be is one of its own. */
export function slicesOf(entries: Iterable<EntrySize>): Slice[] {
  const slices: Slice[] = [];
  let oldestMs = 0;
  for (const {id, occurredAtMs, bytes} of entries) {
    const last = slices.at(-1);
    const newestMs = Math.max(last?.newestMs ?? occurredAtMs, occurredAtMs);
    const spanMs = newestMs - Math.min(oldestMs, occurredAtMs);
    if (last === undefined || spanMs > SPAN_MS || last.bytes + bytes > SPAN_BYTES) {
      slices.push({upTo: id, bytes, newestMs: occurredAtMs});
      oldestMs = occurredAtMs;
    } else {
      slices[slices.length - 1] = {upTo: id, bytes: last.bytes + bytes, newestMs};
      oldestMs = Math.min(oldestMs, occurredAtMs);
    }
  }
  return slices;
}
