/**
 * Keeps what is not recorded of a job's spool small while the job writes faster than it is recorded, however long the recorder
 * is kept from its work: a program frees it but for its end (`FileHolder`). What is to be recorded is taken from that program
 * first, and stays from then on.
 */
import type {FileHolder, Hold} from '../../../../platform/index.ts';
import {STREAMS} from '../order/deal-lines.ts';
import {KEYS} from '../order/output-batch.ts';
import type {SpoolOffsets} from '../recording-place.ts';
import type {SpoolFiles} from '../spool-files.ts';
import type {SpoolStream} from '../transcoding/spool-transcoder.ts';
import {removeHoldMark, takeHoldMark, writeHoldMark} from './hold-mark.ts';

/** Of both spools: what is there to be recorded, and up to where it may be gone. */
export interface HeldSpools {
  readonly sizes: SpoolOffsets;
  readonly freed: SpoolOffsets;
  /** So many bytes came since they were taken before. */
  readonly grown: number;
}

export interface SpoolHoldOptions {
  readonly directory: string;
  readonly spools: SpoolFiles;
  readonly place: () => SpoolOffsets;
  readonly holder: FileHolder;
  /** Something was answered. */
  readonly onAnswer: () => void;
}

export class SpoolHold {
  readonly #options: SpoolHoldOptions;
  readonly #holds = new Map<SpoolStream, Hold>();
  /** What of each stream stays, by the mark that is there. */
  #keep: number | undefined;
  #isAsking = false;
  #isOver = false;
  /** How often nobody knew how much was freed; undefined where nothing can be held. */
  #losses: number | undefined = 0;
  #answer: HeldSpools | undefined;
  #limits: SpoolOffsets | undefined;

  constructor(options: SpoolHoldOptions) {
    this.#options = options;
  }

  /** It is waited for an answer: until then nothing may be read. */
  get isAsking(): boolean {
    return this.#isAsking;
  }

  get isPossible(): boolean {
    return this.#losses !== undefined && this.#losses < MOST_LOSSES;
  }

  get isHeld(): boolean {
    return this.#holds.size > 0;
  }

  /** Nothing behind them may be read; undefined where all may be. */
  get limits(): SpoolOffsets | undefined {
    return this.#limits;
  }

  /** Another coordinator may have been killed while it held the spools. */
  takeOver(): void {
    this.#keep = takeHoldMark(this.#options.directory);
    if (this.#keep !== undefined) this.#answer = this.#atMost(this.#keep);
  }

  /** What was answered, until that is settled. */
  get answer(): HeldSpools | undefined {
    return this.#answer;
  }

  /** It is recorded what is gone. */
  settle(): void {
    this.#answer = undefined;
    if (this.isHeld || this.#keep === undefined) return;
    removeHoldMark(this.#options.directory);
    this.#keep = undefined;
  }

  /** Takes what there is now; what comes from now on is held, and `keep` bytes of each stream of that stay. */
  take(keep: number): void {
    this.#mark(keep);
    const least = this.#keep;
    if (least === undefined) return;
    void this.#ask(async () => {
      if (!this.isHeld) await this.#begin(least);
      if (!this.isHeld) this.#losses = undefined;
      return this.isHeld ? await this.#all(each => each.take(least)) : undefined;
    });
  }

  /** Takes all. */
  end(): void {
    void this.#ask(async () => {
      const answer = await this.#all(each => each.drop());
      this.#holds.clear();
      return answer;
    });
  }

  /** Somebody cut a spool: what is known of the old one says nothing of the new one. */
  spoolCut(): void {
    this.#answer = undefined;
    this.#limits = undefined;
    if (this.isHeld) this.end();
  }

  close(): void {
    this.#isOver = true;
    for (const each of this.#holds.values()) void each.drop();
    this.#holds.clear();
  }

  async #ask(ask: () => Promise<HeldSpools | undefined>): Promise<void> {
    this.#isAsking = true;
    const answer = await ask();
    this.#isAsking = false;
    if (this.#isOver) return;
    this.#answer = answer;
    this.#limits = this.isHeld ? answer?.sizes : undefined;
    this.#options.onAnswer();
  }

  /** Where that cannot be written nothing is held: the recorder goes on, and says itself that it cannot write. */
  #mark(keep: number): void {
    const least = Math.min(keep, this.#keep ?? keep);
    if (least === this.#keep) return;
    try {
      writeHoldMark(this.#options.directory, least);
      this.#keep = least;
    } catch {
      // what is there holds on
    }
  }

  async #begin(keep: number): Promise<void> {
    const {spools, holder} = this.#options;
    this.#limits = this.#sizes;
    for (const stream of STREAMS) {
      const fd = spools.descriptorOf(stream);
      const held = fd === undefined ? undefined : await holder.hold(fd, this.#limits[KEYS[stream]], keep);
      if (held !== undefined) this.#holds.set(stream, held === 'lost' ? LOST : held);
    }
  }

  async #all(ask: (hold: Hold) => ReturnType<Hold['take']>): Promise<HeldSpools> {
    const before = this.#limits ?? this.#sizes;
    const sizes = {...this.#sizes};
    const freed = {...this.#options.place()};
    for (const stream of STREAMS) {
      const key = KEYS[stream];
      const hold = this.#holds.get(stream);
      if (hold === undefined) continue;
      const held = await ask(hold);
      if (held === undefined) return await this.#lost();
      sizes[key] = held.size;
      if (held.freed > before[key]) freed[key] = held.freed;
    }
    return {sizes, freed, grown: sizes.out - before.out + sizes.err - before.err};
  }

  async #lost(): Promise<HeldSpools> {
    for (const each of this.#holds.values()) await each.drop();
    this.#holds.clear();
    if (this.#losses !== undefined) this.#losses += 1;
    return this.#atMost(this.#keep ?? 0);
  }

  /** All that can be gone, where nobody knows how much is. */
  #atMost(keep: number): HeldSpools {
    const sizes = this.#sizes;
    const {out, err} = this.#options.place();
    const freed = {out: Math.max(out, sizes.out - keep), err: Math.max(err, sizes.err - keep)};
    return {sizes, freed, grown: 0};
  }

  get #sizes(): SpoolOffsets {
    const {spools} = this.#options;
    return {out: spools.sizeOf('stdout'), err: spools.sizeOf('stderr')};
  }
}

const MOST_LOSSES = 3;
const LOST: Hold = {take: () => Promise.resolve(undefined), drop: () => Promise.resolve(undefined)};
