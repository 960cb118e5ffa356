/** A wall clock that people set, and one that nobody sets and that stands still while the machine sleeps. */
import type {Timer} from '../../ports/index.ts';

export class TwoClocks {
  wall = 1767225600000;
  /** Of the other clock. */
  elapsed = 5_000_000;
  #timers: {readonly at: number; readonly callback: () => void}[] = [];

  readonly timer: Timer = (ms, callback) => {
    const timer = {at: this.elapsed + ms, callback};
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter(each => each !== timer);
    };
  };
  readonly now = (): number => this.wall;
  readonly monotonic = (): number => this.elapsed;

  /** How many timers are set. */
  get timers(): number {
    return this.#timers.length;
  }

  /** Lets the time pass, from timer to timer. */
  pass(ms: number): void {
    const end = this.elapsed + ms;
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#advance(Math.max(0, next.at - this.elapsed));
      this.#fire(next);
    }
    this.#advance(end - this.elapsed);
  }

  /** Lets the time pass for everybody but us: the timers go off at the end of it. */
  stop(ms: number): void {
    this.#advance(ms);
    this.pass(0);
  }

  sleep(ms: number): void {
    this.wall += ms;
  }

  setWallClock(byMs: number): void {
    this.wall += byMs;
  }

  #advance(ms: number): void {
    this.wall += ms;
    this.elapsed += ms;
  }

  #next(end: number) {
    return this.#timers.filter(({at}) => at <= end).sort((a, b) => a.at - b.at)[0];
  }

  #fire(timer: {readonly callback: () => void}): void {
    this.#timers = this.#timers.filter(each => each !== timer);
    timer.callback();
  }
}
