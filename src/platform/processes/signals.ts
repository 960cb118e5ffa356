/** Signals of this process, and what signals are called. */
import {constants} from 'node:os';

/** Calls back at Ctrl-C or a TERM instead of dying; the returned function puts things back. */
export function onInterrupt(callback: (signal: NodeJS.Signals) => void): () => void {
  process.on('SIGINT', callback);
  process.on('SIGTERM', callback);
  return () => {
    process.off('SIGINT', callback);
    process.off('SIGTERM', callback);
  };
}

/** Calls back at a signal instead of what it does otherwise; the returned function puts things back. */
export function onSignal(signal: NodeJS.Signals, callback: () => void): () => void {
  process.on(signal, callback);
  return () => process.off(signal, callback);
}

/** Calls back right before this process ends by itself, also by an error that nobody caught; the returned function ends that. */
export function onExit(callback: () => void): () => void {
  process.on('exit', callback);
  return () => process.off('exit', callback);
}

/** Stops this process and those with it, as Ctrl-Z does. A group that nobody could continue goes on. */
export function suspendGroup(): void {
  process.kill(0, 'SIGTSTP');
}

/** Calls back at every TERM, INT or HUP of a program that runs in the background. */
export function onTermination(callback: (signal: string) => void): void {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => callback(signal));
}

/**
 * Ends this process by a signal, as if nobody here had listened for it, so that whoever waits for the process sees how it
 * ended. Returns only where that ends no process: as the first one of a container.
 */
export function endBySignal(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}

export function signalNumber(signal: NodeJS.Signals): number {
  return constants.signals[signal];
}

/** `SIGTERM` for 15; undefined for a number that has no name here. */
export function signalName(number: number): string | undefined {
  return Object.entries(constants.signals).find(([, each]) => each === number)?.[0];
}
