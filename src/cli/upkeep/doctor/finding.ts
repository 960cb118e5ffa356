import {messageOf, StintError} from '../../../base/index.ts';

/** One thing that the doctor has looked at. */
export interface Finding {
  /** A `problem` needs attention, a `note` may. */
  readonly level: 'ok' | 'note' | 'problem';
  readonly about: string;
  readonly message: string;
  /** What to do. */
  readonly hint?: string;
}

/** What kept the doctor from looking. `advice` is given where the error's own is to call the doctor. */
export function problem(about: string, error: unknown, advice?: string): Finding {
  const own = error instanceof StintError ? error.hint : undefined;
  const hint = own === undefined || own === CALL_THE_DOCTOR ? advice : own;
  return {level: 'problem', about, message: messageOf(error), ...(hint === undefined ? {} : {hint})};
}

const CALL_THE_DOCTOR = 'Run: stint doctor';
