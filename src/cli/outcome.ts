/** How a job ended, as an exit code and in words. */
import {EXIT} from './exit-codes.ts';

export interface WaitedOutcome {
  readonly invocation: string;
  readonly name: string;
  readonly attempt: number;
  readonly status: string;
  readonly exit_code: number | null;
  readonly message: string | null;
}

/** The job's own code, or 125 where it is not knowable. */
export function waitedExitCode({exit_code}: WaitedOutcome): number {
  return exit_code ?? EXIT.unknowable;
}

export function outcomeText({name, status, exit_code, message}: WaitedOutcome): string {
  if (exit_code === null) return `${name} ${status}: ${message ?? 'its exit code cannot be known'}`;
  const lost = message === null || status === 'cancelled' ? '' : `; ${message}`;
  const code = exit_code === 0 ? '' : ` with exit code ${exit_code}`;
  return `${name} ${status}${code}${lost}`;
}
