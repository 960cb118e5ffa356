/** Signals of this process. */

/** Calls back at Ctrl-C or a TERM instead of dying; the returned function puts things back. */
export function onInterrupt(callback: () => void): () => void {
  process.on('SIGINT', callback);
  process.on('SIGTERM', callback);
  return () => {
    process.off('SIGINT', callback);
    process.off('SIGTERM', callback);
  };
}

/** Calls back at every TERM, INT or HUP of a program that runs in the background. */
export function onTermination(callback: (signal: string) => void): void {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => callback(signal));
}
