/** What a command that acts, waits or judges has to say on stdout: that it cannot be written takes nothing from what it does. */
import {hasCode, StintError} from '../../base/index.ts';
import type {Answers} from '../command.ts';
import {out} from './write.ts';

export class StdoutAnswers implements Answers {
  readonly #write: typeof out;
  #failure: {readonly error: unknown; readonly done: string | undefined} | undefined;

  constructor(write = out) {
    this.#write = write;
  }

  write(text: string | Uint8Array, done?: string): void {
    if (this.#failure !== undefined) return;
    try {
      this.#write(text);
    } catch (error) {
      this.#failure = {error, done};
    }
  }

  get isLost(): boolean {
    return this.#failure !== undefined;
  }

  /** Why something could not be written, for whoever wants to read it: a reader that is gone does not. */
  get failure(): unknown {
    if (this.#failure === undefined) return undefined;
    const {error, done} = this.#failure;
    if (hasCode(error, 'OUTPUT_CLOSED')) return undefined;
    if (done === undefined || !(error instanceof StintError)) return error;
    return new StintError(error.code, `${done}. ${error.message}`, {cause: error, hint: error.hint});
  }
}
