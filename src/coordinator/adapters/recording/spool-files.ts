/**
 * A job's spool, read. A file that was opened is read on when somebody removes it; one that is shorter than what was read
 * of it already was cut, and what stands there now was written since.
 */
import {closeSync, constants, existsSync, fstatSync, readSync} from 'node:fs';
import {join} from 'node:path';

import {codeOf} from '../../../base/index.ts';
import {openPrivate} from '../../../platform/index.ts';
import {JOB_FILES} from '../directory/job-paths.ts';
import type {SpoolStream} from './transcoding/spool-transcoder.ts';

export class SpoolFiles {
  readonly #directory: string;
  readonly #open = new Map<SpoolStream, number>();
  readonly #toldGone = new Set<SpoolStream>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Reads at most `length` bytes into the buffer; tells how many there were. */
  read(stream: SpoolStream, buffer: Buffer, offset: number, length: number): number {
    const fd = this.#file(stream);
    return fd === undefined ? 0 : readSync(fd, buffer, 0, length, offset);
  }

  sizeOf(stream: SpoolStream): number {
    const fd = this.#file(stream);
    return fd === undefined ? 0 : fstatSync(fd).size;
  }

  /** Less of it is on the disk than it is long. */
  isSparse(stream: SpoolStream): boolean {
    const fd = this.#file(stream);
    if (fd === undefined) return false;
    const {blocks, size} = fstatSync(fd);
    return blocks * BLOCK_BYTES < size;
  }

  /** Undefined where there is no such file. */
  descriptorOf(stream: SpoolStream): number | undefined {
    return this.#file(stream);
  }

  /** Whether bytes are gone that nobody may have read, `offset` being how far it was read. Of a file that is not there it is told once. */
  isCut(stream: SpoolStream, offset: number): boolean {
    const fd = this.#file(stream);
    if (fd !== undefined) return fstatSync(fd).size < offset;
    if (this.#toldGone.has(stream) || !(offset > 0 || this.#wasStarted)) return false;
    this.#toldGone.add(stream);
    return true;
  }

  close(): void {
    for (const fd of this.#open.values()) closeSync(fd);
    this.#open.clear();
  }

  /** The spool is made before the pid file, and removed before it. */
  get #wasStarted(): boolean {
    return existsSync(join(this.#directory, JOB_FILES.pid));
  }

  #file(stream: SpoolStream): number | undefined {
    const open = this.#open.get(stream);
    if (open !== undefined) return open;
    try {
      const fd = openPrivate(join(this.#directory, SPOOL_OF[stream]), constants.O_RDONLY);
      this.#open.set(stream, fd);
      return fd;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined; // never started, or removed by somebody
      throw error;
    }
  }
}

/** What stat(2) counts in. */
const BLOCK_BYTES = 512;
const SPOOL_OF = {stdout: JOB_FILES.out, stderr: JOB_FILES.err} as const;
