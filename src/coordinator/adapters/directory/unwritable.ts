import {codeOf, messageOf, StintError} from '../../../base/index.ts';
import {diskFull, fileProblem, isDiskFull, isForbidden} from '../../../platform/index.ts';

/** An error for people where the reason is a full disk, or one that may not be written; any other error as it is. */
export function explainUnwritable(error: unknown): unknown {
  const code = codeOf(error);
  if (error instanceof StintError) return error;
  if (code === 'EROFS' || isForbidden(code)) {
    return new StintError('STATE_DIR_UNUSABLE', `Nothing was submitted: ${fileProblem(error)}.`, {
      cause: error,
      hint: 'Mend that, or set STINT_STATE_DIR to a directory of yours that can be written. Run: stint doctor',
    });
  }
  if (!isDiskFull(code)) return error;
  const message = `Nothing was submitted: the disk is full (${messageOf(error)}).`;
  return diskFull(message, error, 'Free some space and submit again.');
}
