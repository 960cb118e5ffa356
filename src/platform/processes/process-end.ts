/**
 * Tells of the end of this process without changing it. A signal that nobody else here listens for ends the process as
 * if we did not listen either; one that somebody handles is his affair: while his listeners run ours is not there, because
 * some of them end the process only when they are the only ones. Listeners exist only while somebody wants to know. A
 * worker thread gets no signals, and one that is terminated from outside tells nothing.
 */
import {writeSync} from 'node:fs';

export type ProcessEnd =
  | {readonly kind: 'signal'; readonly signal: NodeJS.Signals}
  | {readonly kind: 'exit'; readonly code: number}
  | {readonly kind: 'exception'; readonly error: unknown};

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

let isEnding = false;
const waiting = new Set<(end: ProcessEnd) => void>();

/**
 * Calls back, synchronously, when this process is about to end; perhaps again, with `exit`, after an exception. The
 * returned function takes that back. The callback must not throw.
 */
export function onProcessEnd(callback: (end: ProcessEnd) => void): () => void {
  if (waiting.size === 0) listen();
  waiting.add(callback);
  return () => {
    if (waiting.delete(callback) && waiting.size === 0) unlisten();
  };
}

/**
 * A warning of this process, as `process.emitWarning` gives it. Where the process ends before Node comes to it, it goes
 * straight to the error output; to nobody, where warnings were turned off.
 */
export function emitWarning(message: string, name: string): void {
  const say = () => sayAtOnce(`(node:${process.pid}) ${name}: ${message}\n`);
  if (isEnding) {
    say();
    return;
  }
  const forget = onProcessEnd(() => {
    forget();
    say();
  });
  // Node comes to the warning behind that, and whoever hears it then may end the process.
  process.nextTick(forget);
  process.emitWarning(message, name);
}

/** Hears warnings and gives each as one of this process. */
export function warnOfProcess(name: string): (message: string) => void {
  return message => emitWarning(message, name);
}

function sayAtOnce(line: string): void {
  if (process.listenerCount('warning') === 0) return;
  try {
    writeSync(2, line);
  } catch {
    // nobody reads it any more
  }
}

function listen(): void {
  process.on('exit', onExit);
  process.on('uncaughtExceptionMonitor', onException);
  for (const signal of SIGNALS) process.prependListener(signal, onSignal);
}

function unlisten(): void {
  process.off('exit', onExit);
  process.off('uncaughtExceptionMonitor', onException);
  for (const signal of SIGNALS) process.off(signal, onSignal);
}

/** Node and other listeners may have set another code since it was told. */
function onExit(code: number): void {
  tell({kind: 'exit', code: Number(process.exitCode ?? code)});
}

/** An exception that somebody catches is not the end. */
function onException(error: unknown): void {
  if (process.listenerCount('uncaughtException') > 0 || process.hasUncaughtExceptionCaptureCallback()) return;
  tell({kind: 'exception', error});
}

function onSignal(signal: NodeJS.Signals): void {
  process.off(signal, onSignal);
  if (process.listenerCount(signal) > 0) {
    process.nextTick(listenAgain, signal);
    return;
  }
  tell({kind: 'signal', signal});
  process.kill(process.pid, signal);
}

function listenAgain(signal: NodeJS.Signals): void {
  if (waiting.size > 0 && !process.listeners(signal).includes(onSignal))
    process.prependListener(signal, onSignal);
}

function tell(end: ProcessEnd): void {
  isEnding = true;
  for (const callback of [...waiting]) callback(end);
}
