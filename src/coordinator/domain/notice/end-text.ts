/** How a job ended, in a sentence without its dot: `npm-test failed with exit code 3`. */
import type {JobStatus} from '../job/status.ts';

export interface End {
  readonly name: string;
  readonly status: JobStatus | (string & {});
  /** Undefined where it cannot be known. */
  readonly exitCode: number | undefined;
  readonly message: string | undefined;
}

/** `signalName` knows the signals of this system by their numbers. */
export function endText(
  {name, status, exitCode, message}: End,
  signalName: (number: number) => string | undefined,
): string {
  if (exitCode === undefined) return `${name} ${status}: ${message ?? 'its exit code cannot be known'}`;
  if (status === 'timed_out') return `${name} timed out: ${message ?? 'its time was over'}`;
  const lost = message === undefined || status === 'cancelled' ? '' : `; ${message}`;
  if (exitCode === 0) return `${name} ${status}${lost}`;
  const signal = status === 'failed' ? probableSignal(exitCode, signalName) : '';
  return `${name} ${status} with exit code ${exitCode}${signal}${lost}`;
}

/** A shell cannot tell a signal n from the code 128+n. Of a cancelled job it is known. */
function probableSignal(code: number, signalName: (number: number) => string | undefined): string {
  const number = code - 128;
  return number > 0 && number <= 64 ? ` (probably ${signalName(number) ?? `signal ${number}`})` : '';
}
