/** Events lost in a row, of which nothing tells yet. */
export interface Loss {
  readonly sessionId: string;
  readonly dropped: number;
  /** When the first of them came, Unix milliseconds. */
  readonly since: number;
  readonly reason: string;
}

/** What is lost and not told of yet, one loss for each gap that has to tell of it. */
export class Losses {
  readonly #losses = new Map<string, Loss>();

  get isEmpty(): boolean {
    return this.#losses.size === 0;
  }

  /** Those of one `place`, a session unless it is said, are told of together. */
  add(loss: Loss, place = loss.sessionId): void {
    const earlier = this.#losses.get(place);
    this.#losses.set(place, earlier === undefined ? loss : together(earlier, loss));
  }

  /** What could not be told: it was lost before all that was lost since. */
  putBack(loss: Loss, place = loss.sessionId): void {
    const later = this.#losses.get(place);
    this.#losses.set(place, later === undefined ? loss : together(loss, later));
  }

  /** All of them, to tell of them: what is lost from now on is another loss. */
  take(): Loss[] {
    const losses = [...this.#losses.values()];
    this.#losses.clear();
    return losses;
  }
}

function together(earlier: Loss, later: Loss): Loss {
  return {...earlier, dropped: earlier.dropped + later.dropped, reason: later.reason};
}
