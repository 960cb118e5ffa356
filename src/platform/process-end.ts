/**
 * Tells of the end of this process without changing it. A signal that nobody else here listens for ends the process as
 * if we did not listen either; one that somebody handles is his affair. Listeners exist only while somebody wants to know.
 */
export type ProcessEnd =
  | {readonly kind: 'signal'; readonly signal: NodeJS.Signals}
  | {readonly kind: 'exit'; readonly code: number}
  | {readonly kind: 'exception'; readonly message: string};

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const waiting = new Set<(end: ProcessEnd) => void>();

/** Calls back, synchronously, when this process is about to end; perhaps again, with `exit`, after an exception. The returned function takes that back. */
export function onProcessEnd(callback: (end: ProcessEnd) => void): () => void {
  if (waiting.size === 0) listen();
  waiting.add(callback);
  return () => {
    if (waiting.delete(callback) && waiting.size === 0) unlisten();
  };
}

function listen(): void {
  process.on('exit', onExit);
  process.on('uncaughtExceptionMonitor', onException);
  for (const signal of SIGNALS) process.on(signal, onSignal);
}

function unlisten(): void {
  process.off('exit', onExit);
  process.off('uncaughtExceptionMonitor', onException);
  for (const signal of SIGNALS) process.off(signal, onSignal);
}

function onExit(code: number): void {
  tell({kind: 'exit', code});
}

function onException(error: unknown): void {
  tell({kind: 'exception', message: error instanceof Error ? error.message : String(error)});
}

function onSignal(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return;
  tell({kind: 'signal', signal});
  process.off(signal, onSignal);
  process.kill(process.pid, signal);
}

function tell(end: ProcessEnd): void {
  for (const callback of [...waiting]) callback(end);
}
