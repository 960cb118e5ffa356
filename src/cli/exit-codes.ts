import {codeOf} from '../base/index.ts';

/** What the exit codes of stint itself mean. Those from 124 on are of commands that give the code of a job. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  noMatch: 3,
  refused: 4,
  /** The waiting reached its limit. */
  limit: 124,
  /** stint failed, or there is no code, or none that could be known. */
  unknowable: 125,
  notExecutable: 126,
  notFound: 127,
} as const;

/** The exit code for an error. `ofJob`: of a command that gives the code of a job, which no other code may be taken for. */
export function exitCodeOf(error: unknown, ofJob = false): number {
  const code = codeOf(error) ?? '';
  return ofJob ? (CODE_OF_JOB[code] ?? EXIT.unknowable) : (BY_CODE[code] ?? EXIT.failed);
}

/** Whether trying the same again may help. */
export function isRetryable(error: unknown): boolean {
  return RETRYABLE.has(codeOf(error) ?? '');
}

const BY_CODE: Readonly<Record<string, number>> = {
  USAGE: EXIT.usage,
  BAD_REQUEST: EXIT.usage,
  BAD_NEEDS: EXIT.usage,
  AMBIGUOUS: EXIT.usage,
  COMMAND_NOT_FOUND: EXIT.usage,
  COMMAND_NOT_EXECUTABLE: EXIT.usage,
  CWD_NOT_FOUND: EXIT.usage,
  NO_MATCH: EXIT.noMatch,
  JOB_NOT_FOUND: EXIT.noMatch,
  GROUP_NOT_FOUND: EXIT.noMatch,
  NOT_QUEUED: EXIT.noMatch,
  PERMISSIONS_TOO_OPEN: EXIT.refused,
  WRONG_OWNER: EXIT.refused,
  NOT_A_STINT_FILE: EXIT.refused,
  CLIENT_CONFIG: EXIT.refused,
  NEWER_SCHEMA: EXIT.refused,
  JOB_OF_OTHERS: EXIT.refused,
  OUTPUT_CLOSED: EXIT.done,
};

/** As `env`, `nohup` and `timeout` have it. */
const CODE_OF_JOB: Readonly<Record<string, number>> = {
  COMMAND_NOT_FOUND: EXIT.notFound,
  COMMAND_NOT_EXECUTABLE: EXIT.notExecutable,
};

const RETRYABLE = new Set([
  'BUSY',
  'DISK_FULL',
  'TIMEOUT',
  'CONNECTION_CLOSED',
  'COORDINATOR_UNREACHABLE',
  'OLDER_SCHEMA',
]);
