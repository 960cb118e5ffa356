/**
 * What the coordinator consists of, as the composition root names it: parts are started in that order, each when those
 * before it stand, and stopped in the reverse order. A part is one file and one line in the list.
 */
import type {Timer} from '../ports/index.ts';

/** All of it is optional: a part that only has something to give back has a `stop` and nothing else. */
export interface Part {
  /** As it is named in the coordinator's log. */
  readonly name: string;
  /** Throws, or rejects, where the coordinator cannot be without it: then it does not start. */
  readonly start?: () => void | Promise<void>;
  /** Only called after its start. Whoever takes longer than five seconds is not waited for. */
  readonly stop?: () => void | Promise<void>;
  /** Whether it does something now that a coordinator may not leave; when that ends, `IdleExit.startAnew` is to hear of it. */
  readonly isBusy?: () => boolean;
  /**
   * When it will have something to do, in Unix milliseconds, that nobody does if there is no coordinator then: until it is
   * done the coordinator stays. It wakes itself.
   */
  readonly wakeAt?: () => number | undefined;
}

export interface PartsOptions {
  readonly timer: Timer;
  readonly report: (what: string, error: unknown) => void;
}

const STOP_MS = 5000;

export class Parts {
  readonly #parts: readonly Part[];
  readonly #options: PartsOptions;
  readonly #started: Part[] = [];
  #stopping: Promise<void> | undefined;

  constructor(parts: readonly Part[], options: PartsOptions) {
    this.#parts = parts;
    this.#options = options;
  }

  /** When one fails, those before it are stopped, and its error is thrown. Ends early where the parts are stopped meanwhile. */
  async start(): Promise<void> {
    for (const part of this.#parts) {
      if (this.#stopping !== undefined) return;
      try {
        await part.start?.();
      } catch (error) {
        await this.stop();
        throw error;
      }
      if (this.#stopping === undefined) this.#started.push(part);
      else await this.#stopOne(part);
    }
  }

  /** Never rejects: what goes wrong is reported, and the others are stopped all the same. Stopping twice is allowed. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  get isBusy(): boolean {
    return this.#parts.some(part => part.isBusy?.() === true);
  }

  /** The next moment at which a part has something to do, in Unix milliseconds. */
  get wakeAt(): number | undefined {
    const moments = this.#parts.map(part => part.wakeAt?.()).filter(moment => moment !== undefined);
    return moments.length === 0 ? undefined : Math.min(...moments);
  }

  async #stopAll(): Promise<void> {
    for (const part of this.#started.toReversed()) {
      const stopping = this.#stopOne(part);
      if (stopping !== undefined) await stopping;
    }
  }

  /** Undefined when it has stopped already: the end of a process by a signal may not have a turn for each part. */
  #stopOne(part: Part): Promise<void> | undefined {
    const failed = (error: unknown) => this.#options.report(`stopping ${part.name}`, error);
    try {
      const stopping = part.stop?.();
      return stopping === undefined ? undefined : this.#inTime(stopping).catch(failed);
    } catch (error) {
      failed(error);
      return undefined;
    }
  }

  #inTime(stopping: Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      const forget = this.#options.timer(STOP_MS, () => reject(new Error('it takes too long')));
      stopping.then(resolve, reject).finally(forget);
    });
  }
}
