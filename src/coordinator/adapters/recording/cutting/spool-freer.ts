/**
 * Frees what is not wanted any more of a job's spool, while the job goes on writing to it. Only what was recorded, or is said
 * in the journal to be cut out, so that a kill at any moment loses nothing; freeing the same again changes nothing.
 */
import type {Punched, PunchHole} from '../../../../platform/index.ts';
import {STREAMS} from '../order/deal-lines.ts';
import type {Sizes} from '../order/spool-order.ts';
import type {SpoolFiles} from '../spool-files.ts';
import type {SpoolStream} from '../transcoding/spool-transcoder.ts';
import {type ByteRange, bytesIn, withoutRanges, withRange} from './byte-ranges.ts';

/** So much is freed at once: where a program is run for it that takes some time. */
const BATCH_BYTES = 4 * 1024 * 1024;
/** From a failure until it is tried again, in milliseconds. */
const PAUSE_MS = 5000;
/** After so many in a row it is given up. */
const MOST_FAILURES = 5;

export interface SpoolFreerOptions {
  readonly spools: SpoolFiles;
  readonly punch: PunchHole;
  /** How far both spools are recorded. */
  readonly recorded: () => Sizes;
  readonly now: () => number;
  /** It cannot be done here, and will not be. */
  readonly onImpossible: (reason: string) => void;
}

type Ranges = Record<SpoolStream, readonly ByteRange[]>;

export class SpoolFreer {
  readonly #options: SpoolFreerOptions;
  #unwanted: Ranges = {stdout: [], stderr: []};
  #freed: Ranges = {stdout: [], stderr: []};
  #isAtWork = false;
  #isOver = false;
  #notBefore = Number.NEGATIVE_INFINITY;
  #failures = 0;
  #least = BATCH_BYTES;

  constructor(options: SpoolFreerOptions) {
    this.#options = options;
  }

  get isPossible(): boolean {
    return !this.#isOver;
  }

  /** Bytes of both spools that are recorded and stay. */
  get kept(): number {
    const recorded = this.#options.recorded();
    return STREAMS.reduce((sum, stream) => sum + recorded[stream] - bytesIn(this.#freed[stream]), 0);
  }

  /** The same without those that are not wanted. */
  get wanted(): number {
    const recorded = this.#options.recorded();
    return STREAMS.reduce((sum, stream) => sum + recorded[stream] - bytesIn(this.#unwanted[stream]), 0);
  }

  /** These bytes are not wanted; `isAgain`: they may have been freed before. */
  free(stream: SpoolStream, range: ByteRange, isAgain = false): void {
    this.#unwanted[stream] = withRange(this.#unwanted[stream], range);
    if (isAgain) this.#least = 1;
    this.#work();
  }

  /** A spool was cut by somebody else: what was said of the old one says nothing of the new one. */
  forget(stream: SpoolStream): void {
    this.#unwanted[stream] = [];
    this.#freed[stream] = [];
  }

  close(): void {
    this.#isOver = true;
  }

  #work(): void {
    if (this.#isAtWork || this.#isOver || this.#options.now() < this.#notBefore) return;
    for (const stream of STREAMS) {
      const left = this.#left(stream);
      const [range] = left;
      if (range === undefined || bytesIn(left) < this.#least) continue;
      this.#isAtWork = true;
      void this.#punch(stream, range);
      return;
    }
    this.#least = BATCH_BYTES;
  }

  #left(stream: SpoolStream): ByteRange[] {
    const {recorded, spools} = this.#options;
    const end = recorded()[stream];
    if (spools.sizeOf(stream) < end) return []; // somebody cut it: the recorder will notice
    return withoutRanges(this.#unwanted[stream], this.#freed[stream], end);
  }

  async #punch(stream: SpoolStream, range: ByteRange): Promise<void> {
    const {spools, punch, now} = this.#options;
    const before = this.#freed[stream];
    const fd = spools.descriptorOf(stream);
    const punched: Punched = fd === undefined ? {how: 'done'} : await punch(fd, range.from, range.to);
    this.#isAtWork = false;
    if (this.#isOver) return;
    this.#failures = punched.how === 'failed' ? this.#failures + 1 : 0;
    if (punched.how === 'impossible' || (punched.how === 'failed' && this.#failures === MOST_FAILURES)) {
      this.#isOver = true;
      this.#options.onImpossible(punched.reason);
      return;
    }
    if (punched.how === 'failed') this.#notBefore = now() + PAUSE_MS;
    else if (this.#freed[stream] === before) this.#freed[stream] = withRange(before, range);
    this.#work();
  }
}
