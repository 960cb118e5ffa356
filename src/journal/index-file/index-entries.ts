/**
 * The sparse index of one segment, as its writer sees it. Nothing here throws on a failed write: the index is a hint,
 * and one that cannot be written simply ends.
 */
import {closeSync, constants, fstatSync, ftruncateSync, writeSync} from 'node:fs';

import {hasCode} from '../../base/index.ts';
import {openPrivate} from '../../platform/index.ts';
import type {NumberKey} from '../record-number.ts';
import {checkedIndex, identityOf, indexPath} from './index-file.ts';
import {
  encodeEntry,
  encodeHead,
  INDEX_ENTRY_BYTES,
  INDEX_HEAD_BYTES,
  INDEX_INTERVAL_BYTES,
  type IndexEntry,
} from './sparse-index.ts';

export class EntryFile {
  readonly #path: string;
  readonly #key: NumberKey;
  #fd: number | undefined;
  /** Bytes of the head and the good entries; 0 before there is a head. */
  #bytes = 0;
  #identity: Buffer | undefined;
  #hasEnded = false;

  constructor(segmentFile: string, key: NumberKey) {
    this.#path = indexPath(segmentFile);
    this.#key = key;
  }

  /** Opens what is there, cuts off what is not true of the segment and gives the last entry that is. */
  takeUp(segmentFd: number): IndexEntry | undefined {
    try {
      this.#fd = openPrivate(this.#path, constants.O_RDWR);
      const index = checkedIndex(this.#fd, segmentFd, this.#key);
      const most = Math.floor(fstatSync(segmentFd).size / INDEX_INTERVAL_BYTES) + 1;
      let at = Math.min(index.count, most) - 1;
      let last = at < 0 ? undefined : index.entryAt(at);
      while (last === undefined && at > 0) {
        at -= 1;
        last = index.entryAt(at);
      }
      this.#bytes = last === undefined ? 0 : INDEX_HEAD_BYTES + (at + 1) * INDEX_ENTRY_BYTES;
      ftruncateSync(this.#fd, this.#bytes);
      return last;
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) this.#end();
      return undefined;
    }
  }

  /** Adds an entry of the open segment; `line` is what stands at its offset. */
  add(entry: IndexEntry, line: Buffer, segmentFd: number): void {
    if (this.#hasEnded) return;
    try {
      this.#fd ??= openPrivate(this.#path, constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC);
      this.#identity ??= identityOf(segmentFd, this.#key);
      if (this.#identity === undefined) return;
      const encoded = encodeEntry(entry, this.#identity, line);
      const bytes = this.#bytes === 0 ? Buffer.concat([encodeHead(this.#identity), encoded]) : encoded;
      if (writeSync(this.#fd, bytes, 0, bytes.length, this.#bytes) < bytes.length) this.#end();
      else this.#bytes += bytes.length;
    } catch {
      this.#end(); // a full disk, or a file that is not ours to write: what was written of it so far stays true
    }
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  #end(): void {
    this.#hasEnded = true;
    this.close();
  }
}
