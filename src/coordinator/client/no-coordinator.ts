/** Why a coordinator that should be there cannot be talked to. Whoever holds the lock is named. */
import {hasCode, messageOf, StintError} from '../../base/index.ts';
import {findSocket, holderWords, strangeSocketOwner} from '../../platform/index.ts';
import type {SubmissionPart} from '../protocol/index.ts';

export function closedMeanwhile(): StintError {
  return new StintError('CONNECTION_CLOSED', 'The client was closed before it had connected.');
}

export function cannotConnect(cause: unknown): StintError {
  return new StintError(
    'COORDINATOR_UNREACHABLE',
    `Cannot connect to the coordinator: ${messageOf(cause)}.`,
    {cause, hint: 'Run: stint doctor'},
  );
}

/** None that was started serves: another one holds the lock, or they die at once. */
export function unreachableCoordinator(state: string, afterMs: number): StintError {
  const holder = holderWords(state);
  const path = findSocket(state);
  const stranger = strangeSocketOwner(path);
  const left = stranger === undefined ? '' : ` There is a socket of ${stranger}.`;
  const seconds = `within ${afterMs / 1000} s`;
  return new StintError(
    'COORDINATOR_UNREACHABLE',
    holder === undefined
      ? `No coordinator came up for ${state} ${seconds}.${left}`
      : `${holder.who} holds the lock of ${state} but could not be reached at ${path} ${seconds}.${left}`,
    {hint: holder?.hint ?? `Look at ${state}/coordinator.log, or run: stint doctor`},
  );
}

/** One that takes connections and does not answer: it hangs, or was stopped. Any other error as it is. */
export function silentCoordinator(state: string, error: unknown, afterMs: number): unknown {
  const holder = hasCode(error, 'TIMEOUT') ? holderWords(state) : undefined;
  if (holder === undefined) return error;
  const message = `${holder.who} did not answer within ${afterMs / 1000} s.`;
  return new StintError('TIMEOUT', message, {cause: error, hint: holder.hint});
}

/** It would pass over a part of a submission. */
export function knowsTooLittle(part: SubmissionPart): StintError {
  return new StintError(
    'BAD_REQUEST',
    `The coordinator is of an earlier version and does not know ${WHAT[part]}: nothing was submitted.`,
    {
      hint: 'stint shutdown makes it leave while its jobs go on, and the next command starts one of this version.',
    },
  );
}

const WHAT: Readonly<Record<SubmissionPart, string>> = {
  if_running: 'what to do where a job of this name goes on (--if-running)',
  job_directory: 'jobs of one submission with directories or umasks of their own',
  needs: 'jobs that wait for others (--after)',
  timeout: 'time limits (--timeout)',
  retries: 'trying again what failed (--retries)',
  max_memory: 'limits of memory (--max-memory)',
};
