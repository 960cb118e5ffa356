/** Why there is no connection to a coordinator, for people. */
import {messageOf, StintError} from '../../base/index.ts';

export function closedMeanwhile(): StintError {
  return new StintError('CONNECTION_CLOSED', 'The client was closed before it had connected.');
}

export function cannotConnect(cause: unknown): StintError {
  return new StintError(
    'COORDINATOR_UNREACHABLE',
    `Cannot connect to the coordinator: ${messageOf(cause)}.`,
    {
      cause,
      hint: 'Run: stint doctor',
    },
  );
}

export function notComeUp(state: string, withinMs: number): StintError {
  return new StintError(
    'COORDINATOR_UNREACHABLE',
    `No coordinator came up for ${state} within ${withinMs / 1000} s.`,
    {
      hint: `Look at ${state}/coordinator.log, or run: stint doctor`,
    },
  );
}
