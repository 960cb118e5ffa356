import {codeOf} from '../base/index.ts';

/** What the exit codes of stint itself mean. Commands that wait for jobs give the job's own code. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  noMatch: 3,
  refused: 4,
  /** Of commands that give a job's code: stint failed, or the code is not knowable. */
  unknowable: 125,
} as const;

/** The exit code for an error. */
export function exitCodeOf(error: unknown): number {
  return BY_CODE[codeOf(error) ?? ''] ?? EXIT.failed;
}

/** Whether trying the same again may help. */
export function isRetryable(error: unknown): boolean {
  return RETRYABLE.has(codeOf(error) ?? '');
}

const BY_CODE: Readonly<Record<string, number>> = {
  USAGE: EXIT.usage,
  BAD_REQUEST: EXIT.usage,
  AMBIGUOUS: EXIT.usage,
  COMMAND_NOT_FOUND: EXIT.usage,
  COMMAND_NOT_EXECUTABLE: EXIT.usage,
  CWD_NOT_FOUND: EXIT.usage,
  NO_MATCH: EXIT.noMatch,
  JOB_NOT_FOUND: EXIT.noMatch,
  PERMISSIONS_TOO_OPEN: EXIT.refused,
  WRONG_OWNER: EXIT.refused,
  NOT_A_STINT_FILE: EXIT.refused,
  NEWER_SCHEMA: EXIT.refused,
};

const RETRYABLE = new Set([
  'BUSY',
  'DISK_FULL',
  'TIMEOUT',
  'CONNECTION_CLOSED',
  'COORDINATOR_UNREACHABLE',
  'OLDER_SCHEMA',
]);
