/**
 * What to do with a job that a coordinator finds unfinished when it starts (the one before it was killed at any point).
 *
 * The order of writes that this relies on: the job's files are made → the wrapper is started, holding the `alive` FIFO
 * from its birth → it writes its pid → the command runs → it writes the exit code → it ends. So a FIFO without writer
 * and no pid means that the command never started, and starting it runs nothing twice.
 */
import {isEnded, type JobState} from './job.ts';

/** A job as it is found. */
export interface FoundJob {
  /** What the row says: whether the start was already recorded. */
  readonly row: 'queued' | 'started';
  /** Whether the job's directory and its spec can be read. */
  readonly hasSpec: boolean;
  /** Whether the wrapper is alive: the FIFO has a writer. */
  readonly alive: boolean;
  /** What the wrapper wrote, if it did. */
  readonly wrapperPid: number | undefined;
  readonly exitCode: number | undefined;
  /** The state that the journal's status records add up to; undefined when there is none. */
  readonly state: JobState | undefined;
  /** Whether the machine was started after the job was submitted. */
  readonly rebooted: boolean;
}

export type Reconciled =
  | {readonly action: 'queue'}
  | {readonly action: 'adopt'}
  | {readonly action: 'finish'; readonly exitCode: number}
  | {readonly action: 'crash'; readonly message: string}
  | {readonly action: 'close'}
  | {readonly action: 'record-closed'};

export function reconcile(found: FoundJob): Reconciled {
  if (found.state !== undefined && isEnded(found.state)) {
    return {action: found.state.closedAt === undefined ? 'close' : 'record-closed'};
  }
  if (found.alive) return {action: 'adopt'};
  if (found.exitCode !== undefined) return {action: 'finish', exitCode: found.exitCode};
  if (!found.hasSpec)
    return {action: 'crash', message: 'its directory is gone, so whether and how it ended cannot be known'};
  const began = found.wrapperPid !== undefined || found.state !== undefined || found.row === 'started';
  if (!began) return {action: 'queue'};
  return {action: 'crash', message: found.rebooted ? LOST_BY_REBOOT : LOST_WRAPPER};
}

const LOST_BY_REBOOT = 'the machine was restarted while it ran; how it ended cannot be known';
const LOST_WRAPPER =
  'its wrapper was killed before it could write the exit code; how the command ended cannot be known';
