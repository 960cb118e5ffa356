/**
 * In which order to record what a job wrote to its two streams.
 *
 * Sizes of the spools and changes that were told are two views of the same writes, the changes up to a turn of the event loop
 * behind. While one stream alone has something new there is nothing to decide. Where both have, lines are dealt out along the
 * changes (`deal-lines.ts`); where there may be more lines than changes, a mark is put into the queue of changes, so that
 * those before it and the sizes of that moment belong together. What was written while nobody listened, or while changes
 * may be missing, has no order: that lasts until nothing is written for a turn.
 */
import {type OrderedChanges, type OrderedWatch, timer} from '../../../../platform/index.ts';
import type {SpoolStream} from '../transcoding/spool-transcoder.ts';
import {type Deal, dealLines, isPlain, lacksOne, type Run, STREAMS, type Written} from './deal-lines.ts';
import {StreamChanges} from './stream-changes.ts';

/** How far both spools are looked at. */
export type Sizes = Readonly<Record<SpoolStream, number>>;

/** To be recorded next: a stream, up to an offset in its spool. */
export interface Take {
  readonly stream: SpoolStream;
  readonly upTo: number;
  /** Nobody knows what of the other stream came between. */
  readonly isUnordered: boolean;
}

export interface Look {
  readonly takes: readonly Take[];
  /** There may be more to take in the next turn of the event loop, without any change. */
  readonly again: boolean;
}

/** What is looked at. */
export interface SpoolView {
  sizeOf(stream: SpoolStream): number;
  /** Behind each whole line between two offsets that are no further apart than `half`. */
  lineEnds(stream: SpoolStream, from: number, upTo: number): readonly number[];
  hasLine(stream: SpoolStream, from: number, upTo: number): boolean;
  /** How many bytes of each stream can be looked at when both are. */
  readonly half: number;
}

export interface SpoolOrderOptions {
  readonly spools: SpoolView;
  /** Another number in each turn of the event loop. */
  readonly turn: () => number;
  /** Something may have changed. */
  readonly wake: () => void;
}

/** A write that was seen and not told is waited for so long: its writer may have to wait for the processor meanwhile. Milliseconds. */
const SETTLE_MS = 100;

const NOTHING: Look = {takes: [], again: false};
const WAIT: Look = {takes: [], again: true};

interface Mark {
  readonly turn: number;
  /** What was there before it was put and behind it: what was written meanwhile may lie on either side. */
  readonly before: Sizes;
  readonly after: Sizes;
  /** The begin of a line is wanted too. */
  readonly isFinal: boolean;
  /** When its turn is over there is nothing more to wait for. */
  readonly isLast: boolean;
  readonly waiting: {isOver: boolean; readonly stop: () => void} | undefined;
}

export class SpoolOrder implements OrderedChanges {
  readonly #options: SpoolOrderOptions;
  readonly #changes = new StreamChanges();
  #watch: OrderedWatch | undefined;
  /** Whether every change was told since everything was looked at. */
  #isKnown = false;
  /** Until the order is known: what there was at the last look, and when that was. */
  #unordered: {readonly sizes: Sizes; readonly turn: number} | undefined;
  #mark: Mark | undefined;
  /** Up to here there is nothing but the begin of a line behind what was taken. */
  #seen: Sizes = NONE;

  constructor(options: SpoolOrderOptions) {
    this.#options = options;
  }

  /** Listens from now on. `isNew`: nothing was written before. */
  listen(watch: (changes: OrderedChanges) => OrderedWatch, isNew: boolean): void {
    this.#watch = watch(this);
    this.#isKnown = isNew && this.#watch.isOrdered;
  }

  get isListening(): boolean {
    return this.#watch !== undefined;
  }

  /** Whether both streams have changed since the last look. */
  get isMixed(): boolean {
    return this.#changes.isMixed;
  }

  close(): void {
    this.#watch?.close();
    this.#mark?.waiting?.stop();
  }

  changed(name: string): void {
    const stream = STREAM_OF[name];
    if (stream === undefined) return;
    if (this.#isKnown && !this.#changes.add(stream)) this.lost();
    this.#options.wake();
  }

  marked(): void {
    if (this.#mark !== undefined && !this.#changes.isMarked) this.#changes.mark();
  }

  looked(): void {
    this.#isKnown = false;
    this.#options.wake();
  }

  /** Nobody knows the order of what there is. */
  lost(): void {
    this.#isKnown = false;
    this.#unordered = undefined;
    this.#endMark();
    this.#changes.clear();
    this.#options.wake();
  }

  /** The spools begin anew. */
  restart(): void {
    this.lost();
    this.#seen = NONE;
  }

  /**
   * What to take next of what is behind these offsets. With `upTo` all up to there is wanted, also the begin of a line;
   * nothing is waited for then but what was told already.
   */
  look(from: Sizes, upTo?: Sizes): Look {
    const {turn} = this.#options;
    if (this.#mark?.turn === turn()) return WAIT;
    const sizes = this.#sizes(upTo);
    const isNew = (stream: SpoolStream, size: number) =>
      size > (upTo === undefined ? Math.max(from[stream], this.#seen[stream]) : from[stream]);
    const news = STREAMS.filter(stream => isNew(stream, sizes[stream]));
    const [stream] = news;
    if (stream === undefined) return this.#nothing(sizes);
    if (!this.#isKnown) return this.#takeUnordered(news, sizes);
    // A line of stdout may have come since, before this one of stderr.
    const isAlone =
      news.length === 1 && (stream === 'stdout' || !isNew('stdout', this.#size('stdout', upTo)));
    return isAlone ? this.#takeAll(stream, from, sizes) : this.#deal(from, sizes, upTo);
  }

  #nothing(sizes: Sizes): Look {
    if (!this.#isKnown) return this.#isQuiet(sizes) ? NOTHING : WAIT;
    this.#endMark();
    this.#changes.drop();
    return NOTHING;
  }

  /** Whether nothing was written for a turn, so that what is told from now on was written from now on. */
  #isQuiet(sizes: Sizes): boolean {
    if (this.#watch?.isOrdered !== true) return true;
    const before = this.#unordered;
    const turn = this.#options.turn();
    this.#unordered = {sizes, turn};
    if (before === undefined || before.turn === turn || !isSame(before.sizes, sizes)) return false;
    this.#unordered = undefined;
    this.#isKnown = true;
    return true;
  }

  #takeUnordered(news: readonly SpoolStream[], sizes: Sizes): Look {
    this.#unordered = {sizes, turn: this.#options.turn()};
    this.#seen = sizes;
    const isUnordered = news.length > 1;
    return {takes: news.map(stream => ({stream, upTo: sizes[stream], isUnordered})), again: true};
  }

  /** Nothing of the other stream is there that could have come before. */
  #takeAll(stream: SpoolStream, from: Sizes, sizes: Sizes): Look {
    this.#endMark();
    this.#changes.dealtTo(stream, this.#options.spools.hasLine(stream, from[stream], sizes[stream]));
    this.#seen = {...this.#seen, [stream]: sizes[stream]};
    return {takes: [{stream, upTo: sizes[stream], isUnordered: false}], again: false};
  }

  #deal(from: Sizes, sizes: Sizes, upTo: Sizes | undefined): Look {
    if (this.#mark !== undefined) return this.#dealMarked(this.#mark, from, upTo !== undefined);
    const {all} = this.#changes;
    const {half} = this.#options.spools;
    const isSmall = STREAMS.every(stream => sizes[stream] - from[stream] <= half);
    if (upTo === undefined && isSmall) {
      const written = this.#written(all, from, sizes, NONE, false);
      const deal = isPlain(all, written) ? dealLines(all, written) : undefined;
      if (deal !== undefined && deal.dealt.length > 0)
        return this.#dealtOut(all.length, deal, written, sizes);
    }
    this.#putMark(sizes, upTo);
    return WAIT;
  }

  #putMark(before: Sizes, upTo: Sizes | undefined): void {
    const turn = this.#options.turn();
    const isFinal = upTo !== undefined;
    this.#mark = {turn, before, after: before, isFinal, isLast: isFinal, waiting: undefined};
    this.#watch?.mark();
    if (this.#isKnown) this.#mark = {...this.#mark, after: this.#sizes(upTo)};
  }

  /** Deals to the runs before the mark what was there when it was put. */
  #dealMarked(mark: Mark, from: Sizes, mayNotWait: boolean): Look {
    if (!this.#changes.isMarked) {
      this.lost(); // whatever kept it back may have kept back changes
      return WAIT;
    }
    const {beforeMark, nextStream} = this.#changes;
    const written = this.#written(beforeMark, from, mark.after, mark.before, mark.isFinal);
    if (nextStream === undefined && lacksOne(beforeMark, written)) {
      if (!mayNotWait && this.#waits(mark)) return NOTHING;
      if (mayNotWait && !mark.isLast) return this.#waitOnce(mark);
    }
    const deal = dealLines(beforeMark, written, nextStream);
    this.#endMark();
    return this.#dealtOut(beforeMark.length, deal, written, mark.after);
  }

  #dealtOut(
    runs: number,
    {dealt, lines, last}: Deal,
    written: Readonly<Record<SpoolStream, Written>>,
    sizes: Sizes,
  ): Look {
    this.#changes.dealt(runs, last);
    const seen = (stream: SpoolStream) => (lines[stream] === written[stream].ends.length ? sizes[stream] : 0);
    this.#seen = {stdout: seen('stdout'), stderr: seen('stderr')};
    return {takes: dealt.map(each => ({...each, isUnordered: false})), again: true};
  }

  /** Who wants all now wants what was written until now, and all of that is told in the next turn. */
  #waitOnce(mark: Mark): Look {
    this.#mark = {...mark, turn: this.#options.turn(), isLast: true};
    return WAIT;
  }

  /** Once for each mark, and never long. */
  #waits(mark: Mark): boolean {
    if (mark.waiting !== undefined) return !mark.waiting.isOver;
    const waiting = {isOver: false, stop: timer(SETTLE_MS, () => this.#waited())};
    this.#mark = {...mark, waiting};
    return true;
  }

  #waited(): void {
    if (this.#mark?.waiting !== undefined) this.#mark.waiting.isOver = true;
    this.#options.wake();
  }

  #endMark(): void {
    this.#mark?.waiting?.stop();
    this.#mark = undefined;
  }

  /** Of what is too much to be looked at every run gets as many bytes. */
  #written(
    runs: readonly Run[],
    from: Sizes,
    upTo: Sizes,
    sure: Sizes,
    isFinal: boolean,
  ): Readonly<Record<SpoolStream, Written>> {
    const {spools} = this.#options;
    const of = (stream: SpoolStream): Written => {
      const [start, end] = [from[stream], Math.max(from[stream], upTo[stream])];
      if (end - start > spools.half) {
        const parts = Math.max(1, runs.filter(run => run.stream === stream && !run.continues).length);
        const ends = Array.from(
          {length: parts},
          (_, at) => start + Math.ceil(((end - start) * (at + 1)) / parts),
        );
        return {ends, sure: parts, isOpen: false};
      }
      const ends = [...spools.lineEnds(stream, start, end)];
      const isOpen = (ends.at(-1) ?? start) < end;
      if (isOpen && isFinal) ends.push(end);
      const isSure = ends.filter(each => each <= sure[stream]).length;
      return {ends, sure: isSure, isOpen: isOpen && !isFinal};
    };
    return {stdout: of('stdout'), stderr: of('stderr')};
  }

  /** Stdout first: of what is then there of stderr nobody can say that it came later. */
  #sizes(upTo: Sizes | undefined): Sizes {
    return {stdout: this.#size('stdout', upTo), stderr: this.#size('stderr', upTo)};
  }

  #size(stream: SpoolStream, upTo: Sizes | undefined): number {
    return upTo === undefined ? this.#options.spools.sizeOf(stream) : upTo[stream];
  }
}

const NONE: Sizes = {stdout: 0, stderr: 0};
const STREAM_OF: Readonly<Record<string, SpoolStream | undefined>> = {out: 'stdout', err: 'stderr'};

function isSame(one: Sizes, other: Sizes): boolean {
  return one.stdout === other.stdout && one.stderr === other.stderr;
}
