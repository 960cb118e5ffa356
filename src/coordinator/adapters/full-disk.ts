import {codeOf, messageOf, StintError} from '../../base/index.ts';
import {isDiskFull} from '../../platform/index.ts';

/** An error for people where the reason is a full disk; any other error as it is. */
export function explainFullDisk(error: unknown): unknown {
  if (error instanceof StintError || !isDiskFull(codeOf(error))) return error;
  return new StintError('DISK_FULL', `Nothing was submitted: the disk is full (${messageOf(error)}).`, {
    cause: error,
    hint: 'Free some space and submit again.',
  });
}
