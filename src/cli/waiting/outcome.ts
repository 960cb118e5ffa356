/** How a job ended, as an exit code and in words. */

import {isEnded} from '../../coordinator/domain/index.ts';
import type {ListedJob} from '../../coordinator/reader/index.ts';
import {signalName} from '../../platform/index.ts';
import {EXIT} from '../exit-codes.ts';

export interface WaitedOutcome {
  readonly invocation: string;
  readonly name: string;
  readonly attempt: number;
  readonly status: string;
  readonly exit_code: number | null;
  readonly message: string | null;
}

/** How it is with a job as a reader sees it; without a code while it goes on. */
export function outcomeOfListed({state, invocation, name, attempt}: ListedJob): WaitedOutcome {
  const {exitCode = null, message = null} = isEnded(state) ? state : {};
  return {invocation, name, attempt, status: state.status, exit_code: exitCode, message};
}

/** The job's own code, or 125 where it is not knowable. */
export function waitedExitCode({exit_code}: WaitedOutcome): number {
  return exit_code ?? EXIT.unknowable;
}

export function outcomeText({name, status, exit_code, message}: WaitedOutcome): string {
  if (exit_code === null) return `${name} ${status}: ${message ?? 'its exit code cannot be known'}`;
  const lost = message === null || status === 'cancelled' ? '' : `; ${message}`;
  if (exit_code === 0) return `${name} ${status}${lost}`;
  const signal = status === 'failed' ? probableSignal(exit_code) : '';
  return `${name} ${status} with exit code ${exit_code}${signal}${lost}`;
}

/** A shell cannot tell a signal n from the code 128+n. Of a cancelled job it is known. */
function probableSignal(code: number): string {
  const number = code - 128;
  return number > 0 && number <= 64 ? ` (probably ${signalName(number) ?? `signal ${number}`})` : '';
}

export function outcomeJson({invocation, name, attempt, status, exit_code, message}: WaitedOutcome) {
  return {invocation_id: invocation, name, attempt, status, exit_code, message};
}
