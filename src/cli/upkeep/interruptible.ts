/** Long work that Ctrl-C ends: what it began is taken back, and then this process ends by that signal. */
import {endBySignal, onInterrupt} from '../../platform/index.ts';

/** Rejects with the reason of the signal's abort where it was interrupted, and only where the process cannot be ended so. */
export async function interruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
  cleanUp: () => void = () => undefined,
): Promise<T> {
  const stopped = new AbortController();
  let by: NodeJS.Signals | undefined;
  const restore = onInterrupt(signal => {
    by ??= signal;
    stopped.abort();
  });
  try {
    return await work(stopped.signal);
  } catch (error) {
    if (by === undefined || !stopped.signal.aborted) throw error;
    cleanUp();
    endBySignal(by);
    throw error;
  } finally {
    restore();
  }
}
