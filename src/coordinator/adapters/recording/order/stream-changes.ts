/** The changes of both streams that the system told and that are not dealt out, as runs; and a mark among them. */
import type {SpoolStream} from '../transcoding/spool-transcoder.ts';
import type {LastRun, Run} from './deal-lines.ts';

/** A job that changes between its streams more often than this before anybody looks has an order that is not known. */
export const MOST_RUNS = 32_768;

type Counted = {-readonly [Key in keyof Run]: Run[Key]};

export class StreamChanges {
  #runs: Counted[] = [];
  /** The run that was dealt out last, with which the next one may go on. */
  #last: LastRun | undefined;
  /** So many runs at the end of what was dealt out were not told yet. Their streams alternate. */
  #untold = 0;
  /** How many of the runs lie before the mark. */
  #marked: number | undefined;

  /** False when there are too many. */
  add(stream: SpoolStream): boolean {
    const run = this.#runs.at(-1);
    if (run?.stream === stream && this.#runs.length !== this.#marked) {
      run.writes += 1;
      return true;
    }
    if (run === undefined && this.#isOfEarlier(stream)) return true;
    const continues = run === undefined && this.#last?.stream === stream && this.#last.hasLine;
    this.#runs.push({stream, writes: 1, continues});
    return this.#runs.length <= MOST_RUNS;
  }

  mark(): void {
    this.#marked = this.#runs.length;
  }

  get isMarked(): boolean {
    return this.#marked !== undefined;
  }

  /** Whether both streams are among them. */
  get isMixed(): boolean {
    return this.#runs.length > 1;
  }

  get all(): readonly Run[] {
    return this.#runs;
  }

  get beforeMark(): readonly Run[] {
    return this.#runs.slice(0, this.#marked ?? 0);
  }

  /** The stream of the first change behind the mark. */
  get nextStream(): SpoolStream | undefined {
    return this.#marked === undefined ? undefined : this.#runs[this.#marked]?.stream;
  }

  /** These were dealt out, all or those before the mark. */
  dealt(count: number, last: LastRun | undefined): void {
    const before = count > 0 ? undefined : this.#last?.stream;
    this.#runs = this.#runs.slice(count);
    this.#marked = undefined;
    if (count > 0 || this.#runs.length > 0) this.#untold = 0;
    if (last?.isTold === false && last.stream !== before && this.#runs.length === 0) this.#untold += 1;
    this.#last = last ?? this.#last;
    const [first] = this.#runs;
    if (first !== undefined) first.continues = this.#last?.stream === first.stream && this.#last.hasLine;
  }

  /** There is nothing that would belong to them. */
  drop(): void {
    this.dealt(this.#runs.length, undefined);
  }

  /** What is told from now on has nothing to do with what was told. */
  clear(): void {
    this.drop();
    this.#untold = 0;
    this.#last = undefined;
  }

  /** All that there was to be dealt out was of one stream. */
  dealtTo(stream: SpoolStream, hasLine: boolean): void {
    this.dealt(this.#runs.length, {stream, hasLine, isTold: this.#runs.some(run => run.stream === stream)});
  }

  /** Whether a change is one of a run that was dealt out before it was told; such runs are told in their order. */
  #isOfEarlier(stream: SpoolStream): boolean {
    if (this.#untold === 0) return false;
    const isLast = stream === this.#last?.stream;
    const isNext = isLast === (this.#untold % 2 === 1);
    if (isNext) this.#untold -= 1;
    return this.#untold > 0 || !isNext;
  }
}
