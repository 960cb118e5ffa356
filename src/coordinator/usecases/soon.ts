import type {Timer} from '../ports/index.ts';

/** On a full disk what is to be recorded has to wait; whoever wants a job to end does not. */
const RECORD_MS = 500;

/** Resolves when `recorded` does, or after half a second. Hand over what never rejects. */
export function soon(recorded: Promise<void>, timer: Timer): Promise<void> {
  return new Promise(resolve => {
    const stop = timer(RECORD_MS, resolve);
    void recorded.finally(() => {
      stop();
      resolve();
    });
  });
}
