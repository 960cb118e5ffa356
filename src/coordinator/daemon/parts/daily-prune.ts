/**
 * Once a day a pass over all repositories. When the last one was stands in the state directory (`pruned.json`), so that
 * coordinators that come and go make one a day together: what is due is made a while after the start, when whoever needed the
 * coordinator was served, and keeps it until then; what is not due keeps nobody, because the next start makes it as well.
 */
import type {Timer} from '../../ports/index.ts';
import type {EventPass, Pass} from '../../usecases/index.ts';
import type {Part} from '../parts.ts';

/** What was done in one go. */
export interface DailyPass {
  /** One for each repository. */
  readonly passes: readonly Pass[];
  /** Over recorded sessions and topics. */
  readonly events: EventPass;
}

export interface DailyPruneOptions {
  /** False where who started the coordinator does not want it. */
  readonly isWanted: boolean;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly timer: Timer;
  /** When the last pass over all repositories was; undefined where none ever was. */
  readonly lastAt: () => number | undefined;
  readonly setLast: (at: number) => void;
  readonly prune: () => Promise<DailyPass>;
  /** Hears what a pass did, or why it could not be made or noted. */
  readonly onPass: (pass: DailyPass) => void;
  readonly onTrouble: (error: unknown) => void;
  /** Called when a pass is over: it kept the coordinator. */
  readonly onIdle: () => void;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const AFTER_START_MS = 2000;
/** A machine that slept, or a clock that was set, is noticed after so long. */
const LOOK_MS = 60 * 60 * 1000;

export class DailyPrune implements Part {
  readonly name = 'removing old jobs';
  readonly #options: DailyPruneOptions;
  /** When the next pass begins, where one is due. */
  #next: number | undefined;
  #isPruning = false;
  #isStopped = false;
  #forget: () => void = () => undefined;

  constructor(options: DailyPruneOptions) {
    this.#options = options;
  }

  readonly start = (): void => {
    if (this.#options.isWanted) this.#look();
  };

  readonly stop = (): void => {
    this.#isStopped = true;
    this.#forget();
  };

  readonly isBusy = (): boolean => this.#isPruning;

  readonly wakeAt = (): number | undefined => this.#next;

  #look(): void {
    const {now, timer, lastAt} = this.#options;
    if (this.#isStopped) return;
    const left = untilDue(lastAt(), now());
    this.#next = left > 0 ? undefined : now() + AFTER_START_MS;
    this.#forget =
      left > 0
        ? timer(Math.min(left, LOOK_MS), () => this.#look())
        : timer(AFTER_START_MS, () => void this.#prune());
  }

  /** Never rejects. */
  async #prune(): Promise<void> {
    const {now, prune, setLast, onPass, onTrouble, onIdle} = this.#options;
    this.#isPruning = true;
    try {
      onPass(await prune());
      setLast(now());
    } catch (error) {
      onTrouble(error);
    } finally {
      this.#isPruning = false;
      this.#next = undefined;
      if (!this.#isStopped) {
        this.#forget = this.#options.timer(LOOK_MS, () => this.#look());
        onIdle();
      }
    }
  }
}

/** Milliseconds until the next pass is due, 0 where it is. A last one that was in what is the future now tells nothing. */
function untilDue(last: number | undefined, now: number): number {
  if (last === undefined || Math.abs(now - last) >= DAY_MS) return 0;
  return last + DAY_MS - now;
}
