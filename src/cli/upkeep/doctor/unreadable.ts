/** What cannot be looked at, and what to run so that it can. */
import {hasCode, StintError, shellQuoted} from '../../../base/index.ts';
import {fileProblem} from '../../../platform/index.ts';
import type {Finding} from './finding.ts';

/** `what` is the beginning of its message, for instance the name of the job. */
export function unreadableFinding(what: string, error: unknown): Finding {
  const hint = hintOf(error);
  const message = `${what}: ${fileProblem(error)}`;
  return {level: 'problem', about: 'job', message, ...(hint === undefined ? {} : {hint})};
}

function hintOf(error: unknown): string | undefined {
  if (error instanceof StintError) return error.hint;
  const path = error instanceof Error && 'path' in error ? String(error.path) : undefined;
  return path !== undefined && hasCode(error, 'EACCES') ? `Run: chmod u+rwX ${shellQuoted(path)}` : undefined;
}
