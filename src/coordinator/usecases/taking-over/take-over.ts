/** What a coordinator finds of a job that another one left unfinished, and what it makes of that. */
import {type Moment, type ProcessSpace, whereIs} from '../../../base/index.ts';
import {
  aliveUntil,
  DEFAULT_JOB_OPTIONS,
  furtherState,
  isOfEarlierBoot,
  type Job,
  type JobSpec,
  type JobState,
  type JobSummary,
  keyOf,
  missingRecords,
  type Reconciled,
  reconcile,
  type SpecSummary,
  type StatusRecord,
  withStart,
} from '../../domain/index.ts';
import type {JobFiles} from '../../ports/index.ts';

export interface TakenOver {
  /** The spec and the state that its directory tells, where it does; otherwise those of its row. */
  readonly job: Job;
  readonly decision: Reconciled;
  /** Where it was started, if that is recorded. */
  readonly space: ProcessSpace | undefined;
  /** Whether its processes can be found and signalled from here. */
  readonly isReachable: boolean;
  /** Status records that its row knows of and its journal does not hold: somebody took them out of it. */
  readonly missing: readonly StatusRecord[];
  /** 0 when it is not known. */
  readonly wrapperPid: number;
  /** When the wrapper began, if that is known of itself. */
  readonly began: Moment | undefined;
  /** When it was alive for certain, of one that ended unseen; Unix milliseconds. */
  readonly aliveAt: number | undefined;
}

export interface TakeOverOptions {
  readonly files: Pick<JobFiles, 'inspect'>;
  /** When this machine was started, in Unix milliseconds. */
  readonly bootedAt: number;
  /** Where this coordinator runs. */
  readonly space: ProcessSpace;
  readonly now: () => number;
}

/** `row` is what its row says. Throws what the look at its directory throws. */
export function takeOver(row: JobSummary, {files, bootedAt, space: here, now}: TakeOverOptions): TakenOver {
  // A signal that was sent stands at the end of the journal, and so does a stall.
  const isStalled = row.state.status === 'running' && row.state.stalled !== undefined;
  const extent = row.state.status === 'cancelling' || isStalled ? 'whole' : undefined;
  const {spec: found, state, space, ...findings} = files.inspect(keyOf(row.spec), extent);
  const spec = found ?? {...row.spec, ...SPEC_IS_GONE};
  const known = withStart(furtherState(state, withGrace(row.state, now())), {space, began: findings.began});
  const missing = missingRecords(state, known);
  const whereabouts = space && whereIs(space, here);
  const rebooted =
    whereabouts === 'before' || isOfEarlierBoot(spec.invocation, {bootId: here.boot_id, bootedAt});
  const decision = reconcile({
    hasSpec: found !== undefined,
    ...findings,
    whereabouts,
    row: row.state.status === 'queued' ? 'queued' : 'started',
    state: missing.length === 0 ? state : known,
    rebooted,
  });
  return {
    job: {...row, spec, state: withRow(rebooted ? withoutProcesses(known) : known, row.state)},
    decision,
    missing,
    space,
    isReachable: whereabouts !== 'beside',
    wrapperPid: findings.wrapperPid ?? 0,
    began: findings.began,
    aliveAt: aliveUntil(known, findings.lastSign, now()),
  };
}

const {
  by: _by,
  sampleEvery: _,
  group: _group,
  priority: _priority,
  service: _service,
  retries: _retries,
  retentionMs: _good,
  retentionFailedMs: _failed,
  ...OPTIONS
} = DEFAULT_JOB_OPTIONS; // these are in its row

/** Of a job that only its row tells of: nothing of it is started, and whoever follows its log waits for nothing. */
const SPEC_IS_GONE: Omit<JobSpec, Exclude<keyof SpecSummary, 'retries'>> = {
  ...OPTIONS,
  format: 1,
  needs: [],
  notBefore: null,
  place: '',
  command: [],
  umask: 0o077,
  lingerMs: 0,
  stallAfterMs: 0,
  onStall: 'none',
  onCompleteMs: null,
  timeoutMs: null,
  maxMemoryBytes: null,
  retries: 0,
};

/** Pids and start times of before the machine was restarted may be those of strangers now. */
function withoutProcesses(state: JobState): JobState {
  if (!('signaledTo' in state)) return state;
  const {signaledTo: _, ...rest} = state;
  return rest;
}

/** Of a running job only the beginning of the journal was read; what stands further on is in its row. */
function withRow(state: JobState, row: JobState): JobState {
  if (state.status !== 'running' || row.status !== 'running') return state;
  const {lost} = row;
  return {...state, ...(lost !== undefined && {lost})};
}

/** A row does not say when a job that is to end may be killed: where nothing else does, it is given its time again. */
function withGrace(row: JobState, now: number): JobState {
  return row.status === 'cancelling' ? {...row, since: now, killAt: now + GRACE_MS} : row;
}

const GRACE_MS = 10_000;
