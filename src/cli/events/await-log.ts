import {dirname} from 'node:path';

import type {EventLog} from '../../event-log/index.ts';
import {ChangeWatch} from '../../platform/index.ts';
import {logPlace, openExistingLog, type PlaceOptions} from './log-place.ts';

/** Opens the log when there is one; undefined when the signal came before. Makes nothing. */
export async function awaitLog(options: PlaceOptions, signal: AbortSignal): Promise<EventLog | undefined> {
  const {location} = await logPlace(options);
  const watch = new ChangeWatch();
  const stop = (): void => watch.wake();
  signal.addEventListener('abort', stop);
  try {
    while (!signal.aborted) {
      const isNew = watch.point(dirname(location ?? ''));
      const log = await openExistingLog(options);
      if (log !== undefined) return log;
      if (!isNew) await watch.changed();
    }
    return undefined;
  } finally {
    signal.removeEventListener('abort', stop);
    watch.close();
  }
}
