import type {JobSpec} from '../domain/index.ts';
import type {JobRunner} from '../ports/index.ts';

/** Whether a job whose command ended left processes behind that still can write. Asks once for all who ask in the same turn. */
export class LeftoverCheck {
  readonly #runner: Pick<JobRunner, 'stillWriting'>;
  #waiting: {spec: JobSpec; answer: (left: boolean | undefined) => void; fail: (error: unknown) => void}[] =
    [];
  #busy = false;

  constructor(runner: Pick<JobRunner, 'stillWriting'>) {
    this.#runner = runner;
  }

  /** Undefined where that cannot be known. */
  isLeft(spec: JobSpec): Promise<boolean | undefined> {
    return new Promise((answer, fail) => {
      this.#waiting.push({spec, answer, fail});
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
        for (const {fail} of asked) fail(error);
      }
    }
    this.#busy = false;
  }
}
