import type {Coordinator} from '../build.ts';
import type {Diagnostics} from '../diagnostics.ts';
import type {Part} from '../parts.ts';

const RETRY_MS = 5000;

/** The jobs that are not closed: those that an earlier coordinator left are taken over at the start. */
export class UnfinishedJobs implements Part {
  readonly name = 'looking after jobs';
  readonly #coordinator: Pick<Coordinator, 'ledger' | 'supervisor'>;
  readonly #log: Diagnostics;
  #takenOver = 0;

  constructor(coordinator: Pick<Coordinator, 'ledger' | 'supervisor'>, log: Diagnostics) {
    this.#coordinator = coordinator;
    this.#log = log;
  }

  /** How many there were at the start. */
  get takenOver(): number {
    return this.#takenOver;
  }

  readonly start = (): void => {
    this.#takenOver = this.#takeOver();
  };

  readonly stop = (): void => this.#coordinator.supervisor.stop();

  readonly isBusy = (): boolean => this.#coordinator.supervisor.counts.open > 0;

  /** Repositories that cannot be opened now (a full disk) are tried again. Tells how many jobs there are. */
  #takeOver(): number {
    const {ledger, supervisor} = this.#coordinator;
    let failed = false;
    const unfinished = ledger.unfinished((repo, error) => {
      this.#log.trouble(`opening repository ${repo}`, error);
      failed ||= error !== undefined;
    });
    for (const job of unfinished) supervisor.takeOver(job);
    if (failed) setTimeout(() => this.#takeOver(), RETRY_MS).unref();
    return unfinished.length;
  }
}
