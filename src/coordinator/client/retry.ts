/** When something that fails for now is tried again: a policy, which is pure, and the one place that applies it. */
import {setTimeout as delay} from 'node:timers/promises';

export interface RetryPolicy {
  /** So many failures in a row are followed by a try at once. Default: none. */
  readonly atOnce?: number;
  /** Milliseconds of rest after the first of the others; each next rest is twice as long, */
  readonly restMs: number;
  /** up to this. Default: they are all the same. */
  readonly longestRestMs?: number;
  /** Gives up after so many failures in a row, */
  readonly most?: number;
  /** or after so many milliseconds. */
  readonly withinMs?: number;
}

/** Milliseconds until the next try, after so many failures in a row of which the first try began so long ago; undefined: there is none. */
export function restAfter(
  failures: number,
  passedMs: number,
  {atOnce = 0, restMs, longestRestMs = restMs, most = Infinity, withinMs = Infinity}: RetryPolicy,
): number | undefined {
  if (failures >= most || passedMs > withinMs) return undefined;
  if (failures <= atOnce) return 0;
  return Math.min(restMs * 2 ** (failures - atOnce - 1), longestRestMs);
}

export interface RetryOptions {
  readonly policy: RetryPolicy;
  /** Whether a failure may be gone at the next try. Default: none may. */
  readonly passes?: (error: unknown) => boolean;
  /** It has just failed so often: a rest comes first. Default 0. */
  readonly failures?: number;
  /** Cuts a rest short, with its reason; such rests do not hold the process. */
  readonly signal?: AbortSignal;
}

/**
 * Tries until there is a result. A try that resolves with undefined found nothing yet. When the policy gives up, resolves with
 * that undefined or rejects with the last failure; with one that does not pass it rejects at once.
 */
export async function retry<T>(
  work: () => Promise<T | undefined>,
  options: RetryOptions,
): Promise<T | undefined> {
  const rest = rests(options);
  let failure: {readonly error: unknown} | undefined;
  for (let failures = options.failures ?? 0; ; failures++) {
    if (failures > 0 && !(await rest(failures))) break;
    try {
      const result = await work();
      if (result !== undefined) return result;
      failure = undefined;
    } catch (error) {
      if (!options.passes?.(error)) throw error;
      failure = {error};
    }
  }
  if (failure !== undefined) throw failure.error;
  return undefined;
}

/** The frames of a stream that is opened anew when it breaks. A frame that `advances` makes it as good as new. */
export async function* retryStream<T>(
  open: () => AsyncIterable<T>,
  {advances = () => true, ...options}: RetryOptions & {readonly advances?: (frame: T) => boolean},
): AsyncGenerator<T, void, undefined> {
  const rest = rests(options);
  for (let failures = 1; ; failures++) {
    try {
      for await (const frame of open()) {
        if (advances(frame)) failures = 0;
        yield frame;
      }
      return;
    } catch (error) {
      if (!options.passes?.(error) || !(await rest(failures))) throw error;
    }
  }
}

/** Resolves when it is time for the next try, with false when there is none. */
function rests({policy, signal}: RetryOptions): (failures: number) => Promise<boolean> {
  const began = performance.now();
  return async failures => {
    const ms = restAfter(failures, performance.now() - began, policy);
    if (ms) await delay(ms, undefined, signal === undefined ? {} : {signal, ref: false});
    return ms !== undefined;
  };
}
