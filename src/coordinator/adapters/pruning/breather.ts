import {setImmediate as nextTurn} from 'node:timers/promises';

const SLICE_MS = 5;

/** For work that comes in many small pieces: lets others have their turn whenever it has taken some milliseconds. */
export class Breather {
  #since = performance.now();

  async breathe(): Promise<void> {
    if (performance.now() - this.#since < SLICE_MS) return;
    await nextTurn();
    this.#since = performance.now();
  }
}
