/** What a coordinator finds of a job that another one left unfinished, and what it makes of that. */
import {type ProcessSpace, whereIs} from '../../base/index.ts';
import {type Job, type JobState, keyOf, type Reconciled, reconcile} from '../domain/index.ts';
import type {JobFiles} from '../ports/index.ts';

export interface TakenOver {
  /** The spec and the state that its directory tells, where it does; otherwise those of its row. */
  readonly job: Job;
  readonly decision: Reconciled;
  /** Where it was started, if that is recorded. */
  readonly space: ProcessSpace | undefined;
  /** Whether its processes can be found and signalled from here. */
  readonly isReachable: boolean;
  /** 0 when it is not known. */
  readonly wrapperPid: number;
}

export interface TakeOverOptions {
  readonly files: Pick<JobFiles, 'inspect'>;
  /** When this machine was started, in Unix milliseconds. */
  readonly bootedAt: number;
  /** Where this coordinator runs. */
  readonly space: ProcessSpace;
}

/** `row` is what its row says. Throws what the look at its directory throws. */
export function takeOver(row: Job, {files, bootedAt, space: here}: TakeOverOptions): TakenOver {
  // A signal that was sent stands at the end of the journal.
  const extent = row.state.status === 'cancelling' ? 'whole' : undefined;
  const {spec = row.spec, state, space, ...findings} = files.inspect(keyOf(row.spec), extent);
  const whereabouts = space && whereIs(space, here);
  const rebooted = spec.invocation.createdAt < bootedAt;
  const decision = reconcile({
    hasSpec: spec !== row.spec,
    ...findings,
    whereabouts,
    row: row.state.status === 'queued' ? 'queued' : 'started',
    state,
    rebooted,
  });
  const known = withStall(state ?? row.state, row.state);
  return {
    job: {...row, spec, state: rebooted ? withoutProcesses(known) : known},
    decision,
    space,
    isReachable: whereabouts !== 'beside',
    wrapperPid: findings.wrapperPid ?? 0,
  };
}

/** Pids and start times of before the machine was restarted may be those of strangers now. */
function withoutProcesses(state: JobState): JobState {
  if (!('signaledTo' in state)) return state;
  const {signaledTo: _, ...rest} = state;
  return rest;
}

/** Of a running job only the beginning of the journal was read; that it is stalled stands further on, and in its row. */
function withStall(state: JobState, row: JobState): JobState {
  const isStalled = state.status === 'running' && row.status === 'running' && row.stalled !== undefined;
  return isStalled ? {...state, stalled: row.stalled} : state;
}
