/**
 * Finds what was freed of a job's spool where nothing is left that says so: its journal is gone, and so is the copy of the status
 * records. NULs that a job wrote are not taken for it, but for those beside a hole, within a block of which a part is freed.
 */
import {lineStart} from '../../../../base/index.ts';
import type {FileHolder, Hole} from '../../../../platform/index.ts';
import {STREAMS} from '../order/deal-lines.ts';
import {KEYS} from '../order/output-batch.ts';
import type {SpoolOffsets} from '../recording-place.ts';
import type {SpoolFiles} from '../spool-files.ts';
import {CUT_LOOKAHEAD_BYTES} from '../transcoding/spool-lines.ts';
import type {SpoolStream} from '../transcoding/spool-transcoder.ts';
import {recordStart} from './record-start.ts';

export interface LeftHolesOptions {
  readonly spools: SpoolFiles;
  readonly holder: FileHolder;
  /** It is known now. */
  readonly onAnswer: () => void;
}

export class LeftHoles {
  readonly #options: LeftHolesOptions;
  readonly #holes = new Map<SpoolStream, Hole>();
  #asked = 0;
  #isOver = false;

  constructor(options: LeftHolesOptions) {
    this.#options = options;
  }

  /** Until it is known what is there nothing may be read. */
  get isAsking(): boolean {
    return this.#asked > 0;
  }

  /** Looks for what is freed behind a place. */
  look(place: SpoolOffsets): void {
    for (const stream of STREAMS) void this.#find(stream, place[KEYS[stream]]);
  }

  /** Nothing behind it may be read. */
  limitOf(stream: SpoolStream): number {
    return this.#holes.get(stream)?.from ?? Number.POSITIVE_INFINITY;
  }

  /** Where the output goes on, when what comes next is freed. It is told once. */
  behind(place: SpoolOffsets): SpoolOffsets | undefined {
    for (const stream of STREAMS) {
      const key = KEYS[stream];
      const hole = this.#holes.get(stream);
      if (hole === undefined || place[key] < this.#lastRecordBefore(stream, hole.from)) continue;
      const to = Math.max(place[key], recordStart(this.#options.spools, stream, hole.to));
      this.#holes.delete(stream);
      void this.#find(stream, to);
      return {...place, [key]: to};
    }
    return undefined;
  }

  /** Somebody cut a spool: what was freed of the old one is none of the new one. */
  forget(stream: SpoolStream): void {
    this.#holes.delete(stream);
  }

  close(): void {
    this.#isOver = true;
  }

  async #find(stream: SpoolStream, from: number): Promise<void> {
    const {spools, holder, onAnswer} = this.#options;
    const fd = spools.descriptorOf(stream);
    if (fd === undefined || !spools.isSparse(stream)) return;
    this.#asked += 1;
    const hole = await holder.find(fd, from);
    this.#asked -= 1;
    if (this.#isOver) return;
    if (hole !== undefined) this.#holes.set(stream, this.#withNuls(stream, hole, from));
    onAnswer();
  }

  /** What is freed begins and ends within blocks, of which NULs are left. */
  #withNuls(stream: SpoolStream, {from, to}: Hole, least: number): Hole {
    const start = Math.max(least, from - BLOCK_BYTES);
    const before = this.#bytes(stream, start, from - start);
    const after = this.#bytes(stream, to, BLOCK_BYTES);
    const last = before.findLastIndex(byte => byte !== 0);
    const first = after.findIndex(byte => byte !== 0);
    return {from: start + last + 1, to: to + (first < 0 ? after.length : first)};
  }

  /** Behind the last line that ends before an offset: the rest is the beginning of one. */
  #lastRecordBefore(stream: SpoolStream, offset: number): number {
    const start = Math.max(0, offset - CUT_LOOKAHEAD_BYTES);
    return start + lineStart(this.#bytes(stream, start, offset - start));
  }

  #bytes(stream: SpoolStream, offset: number, length: number): Buffer {
    const buffer = Buffer.allocUnsafe(length);
    return buffer.subarray(0, this.#options.spools.read(stream, buffer, offset, length));
  }
}

/** The largest block that a common file system has. */
const BLOCK_BYTES = 64 * 1024;
