/** What a coordinator finds of a job that another one left unfinished, and what it makes of that. */
import {
  furtherState,
  type Job,
  type JobState,
  keyOf,
  missingRecords,
  type Reconciled,
  reconcile,
  type StatusRecord,
} from '../domain/index.ts';
import type {JobFiles} from '../ports/index.ts';

export interface TakenOver {
  /** The spec and the state that its directory tells, where it does; otherwise those of its row. */
  readonly job: Job;
  readonly decision: Reconciled;
  /** Status records that its row knows of and its journal does not hold: somebody took them out of it. */
  readonly missing: readonly StatusRecord[];
  /** 0 when it is not known. */
  readonly wrapperPid: number;
}

export interface TakeOverOptions {
  readonly files: Pick<JobFiles, 'inspect'>;
  /** When this machine was started, in Unix milliseconds. */
  readonly bootedAt: number;
  readonly now: () => number;
}

/** `row` is what its row says. Throws what the look at its directory throws. */
export function takeOver(row: Job, {files, bootedAt, now}: TakeOverOptions): TakenOver {
  // A signal that was sent stands at the end of the journal.
  const extent = row.state.status === 'cancelling' ? 'whole' : undefined;
  const {spec = row.spec, state, ...findings} = files.inspect(keyOf(row.spec), extent);
  const known = furtherState(state, withGrace(row.state, now()));
  const missing = missingRecords(state, known);
  const decision = reconcile({
    hasSpec: spec !== row.spec,
    ...findings,
    row: row.state.status === 'queued' ? 'queued' : 'started',
    state: missing.length === 0 ? state : known,
    rebooted: spec.invocation.createdAt < bootedAt,
  });
  return {
    job: {...row, spec, state: withRow(known, row.state)},
    decision,
    missing,
    wrapperPid: findings.wrapperPid ?? 0,
  };
}

/** Of a running job only the beginning of the journal was read; what stands further on is in its row. */
function withRow(state: JobState, row: JobState): JobState {
  if (state.status !== 'running' || row.status !== 'running') return state;
  const {stalled, lost} = row;
  return {...state, ...(stalled && {stalled}), ...(lost !== undefined && {lost})};
}

/** A row does not say when a job that is to end may be killed: where nothing else does, it is given its time again. */
function withGrace(row: JobState, now: number): JobState {
  return row.status === 'cancelling' ? {...row, since: now, killAt: now + GRACE_MS} : row;
}

const GRACE_MS = 10_000;
