/** What was written and is perhaps not on the disk yet: segments, and the directories in which they were made. */
import {closeSync, openSync} from 'node:fs';
import {open} from 'node:fs/promises';
import {dirname} from 'node:path';

import {hasCode} from '../../../base/index.ts';
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
        await inBackground(path);
        await inBackground(dirname(path));
      }
    } catch (error) {
      for (const path of paths) this.#paths.add(path);
      throw error;
    }
  }

  #syncOne(path: string): void {
    let fd: number;
    try {
      fd = openSync(path, 'r');
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return; // compacted away
      throw error;
    }
    try {
      this.#disk.sync(fd);
    } finally {
      closeSync(fd);
    }
    const directory = dirname(path);
    if (this.#named.get(directory) === path) return;
    this.#disk.syncDirectory(directory);
    this.#named.set(directory, path);
  }
}

async function inBackground(path: string): Promise<void> {
  try {
    const file = await open(path, 'r');
    await file.sync().finally(() => file.close());
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error; // compacted away
  }
}
