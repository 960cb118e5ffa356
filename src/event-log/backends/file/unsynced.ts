/** What was written and is perhaps not on the disk yet: segments, and the directories in which they were made. */
import {dirname} from 'node:path';

import {hasCode} from '../../../base/index.ts';
import {syncDirectoryInBackground, syncFile, syncFileInBackground} from '../../../platform/index.ts';
import type {DiskCalls} from './disk-calls.ts';

export class Unsynced {
  readonly #disk: DiskCalls;
  #paths = new Set<string>();
  /** The segment of each directory whose name is on the disk. */
  readonly #named = new Map<string, string>();

  constructor(disk: DiskCalls) {
    this.#disk = disk;
  }

  written(segmentFile: string): void {
    this.#paths.add(segmentFile);
  }

  /** Returns when all of it is on the disk. What fails is tried again the next time. */
  sync(): void {
    for (const path of this.#paths) {
      this.#syncOne(path);
      this.#paths.delete(path);
    }
  }

  /** The same without keeping this program waiting. */
  async syncInBackground(): Promise<void> {
    const paths = this.#paths;
    this.#paths = new Set();
    try {
      for (const path of paths) {
        await syncFileInBackground(path).catch(unlessGone);
        await syncDirectoryInBackground(dirname(path)).catch(unlessGone);
      }
    } catch (error) {
      for (const path of paths) this.#paths.add(path);
      throw error;
    }
  }

  #syncOne(path: string): void {
    try {
      syncFile(path, fd => this.#disk.sync(fd));
    } catch (error) {
      unlessGone(error);
      return;
    }
    const directory = dirname(path);
    if (this.#named.get(directory) === path) return;
    this.#disk.syncDirectory(directory);
    this.#named.set(directory, path);
  }
}

function unlessGone(error: unknown): void {
  if (!hasCode(error, 'ENOENT')) throw error; // compacted away
}
