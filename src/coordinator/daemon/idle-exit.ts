/** Leaves after a while in which there was no job and no client. */
export class IdleExit {
  readonly #afterMs: number;
  readonly #isBusy: () => boolean;
  readonly #leave: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(afterMs: number, isBusy: () => boolean, leave: () => void) {
    this.#afterMs = afterMs;
    this.#isBusy = isBusy;
    this.#leave = leave;
  }

  /** Something ended: if nothing is left to do, the time starts anew. */
  look(): void {
    clearTimeout(this.#timer);
    if (this.#isBusy()) return;
    this.#timer = setTimeout(() => {
      if (!this.#isBusy()) this.#leave();
    }, this.#afterMs);
  }
}
