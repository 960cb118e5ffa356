/**
 * Leaves after a while in which no part had anything to do. One that will have something to do keeps the coordinator until
 * then, be it tomorrow: whoever reads the files needs no coordinator, but a clock does.
 */
import type {Timer} from '../ports/index.ts';
import type {Parts} from './parts.ts';

export interface IdleExitOptions {
  readonly afterMs: number;
  readonly parts: () => Pick<Parts, 'isBusy' | 'wakeAt'>;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly timer: Timer;
  readonly leave: () => void;
}

export class IdleExit {
  readonly #options: IdleExitOptions;
  #timer: NodeJS.Timeout | undefined;
  #forgetMoment: () => void = () => undefined;

  constructor(options: IdleExitOptions) {
    this.#options = options;
  }

  /** Something ended, so the time starts anew. Cheap enough to be told after every answer. */
  startAnew(): void {
    this.#timer ??= setTimeout(() => this.#look(), this.#options.afterMs);
    this.#timer.refresh();
  }

  /** What there is to do now says so when it ends. */
  #look(): void {
    const {parts, now, timer, leave} = this.#options;
    const {isBusy, wakeAt} = parts();
    this.#forgetMoment();
    if (isBusy) return;
    if (wakeAt === undefined) leave();
    else this.#forgetMoment = timer(Math.max(0, wakeAt - now()), () => this.startAnew());
  }
}
