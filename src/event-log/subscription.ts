/**
 * History, then what comes, out of the store and page by page: whoever is slow is given it later, at no cost for anybody.
 * The watch is set before the look that finds nothing, so no append falls between them.
 */
import {setImmediate} from 'node:timers/promises';

import type {LogEntry} from './event-log.ts';
import type {LogStore} from './log-store.ts';
import {toEntry} from './stored-entry.ts';

const PAGE_ENTRIES = 256;
/** Of payloads, in bytes: all that a subscriber keeps in memory. */
const PAGE_BYTES = 1024 * 1024;

export async function* subscription(
  store: LogStore,
  topic: string,
  after: number,
  end: AbortSignal,
): AsyncGenerator<LogEntry, void, undefined> {
  const watch = store.newWatch();
  const stop = (): void => watch.wake();
  end.addEventListener('abort', stop);
  let last = after;
  try {
    while (!end.aborted) {
      const page = store.read(topic, last, PAGE_ENTRIES, PAGE_BYTES);
      for (const entry of page) {
        last = entry.id;
        yield toEntry(entry);
        if (end.aborted) return;
      }
      if (page.length > 1) await setImmediate();
      else if (page.length === 0 && !store.watch(watch, topic)) await watch.changed();
    }
  } finally {
    end.removeEventListener('abort', stop);
    watch.close();
  }
}
