/** Frames between a socket that brings them and a consumer that takes them. Bounded: when it is full the socket is not read. */
export class FrameQueue<T> {
  readonly #most: number;
  readonly #source: Pausable;
  #frames: T[] = [];
  #ending: {readonly error?: unknown} | undefined;
  #wake: (() => void) | undefined;
  #paused = false;

  constructor(most: number, source: Pausable) {
    this.#most = most;
    this.#source = source;
  }

  push(frame: T): void {
    this.#frames.push(frame);
    if (this.#frames.length >= this.#most && !this.#paused) {
      this.#paused = true;
      this.#source.pause();
    }
    this.#wake?.();
  }

  end(): void {
    this.#ending ??= {};
    this.#wake?.();
  }

  fail(error: unknown): void {
    this.#ending ??= {error};
    this.#wake?.();
  }

  /** All that waits, or what comes next; empty at the end. Rejects at a failure, after everything before it was taken. */
  async take(): Promise<readonly T[]> {
    while (this.#frames.length === 0) {
      if (this.#ending !== undefined) {
        if ('error' in this.#ending) throw this.#ending.error;
        return [];
      }
      await new Promise<void>(resolve => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    const frames = this.#frames;
    this.#frames = [];
    this.release();
    return frames;
  }

  /** Lets the socket go on. */
  release(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#source.resume();
  }
}

/** Goes on only when all who paused it let it. */
export class SharedPause implements Pausable {
  readonly #source: Pausable;
  #pauses = 0;

  constructor(source: Pausable) {
    this.#source = source;
  }

  pause(): void {
    this.#pauses += 1;
    if (this.#pauses === 1) this.#source.pause();
  }

  resume(): void {
    this.#pauses -= 1;
    if (this.#pauses === 0) this.#source.resume();
  }
}

export interface Pausable {
  pause(): unknown;
  resume(): unknown;
}
