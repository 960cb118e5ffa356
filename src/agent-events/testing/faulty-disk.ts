/** A disk that takes so many bytes, or cannot keep them, under a journal in a real file. */
import {fdatasyncSync, ftruncateSync, writeSync} from 'node:fs';

import type {openJournal} from '../../journal/index.ts';

export type WriteCalls = NonNullable<Parameters<typeof openJournal>[1]>;

export class FaultyDisk implements WriteCalls {
  /** Bytes until it is full. */
  room = Number.POSITIVE_INFINITY;
  /** What it says to a sync. */
  syncError: Error | undefined;
  /** Whether it can cut off what it took only a part of. */
  truncates = true;
  syncs = 0;
  directorySyncs = 0;

  write(fd: number, bytes: Uint8Array, offset: number, length: number): number {
    if (this.room === 0) throw Object.assign(new Error('ENOSPC: no space left'), {code: 'ENOSPC'});
    const taken = Math.min(length, this.room);
    this.room -= taken;
    return writeSync(fd, bytes, offset, taken);
  }

  truncate(fd: number, size: number): void {
    if (!this.truncates) throw Object.assign(new Error('EIO: i/o error'), {code: 'EIO'});
    ftruncateSync(fd, size);
  }

  sync(fd: number): void {
    this.syncs += 1;
    if (this.syncError !== undefined) throw this.syncError;
    fdatasyncSync(fd);
  }

  syncDirectory(): void {
    this.directorySyncs += 1;
  }
}
