import type {Timer} from '../ports/index.ts';

/** On a full disk what is to be recorded has to wait; whoever wants a job to end does not. */
const RECORD_MS = 500;

/** Resolves with whether `recorded` settled before the time-out of half a second. Hand over what never rejects. */
export function beforeTimeOut(recorded: Promise<void>, timer: Timer): Promise<boolean> {
  return new Promise(resolve => {
    const stop = timer(RECORD_MS, () => resolve(false));
    void recorded.finally(() => {
      stop();
      resolve(true);
    });
  });
}
