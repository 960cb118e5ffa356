/** The changes of both streams that the system told and that are not dealt out, as runs; and a mark among them. */
import type {SpoolStream} from '../transcoding/spool-transcoder.ts';
import type {Deal, Run} from './deal-lines.ts';

/** A job that changes between its streams more often than this before anybody looks has an order that is not known. */
export const MOST_RUNS = 32_768;

type Counted = {-readonly [Key in keyof Run]: Run[Key]};

export class StreamChanges {
  #runs: Counted[] = [];
  /** The run that was dealt out last, with which the next one may go on. */
  #last: Deal['last'];
  /** How many of the runs lie before the mark. */
  #marked: number | undefined;

  /** False when there are too many. */
  add(stream: SpoolStream): boolean {
    const run = this.#runs.at(-1);
    if (run?.stream === stream && this.#runs.length !== this.#marked) {
      run.writes += 1;
      return true;
    }
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
  dealt(count: number, last: Deal['last']): void {
    this.#runs = this.#runs.slice(count);
    this.#marked = undefined;
    this.#last = last ?? this.#last;
    const [first] = this.#runs;
    if (first !== undefined) first.continues = this.#last?.stream === first.stream && this.#last.hasLine;
  }

  /** Nothing more belongs to any of them. */
  clear(last?: Deal['last']): void {
    this.dealt(this.#runs.length, last);
  }
}
