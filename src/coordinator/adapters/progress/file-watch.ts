/** Tells when a file changes. inotify where there is; a slow look where it cannot be watched. */
import {watch} from 'node:fs';

export interface FileWatch {
  close(): void;
}

const LOOK_MS = 500;

/** `onChange` is called at least once after each change, and now and then without any. */
export function watchFile(path: string, onChange: () => void): FileWatch {
  try {
    const watcher = watch(path, onChange);
    watcher.on('error', onChange);
    return watcher;
  } catch {
    return lookRegularly(onChange); // no watches left, or no such file (any more)
  }
}

/** For what cannot be watched. */
export function lookRegularly(onChange: () => void): FileWatch {
  const look = setInterval(onChange, LOOK_MS);
  return {close: () => clearInterval(look)};
}
