/** How a job ended, or how it is with it. */

import {isEnded} from '../../coordinator/domain/index.ts';
import type {ListedJob} from '../../coordinator/reader/index.ts';

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
