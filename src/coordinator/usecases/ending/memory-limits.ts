/**
 * Ends jobs that take more memory than they may. They are looked at every now and then, and only those that have such a limit: what
 * grows and shrinks between two looks is not seen. Nothing is stored, so a job that is taken over is looked at like any other.
 */
import {memoryReason} from '../../domain/index.ts';
import type {JobRunner, Timer} from '../../ports/index.ts';
import type {Run} from '../job-run.ts';
import {type Canceller, targetOf} from './cancel.ts';

export interface MemoryLimitsOptions {
  readonly runner: Pick<JobRunner, 'memory'>;
  readonly timer: Timer;
  readonly report: (what: string, error: unknown) => void;
}

const LOOK_MS = 1000;
/** From TERM to KILL: it may grow further meanwhile. */
const GRACE_MS = 5000;

export class MemoryLimits {
  readonly #options: MemoryLimitsOptions;
  readonly #canceller: Pick<Canceller, 'cancel'>;

  constructor(options: MemoryLimitsOptions, canceller: Pick<Canceller, 'cancel'>) {
    this.#options = options;
    this.#canceller = canceller;
  }

  /** From now on, of a job whose start is recorded; the returned function is called when its command has ended. */
  begin(run: Run): () => void {
    const {maxMemoryBytes} = run.job.spec;
    if (maxMemoryBytes === null) return () => undefined;
    const {timer} = this.#options;
    let isOver = false;
    let stop: () => void = () => undefined;
    const lookLater = () => {
      stop = timer(LOOK_MS, async () => {
        const taken = await this.#taken(run, maxMemoryBytes);
        if (isOver) return;
        if (taken !== undefined && taken > maxMemoryBytes) this.#end(run, maxMemoryBytes, taken);
        else lookLater();
      });
    };
    lookLater();
    return () => {
      isOver = true;
      stop();
    };
  }

  async #taken(run: Run, enoughBytes: number): Promise<number | undefined> {
    try {
      return await this.#options.runner.memory(targetOf(run.job), enoughBytes);
    } catch (error) {
      this.#options.report(`looking at the memory of ${run.job.spec.name}`, error);
      return undefined;
    }
  }

  /** Whoever is being ended already is left to whoever does that. */
  #end(run: Run, maxBytes: number, takenBytes: number): void {
    const {spec, state} = run.job;
    if (state.status !== 'running' || !run.hasWrapper || !run.isOpen) return;
    this.#canceller
      .cancel(run, GRACE_MS, {reason: memoryReason(maxBytes, takenBytes)})
      .catch((error: unknown) => this.#options.report(`ending ${spec.name}, which takes much memory`, error));
  }
}
