/** Tells when a job writes. inotify where there is; a slow look where the system has no watches left. */
import {type FSWatcher, watch} from 'node:fs';
import {join} from 'node:path';

import {codeOf} from '../../../base/index.ts';
import {JOB_FILES} from '../directory/job-paths.ts';
import type {SpoolStream} from './transcoding/spool-transcoder.ts';

export interface ChangeWatch {
  close(): void;
}

const LOOK_MS = 500;

export function watchSpool(directory: string, onChange: (stream: SpoolStream) => void): ChangeWatch {
  const watchers: FSWatcher[] = [];
  try {
    for (const [stream, name] of [
      ['stdout', JOB_FILES.out],
      ['stderr', JOB_FILES.err],
    ] as const) {
      const watcher = watch(join(directory, name), () => onChange(stream));
      watchers.push(watcher);
      watcher.on('error', () => onChange(stream));
    }
    return {close: () => closeAll(watchers)};
  } catch (error) {
    closeAll(watchers);
    if (codeOf(error) === 'ENOENT') return {close: () => undefined}; // never started: nothing can change
    const look = setInterval(() => onChange('stdout'), LOOK_MS);
    return {close: () => clearInterval(look)};
  }
}

function closeAll(watchers: readonly FSWatcher[]): void {
  for (const watcher of watchers) watcher.close();
}
