/** A log that is followed, and between its records what is pending. */
import {type FileWatch, timer} from '../../../platform/index.ts';
import {PendingOutput, type PendingText, type SpoolPlace} from './pending-output.ts';
import {watchSpool} from './spool-watch.ts';

/** From a change until it is looked at: most lines are whole by then, and nobody looks more often. */
const REST_MS = 250;

export interface PendingOptions<T> {
  /** Of the job. */
  readonly directory: string;
  /** How far the spools are in the records before these; undefined where that is not known. */
  readonly start: SpoolPlace | undefined;
  /** And behind each of what `records` gives. */
  readonly placeBehind: (records: T) => SpoolPlace | undefined;
}

export type WithPending<T> =
  | {readonly kind: 'records'; readonly records: T}
  | {readonly kind: 'pending'; readonly texts: readonly PendingText[]};

/**
 * Yields all that `records` does, and before each record what was pending of it for a while. Nothing is looked at unless
 * the job writes. The next records are asked for when the ones before were taken.
 */
export async function* withPending<T>(
  records: AsyncGenerator<T, void, undefined>,
  {directory, start, placeBehind}: PendingOptions<T>,
): AsyncGenerator<WithPending<T>, void, undefined> {
  const pending = new PendingOutput(directory);
  const looks = new Looks(directory);
  const moveTo = (place: SpoolPlace | undefined) => {
    pending.moveTo(place);
    if (place !== undefined) looks.begin();
  };
  try {
    moveTo(start);
    for (let next = records.next(); ; ) {
      const given = await Promise.race([next, looks.due()]);
      if (given === LOOK) {
        looks.taken();
        const texts = pending.take();
        if (texts.length > 0) yield {kind: 'pending', texts};
        continue;
      }
      if (given.done === true) return;
      yield {kind: 'records', records: given.value};
      moveTo(placeBehind(given.value));
      next = records.next();
    }
  } finally {
    looks.end();
    void records.return().catch(() => undefined); // what it waits for ends by a signal; whoever failed has told it
  }
}

const LOOK = Symbol('look');

/** When to look: a while after a change. */
class Looks {
  readonly #directory: string;
  #watch: FileWatch | undefined;
  #stop: (() => void) | undefined;
  #due = new Signal();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Watches a job that has begun to run, and looks at what is there. */
  begin(): void {
    this.#watch ??= watchSpool(this.#directory, () => this.#ask());
    this.#ask();
  }

  /** Resolves when it is time, again and again until it is `taken`. */
  due(): Promise<typeof LOOK> {
    return this.#due.fired;
  }

  taken(): void {
    this.#due = new Signal();
  }

  end(): void {
    this.#watch?.close();
    this.#stop?.();
  }

  #ask(): void {
    this.#stop ??= timer(REST_MS, () => {
      this.#stop = undefined;
      this.#due.fire();
    });
  }
}

class Signal {
  fire: () => void = () => undefined;
  readonly fired = new Promise<typeof LOOK>(resolve => {
    this.fire = () => resolve(LOOK);
  });
}
