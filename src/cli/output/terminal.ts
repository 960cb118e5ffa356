/** Whether somebody looks at what is printed, and how much room there is. */
import {fstatSync, statSync} from 'node:fs';

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** A device for characters is a terminal, unless it is the one that swallows them. Asking Node itself costs milliseconds. */
export function isTerminal(fd: number): boolean {
  try {
    const stats = fstatSync(fd);
    return stats.isCharacterDevice() && stats.rdev !== statSync('/dev/null').rdev;
  } catch {
    return false; // closed
  }
}

/** The size of the terminal behind stdout as it is now; undefined where there is none, or it does not tell. */
export function terminalSize(): TerminalSize | undefined {
  if (!isTerminal(1) || !process.stdout.isTTY) return undefined;
  const {columns, rows} = process.stdout;
  return columns > 0 && rows > 0 ? {columns, rows} : undefined;
}

/** The width of the terminal behind stderr; undefined where there is none, or it does not tell. */
export function errorColumns(): number | undefined {
  if (!isTerminal(2) || !process.stderr.isTTY) return undefined;
  const {columns} = process.stderr;
  return columns > 0 ? columns : undefined;
}

/** Calls back when the size of the one behind stdout has changed; the returned function ends that. */
export function onResize(callback: () => void): () => void {
  process.stdout.on('resize', callback);
  return () => process.stdout.off('resize', callback);
}
