/** Hearing that a file may have changed: the one place that asks the system to tell. */
import {type FSWatcher, watch} from 'node:fs';
import {basename, dirname} from 'node:path';

import {CHANGES_OF_PROCESS} from './ordered/change-count.ts';

export interface FileWatch {
  close(): void;
}

/** `onChange` is called at least once after each change of the file that is there now, and now and then without any. */
export function watchFile(path: string, onChange: () => void): FileWatch {
  return watchOrLook(path, undefined, onChange);
}

/** The same of whatever has that name, also of what has it later: its directory is watched. */
export function watchName(path: string, onChange: () => void): FileWatch {
  return watchOrLook(dirname(path), basename(path), onChange);
}

/** How often to look at what cannot be watched: the system is out of watches, or there is nothing (any more). */
const LOOK_MS = 500;

/** For what cannot be watched. */
export function lookRegularly(onChange: () => void): FileWatch {
  const look = setInterval(onChange, LOOK_MS);
  return {close: () => clearInterval(look)};
}

/** In a directory only changes to `name`, and its removal, count. Throws where `path` cannot be watched; then nothing is. */
export function openWatch(
  path: string,
  name: string | undefined,
  onChange: () => void,
  onLost: () => void,
): FileWatch {
  const heard = (file: string | null) => {
    // A directory reports under its own name that it was removed.
    if (name === undefined || file === null || file === name || file === basename(path)) onChange();
  };
  return openNamingWatch(path, heard, onLost);
}

/** The same with what changed: the name in a directory, or the last part of `path`; null where the system does not tell. */
export function openNamingWatch(
  path: string,
  onChange: (file: string | null, event: 'change' | 'rename') => void,
  onLost: () => void,
  count = CHANGES_OF_PROCESS,
): FileWatch {
  const watcher: FSWatcher = watch(path);
  watcher.on('change', (event, file) => {
    count.count();
    onChange(file as string | null, event as 'change' | 'rename');
  });
  watcher.on('error', () => {
    watcher.close();
    onLost();
  });
  return watcher;
}

function watchOrLook(path: string, name: string | undefined, onChange: () => void): FileWatch {
  let current: FileWatch;
  try {
    current = openWatch(path, name, onChange, () => {
      current = lookRegularly(onChange);
      onChange();
    });
  } catch {
    current = lookRegularly(onChange); // whatever the reason, a look later finds what there is
  }
  return {close: () => current.close()};
}
