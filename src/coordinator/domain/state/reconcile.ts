/**
 * What to do with a job that a coordinator finds unfinished when it starts (the one before it was killed at any point).
 *
 * The order of writes that this relies on: the job's files are made → the wrapper is started, holding the `alive` FIFO
 * from its birth → it writes its pid → the command runs → it writes the exit code → it ends. So a FIFO without writer
 * and no pid means that the command never started, and starting it runs nothing twice.
 */
import type {Whereabouts} from '../../../base/index.ts';
import {isEnded, type JobState} from '../job/job.ts';
import type {LostBy} from './unseen-end.ts';

/** A job as it is found. */
export interface FoundJob {
  /** What the row says: whether the start was already recorded. */
  readonly row: 'queued' | 'started';
  /** Whether the job's directory and its spec can be read. */
  readonly hasSpec: boolean;
  /** Where it was started, or about to be; undefined where an earlier version did not record it. */
  readonly whereabouts: Whereabouts | undefined;
  /** Whether the wrapper is alive: the FIFO has a writer, as far as this kernel knows. */
  readonly alive: boolean;
  /** Whether the FIFO is there at all. */
  readonly hasFifo: boolean;
  /** What the wrapper wrote, if it did. */
  readonly wrapperPid: number | undefined;
  readonly exitCode: number | undefined;
  /** The state that the journal's status records add up to; undefined when there is none. */
  readonly state: JobState | undefined;
  /** Whether the machine was started after the job was submitted; counts where nobody recorded where it runs. */
  readonly rebooted: boolean;
}

export type Reconciled =
  | {readonly action: 'queue'}
  /** It runs where its pids mean nothing here: whoever is there goes on with it. */
  | {readonly action: 'leave'; readonly whereabouts: 'beside' | 'elsewhere'}
  | {readonly action: 'adopt'}
  | {readonly action: 'finish'; readonly exitCode: number}
  | {readonly action: 'crash'; readonly by: LostBy}
  | {readonly action: 'close'}
  | {readonly action: 'record-closed'};

export function reconcile(found: FoundJob): Reconciled {
  const {state, whereabouts} = found;
  const ended = state !== undefined && isEnded(state) ? state : undefined;
  if (ended?.closedAt !== undefined) return {action: 'record-closed'};
  // Of another machine a FIFO tells nothing; a person who knows that it is gone for good removes it.
  if (whereabouts === 'elsewhere' && found.hasFifo) return {action: 'leave', whereabouts};
  if (ended !== undefined) return {action: 'close'};
  if (found.alive) return whereabouts === 'beside' ? {action: 'leave', whereabouts} : {action: 'adopt'};
  if (found.exitCode !== undefined) return {action: 'finish', exitCode: found.exitCode};
  if (!found.hasSpec) return {action: 'crash', by: 'directory'};
  const began = found.wrapperPid !== undefined || found.state !== undefined || found.row === 'started';
  if (!began) return {action: 'queue'};
  return {action: 'crash', by: lostBy(found)};
}

function lostBy({whereabouts, rebooted}: FoundJob): LostBy {
  if (whereabouts === 'elsewhere') return 'machine';
  return (whereabouts === undefined ? rebooted : whereabouts === 'before') ? 'reboot' : 'wrapper';
}
