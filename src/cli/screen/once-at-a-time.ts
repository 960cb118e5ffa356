/** Work that is asked for often: done once for all who asked meanwhile, never twice at the same time. */
export interface OnceAtATime {
  /** Sees to it that the work begins after this call. */
  ask(): void;
  /** Resolves when all that was asked for is done. */
  idle(): Promise<void>;
}

export function onceAtATime(work: () => Promise<void>, onError: (error: unknown) => void): OnceAtATime {
  let isAsked = false;
  let last = Promise.resolve();
  const turn = async () => {
    await new Promise(resolve => setImmediate(resolve)); // so that a burst of events is one
    isAsked = false;
    await work();
  };
  return {
    ask: () => {
      if (isAsked) return;
      isAsked = true;
      last = last.then(turn).catch(onError);
    },
    idle: () => last,
  };
}
