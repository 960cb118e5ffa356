/** What a process has open. Linux only. */
import {readdirSync, readlinkSync, statSync} from 'node:fs';

/** The files that a process has open, by path; none of one that is gone or may not be looked at. */
export function heldPaths(pid: number): string[] {
  return descriptorsOf(pid).flatMap(descriptor => {
    try {
      return [readlinkSync(descriptor)];
    } catch {
      return []; // just closed
    }
  });
}

/** Whether a process has this very file open, by whatever path. Undefined on systems that do not tell. */
export function holdsFile(pid: number, path: string): boolean | undefined {
  if (process.platform !== 'linux') return undefined;
  const file = statSync(path, {throwIfNoEntry: false});
  if (file === undefined) return false;
  return descriptorsOf(pid).some(descriptor => {
    try {
      const held = statSync(descriptor);
      return held.ino === file.ino && held.dev === file.dev;
    } catch {
      return false; // just closed
    }
  });
}

function descriptorsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map(fd => `/proc/${pid}/fd/${fd}`);
  } catch {
    return []; // gone, somebody else's, or not Linux
  }
}
