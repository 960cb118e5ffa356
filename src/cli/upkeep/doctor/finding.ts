import {hasCode, messageOf, StintError} from '../../../base/index.ts';
import {fileProblem} from '../../../platform/index.ts';

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

/** What cannot be looked at, and what to run so that it can; `what` is the beginning of its message, for instance the name of the job. */
export function unreadableFinding(what: string, error: unknown): Finding {
  const hint = hintOf(error);
  const message = `${what}: ${fileProblem(error)}`;
  return {level: 'problem', about: 'job', message, ...(hint === undefined ? {} : {hint})};
}

function hintOf(error: unknown): string | undefined {
  if (error instanceof StintError) return error.hint;
  const path = error instanceof Error && 'path' in error ? String(error.path) : undefined;
  return path !== undefined && hasCode(error, 'EACCES') ? `Run: chmod u+rwX '${path}'` : undefined;
}
