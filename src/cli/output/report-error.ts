/** Says what went wrong: for people in words, with `--json` as one object. Never a stack trace for a user's mistake. */
import {codeOf, messageOf, StintError, stringifyWellFormed} from '../../base/index.ts';
import {diskFull, environment, isDiskFull, isForbidden} from '../../platform/index.ts';
import {isRetryable} from '../exit-codes.ts';
import {visibleLines} from './visible.ts';
import {err, say} from './write.ts';

export function reportError(error: unknown, json: boolean): void {
  const explained = explain(error);
  if (json) {
    const {code, message, hint} = explained;
    err(
      `${stringifyWellFormed({error: {code, message, hint: hint ?? null, retryable: isRetryable(explained)}})}\n`,
    );
    return;
  }
  say(explained.message, explained.hint?.split('\n'));
  if (environment().STINT_DEBUG && error instanceof Error) err(`${visibleLines(error.stack ?? '')}\n`);
}

/** By its name: commands that are bundled into a file of their own have a class of their own. */
function isExplained(error: unknown): error is StintError {
  return error instanceof Error && error.name === 'StintError';
}

function explain(error: unknown): StintError {
  if (isExplained(error)) return error;
  const code = codeOf(error) ?? '';
  if (isDiskFull(code)) return diskFull(`The disk is full: ${messageOf(error)}.`, error);
  if (isForbidden(code)) {
    return new StintError('STATE_DIR_UNUSABLE', `Permission denied: ${messageOf(error)}.`, {
      hint: 'Run: stint doctor',
    });
  }
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')) {
    return new StintError('STORE_CORRUPT', `The database is damaged: ${messageOf(error)}.`, {
      hint: 'Run: stint doctor --repair',
    });
  }
  if (code.startsWith('SQLITE_BUSY')) {
    return new StintError('BUSY', `The database is busy: ${messageOf(error)}.`, {
      hint: 'Try again in a moment.',
    });
  }
  return new StintError('INTERNAL', `Unexpected: ${messageOf(error)}.`, {
    hint: 'Please report this; STINT_DEBUG=1 shows where it happened. Run: stint doctor',
  });
}
