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

  /** Something ended, so the time starts anew. Cheap enough to be told after every answer. */
  startAnew(): void {
    this.#timer ??= setTimeout(() => this.#look(), this.#afterMs);
    this.#timer.refresh();
  }

  /** What there is to do now says so when it ends. */
  #look(): void {
    if (!this.#isBusy()) this.#leave();
  }
}
