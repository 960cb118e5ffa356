/**
 * History, then what comes, out of the store and page by page: whoever is slow is given it later, at no cost for anybody.
 * The watch is set before the look that finds nothing, so no append falls between them.
 */
import {setImmediate} from 'node:timers/promises';

import type {ChangeWatch} from '../../platform/index.ts';
import type {LogEntry} from '../event-log.ts';
import type {LogStore} from './log-store.ts';
import {patiently} from './patience.ts';
import {type StoredEntry, toEntry} from './stored-entry.ts';

const PAGE_ENTRIES = 256;
/** Of payloads, in bytes: all that a subscriber keeps in memory. */
const PAGE_BYTES = 1024 * 1024;
/**
 * What wakes a subscriber may come a moment before the entry can be seen, and whoever appended may have been killed in
 * between. So a while after it was woken it looks once more.
 */
const SECOND_LOOK_MS = 25;

export interface SubscriptionOptions {
  readonly store: LogStore;
  readonly topic: string;
  readonly after: number;
  /** Each of them ends it. */
  readonly ends: readonly AbortSignal[];
  /** Milliseconds of a clock that nobody sets. */
  readonly monotonic: () => number;
}

/** A generator's own `return` waits for the entry that somebody waits for; this one ends that waiting too. */
export function subscription(options: SubscriptionOptions): AsyncIterableIterator<LogEntry, void, undefined> {
  const left = new AbortController();
  const entries = generate(options, AbortSignal.any([...options.ends, left.signal]));
  return {
    next: () => entries.next(),
    return: () => {
      left.abort();
      return entries.return();
    },
    throw: error => {
      left.abort();
      return entries.throw(error);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

async function* generate(
  {store, topic, after, monotonic}: SubscriptionOptions,
  end: AbortSignal,
): AsyncGenerator<LogEntry, void, undefined> {
  const watch = store.newWatch();
  const stop = (): void => watch.wake();
  end.addEventListener('abort', stop);
  let last = after;
  let wasWoken = false;
  // Once it has ended, the store may be closed.
  const read = (): StoredEntry[] => (end.aborted ? [] : store.read(topic, last, PAGE_ENTRIES, PAGE_BYTES));
  try {
    while (!end.aborted) {
      const page = await patiently(read, monotonic);
      for (const entry of page) {
        if (end.aborted) return;
        last = entry.id;
        yield toEntry(entry);
      }
      if (end.aborted) return;
      if (page.length > 1) await setImmediate();
      else if (page.length === 0 && !store.watch(watch, topic))
        wasWoken = await change(watch, wasWoken ? SECOND_LOOK_MS : undefined);
    }
  } finally {
    end.removeEventListener('abort', stop);
    watch.close();
  }
}

/** Resolves at a change; with false when there was none in that time. */
async function change(watch: ChangeWatch, withinMs: number | undefined): Promise<boolean> {
  let isInTime = true;
  const timer =
    withinMs === undefined
      ? undefined
      : setTimeout(() => {
          isInTime = false;
          watch.wake();
        }, withinMs);
  await watch.changed();
  clearTimeout(timer);
  return isInTime;
}
