/**
 * The one error that people see. Matched by `code`, never by class, because it crosses processes.
 * The message says what failed and why; `hint` says what to do.
 */
export class StintError extends Error {
  override readonly name = 'StintError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(code: ErrorCode, message: string, options: StintErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : {cause: options.cause});
    this.code = code;
    this.hint = options.hint;
    this.details = options.details;
  }
}

export interface StintErrorOptions {
  hint?: string | undefined;
  cause?: unknown;
  details?: Readonly<Record<string, unknown>> | undefined;
}

/** Codes of the wire protocol first, then those that only a local caller meets. More may come; treat an unknown one as `INTERNAL`. */
export type ErrorCode =
  | 'SCHEMA_MISMATCH'
  | 'BAD_REQUEST'
  | 'FRAME_TOO_LARGE'
  | 'JOB_NOT_FOUND'
  | 'NO_MATCH'
  | 'KILL_FAILED'
  | 'RUNS_ELSEWHERE'
  | 'BUSY'
  | 'INTERNAL'
  | 'REPO_MOVED'
  | 'JOB_KEPT'
  | 'BAD_NEEDS'
  | 'GROUP_NOT_FOUND'
  | 'NOT_QUEUED'
  | 'JOB_OF_OTHERS'
  | 'USAGE'
  | 'AMBIGUOUS'
  | 'COMMAND_NOT_FOUND'
  | 'COMMAND_NOT_EXECUTABLE'
  | 'CWD_NOT_FOUND'
  | 'STATE_DIR_UNUSABLE'
  | 'PERMISSIONS_TOO_OPEN'
  | 'WRONG_OWNER'
  | 'NOT_A_STINT_FILE'
  | 'CLIENT_CONFIG'
  | 'NEWER_SCHEMA'
  | 'OLDER_SCHEMA'
  | 'STORE_CORRUPT'
  | 'BACKUP_DAMAGED'
  | 'NO_SQLITE'
  | 'DISK_FULL'
  | 'TIMEOUT'
  | 'ABORTED'
  | 'COORDINATOR_UNREACHABLE'
  | 'CONNECTION_CLOSED'
  | 'OUTPUT_CLOSED'
  | 'OUTPUT_FAILED';

/** True for an error carrying this code, wherever it was made. */
export function hasCode(error: unknown, code: string): boolean {
  return codeOf(error) === code;
}

/** The `code` of any error (ours, Node's, SQLite's), or undefined. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** A one-line text for any thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
