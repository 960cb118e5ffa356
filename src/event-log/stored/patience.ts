/** How long to put up with a store that is busy with somebody else's writing. */
import {setTimeout as delay} from 'node:timers/promises';

import {hasCode} from '../../base/index.ts';

export const RETRY_MS = 5;
/** Somebody who writes for longer than this is stuck. */
export const PATIENCE_MS = 10_000;

/** Does something that may be `BUSY` until it is not, without keeping this program waiting; rejects with that `BUSY` in the end. */
export async function patiently<T>(work: () => T, monotonic: () => number): Promise<T> {
  const giveUpAt = monotonic() + PATIENCE_MS;
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (!hasCode(error, 'BUSY') || monotonic() >= giveUpAt) throw error;
    }
    await delay(RETRY_MS);
  }
}
