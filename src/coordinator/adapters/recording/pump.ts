/**
 * Shares one thread among all recorders: each in turn, a slice at a time, with the event loop's other work in between.
 * A recorder whose disk is full is left alone for a while and then tried again; its job goes on meanwhile.
 */
export interface Pumped {
  /** Does a small piece of work; tells whether there is more. Throws when its journal cannot be written. */
  step(): boolean;
}

export interface PumpOptions {
  readonly now: () => number;
  readonly timer: (ms: number, callback: () => void) => () => void;
  /** Hears when writing fails (once until it works again) and when it works again (undefined). */
  readonly onTrouble: (error: unknown) => void;
}

const SLICE_MS = 6;
const RETRY_MS = 1000;

export class Pump {
  readonly #options: PumpOptions;
  readonly #ready = new Set<Pumped>();
  readonly #blocked = new Set<Pumped>();
  readonly #later = new Set<Pumped>();
  #scheduled = false;
  #turn = 0;

  constructor(options: PumpOptions) {
    this.#options = options;
  }

  /** Counts the turns of the event loop in which it works: between two of them all is heard that there is to hear. */
  get turn(): number {
    return this.#turn;
  }

  /** There is something to do for this one. */
  wake(pumped: Pumped): void {
    if (this.#blocked.has(pumped)) return;
    this.#ready.add(pumped);
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.#run());
  }

  /** There will be something to do for this one in the next turn. Asked for by itself while it is at work. */
  wakeNextTurn(pumped: Pumped): void {
    this.#later.add(pumped);
  }

  forget(pumped: Pumped): void {
    this.#ready.delete(pumped);
    this.#later.delete(pumped);
    this.#unblock(pumped);
  }

  #run(): void {
    this.#turn += 1;
    const started = this.#options.now();
    const isOver = () => {
      const elapsed = this.#options.now() - started;
      return elapsed >= SLICE_MS || elapsed < 0; // below zero: the clock was put back
    };
    while (this.#ready.size > 0 && !isOver()) {
      for (const pumped of [...this.#ready]) {
        const more = this.#step(pumped);
        if (this.#ready.delete(pumped) && more) this.#ready.add(pumped); // behind those that still wait in this slice
        if (isOver()) break;
      }
    }
    for (const pumped of this.#later) this.#ready.add(pumped);
    this.#later.clear();
    this.#scheduled = this.#ready.size > 0;
    if (this.#scheduled) setImmediate(() => this.#run());
  }

  #step(pumped: Pumped): boolean {
    try {
      const more = pumped.step();
      this.#unblock(pumped);
      return more;
    } catch (error) {
      this.#block(pumped, error);
      return false;
    }
  }

  #block(pumped: Pumped, error: unknown): void {
    if (this.#blocked.size === 0) this.#options.onTrouble(error);
    this.#blocked.add(pumped);
    this.#options.timer(RETRY_MS, () => {
      if (!this.#blocked.has(pumped)) return;
      this.#ready.add(pumped);
      if (this.#scheduled) return;
      this.#scheduled = true;
      setImmediate(() => this.#run());
    });
  }

  #unblock(pumped: Pumped): void {
    if (this.#blocked.delete(pumped) && this.#blocked.size === 0) this.#options.onTrouble(undefined);
  }
}
