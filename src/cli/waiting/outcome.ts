/** How a job ended, as an exit code and in words. */
import {endText} from '../../coordinator/domain/index.ts';
import type {WaitedOutcome} from '../../jobs/index.ts';
import {signalName} from '../../platform/index.ts';
import {EXIT} from '../exit-codes.ts';

/** The job's own code, or 125 where it is not knowable. */
export function waitedExitCode({exit_code}: WaitedOutcome): number {
  return exit_code ?? EXIT.unknowable;
}

export function outcomeText({name, status, exit_code, message}: WaitedOutcome): string {
  const end = {name, status, exitCode: exit_code ?? undefined, message: message ?? undefined};
  return endText(end, signalName);
}

export function outcomeJson({invocation, name, attempt, status, exit_code, message}: WaitedOutcome) {
  return {invocation_id: invocation, name, attempt, status, exit_code, message};
}
