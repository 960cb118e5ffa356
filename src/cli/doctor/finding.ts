import {messageOf, StintError} from '../../base/index.ts';

/** One thing that the doctor has looked at. */
export interface Finding {
  /** A `problem` needs attention, a `note` may. */
  readonly level: 'ok' | 'note' | 'problem';
  readonly about: string;
  readonly message: string;
  /** What to do. */
  readonly hint?: string;
}

/** What kept the doctor from looking. */
export function problem(about: string, error: unknown): Finding {
  const hint = error instanceof StintError ? error.hint : undefined;
  return {level: 'problem', about, message: messageOf(error), ...(hint === undefined ? {} : {hint})};
}
