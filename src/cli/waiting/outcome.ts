/** How a job ended, as an exit code and in words. */
import {endText} from '../../coordinator/domain/index.ts';
import type {WaitedOutcome} from '../../jobs/index.ts';
import {signalName} from '../../platform/index.ts';
import {EXIT} from '../exit-codes.ts';

/** The job's own code, 124 where its time was over, or 125 where there is none that could be known. */
export function waitedExitCode({status, exit_code}: WaitedOutcome): number {
  if (status === 'timed_out') return EXIT.limit;
  return exit_code ?? EXIT.unknowable;
}

export function outcomeText({name, status, exit_code, message}: WaitedOutcome): string {
  const end = {name, status, exitCode: exit_code ?? undefined, message: message ?? undefined};
  return endText(end, signalName);
}

export function outcomeJson({invocation, name, attempt, status, exit_code, message}: WaitedOutcome) {
  return {invocation_id: invocation, name, attempt, status, exit_code, message};
}
