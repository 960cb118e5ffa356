import {codeOf, type JobKey} from '../../base/index.ts';
import type {Client} from '../../coordinator/client/index.ts';
import {isWithoutCoordinator, ReachAgain} from './reach-again.ts';

/** Resolves when the job has ended, or at an abort; goes on when there is no coordinator for a while. */
export async function jobEnd(
  client: Client,
  key: JobKey,
  signal: AbortSignal,
  onMissing: () => void,
): Promise<void> {
  const again = new ReachAgain(client, signal, onMissing);
  while (!signal.aborted) {
    try {
      await client.wait(key, {signal});
      return;
    } catch (error) {
      if (signal.aborted) return;
      if (!isWithoutCoordinator(codeOf(error))) throw error;
    }
    await fired(AbortSignal.any([signal, again.reached()]));
  }
}

/** Resolves when the signal fires. */
export function fired(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), {once: true});
  });
}
