import type {JobSpec} from '../../domain/index.ts';
import type {JobRunner} from '../../ports/index.ts';

/** Whether a job whose command ended left processes behind that still can write. Asks once for all who ask in the same turn. */
export class LeftoverCheck {
  readonly #runner: Pick<JobRunner, 'stillWriting'>;
  readonly #report: (what: string, error: unknown) => void;
  #waiting: {spec: JobSpec; answer: (left: boolean | undefined) => void}[] = [];
  #busy = false;

  constructor(runner: Pick<JobRunner, 'stillWriting'>, report: (what: string, error: unknown) => void) {
    this.#runner = runner;
    this.#report = report;
  }

  /** Undefined where that cannot be known. Never rejects. */
  isLeft(spec: JobSpec): Promise<boolean | undefined> {
    return new Promise(answer => {
      this.#waiting.push({spec, answer});
      if (this.#busy) return;
      this.#busy = true;
      setImmediate(() => void this.#ask());
    });
  }

  /** Whoever asks while an answer is under way gets the next one: only a look that began later counts for it. */
  async #ask(): Promise<void> {
    while (this.#waiting.length > 0) {
      const asked = this.#waiting;
      this.#waiting = [];
      try {
        const writing = await this.#runner.stillWriting(asked.map(({spec}) => spec));
        for (const {spec, answer} of asked) answer(writing?.has(spec));
      } catch (error) {
        this.#report('looking who still writes', error);
        for (const {answer} of asked) answer(undefined);
      }
    }
    this.#busy = false;
  }
}
