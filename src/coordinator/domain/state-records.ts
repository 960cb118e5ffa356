/**
 * The way back from a job's state to the status records that made it. A row is written after its journal, so one that
 * tells more than the journal says that somebody took records out of it: these are put back.
 */
import {isEnded, type JobState, type StatusEvent, type StatusRecord} from './job.ts';

/** Status records that `nextState` makes this state of; without those of what has passed, as a stall. */
export function recordsOf(state: JobState): StatusRecord[] {
  if (state.status === 'queued') return [];
  const started = startOf(state);
  if (state.status === 'running') return started;
  if (state.status === 'cancelling') {
    const {since, killAt, reason, signaled} = state;
    return [...started, ...wish(since, Math.max(0, killAt - since), reason, signaled)];
  }
  const {status, exitCode, finishedAt, killAt, signal, message, closedAt} = state;
  const grace = killAt === undefined ? 0 : Math.max(0, killAt - finishedAt);
  const wasWished = status === 'cancelled' ? exitCode !== undefined : killAt !== undefined;
  const wished = wasWished
    ? wish(finishedAt, grace, status === 'cancelled' ? message : undefined, signal)
    : [];
  const closed: StatusRecord[] = closedAt === undefined ? [] : [{ts: closedAt, data: {event: 'closed'}}];
  return [...started, ...wished, {ts: finishedAt, data: endOf(state)}, ...closed];
}

/** What is known of a job by its journal (undefined: it has no record) and its row: that of the two which tells more. */
export function furtherState(journal: JobState | undefined, row: JobState): JobState {
  return journal !== undefined && rank(journal) >= rank(row) ? journal : row;
}

/** The records of `known` that are missing from a journal which tells `journal`; none when it tells as much. */
export function missingRecords(journal: JobState | undefined, known: JobState): StatusRecord[] {
  const there = journal === undefined ? 0 : rank(journal);
  if (there >= rank(known)) return [];
  return recordsOf(known).filter(({data}) => rankOfEvent(data) > there);
}

function startOf(state: {readonly startedAt?: number; readonly pid?: number}): StatusRecord[] {
  if (state.startedAt === undefined) return [];
  return [{ts: state.startedAt, data: {event: 'started', pid: state.pid ?? 0}}];
}

function wish(ts: number, grace_ms: number, reason?: string, signal?: string): StatusRecord[] {
  const why = reason === undefined ? {} : {reason};
  const signaled: StatusRecord[] = signal === undefined ? [] : [{ts, data: {event: 'signaled', signal}}];
  return [{ts, data: {event: 'cancelling', grace_ms, ...why}}, ...signaled];
}

function endOf(state: Extract<JobState, {finishedAt: number}>): StatusEvent {
  if (state.exitCode !== undefined) return {event: 'finished', exit_code: state.exitCode};
  if (state.status === 'cancelled') return {event: 'cancelled'};
  return {event: 'crashed', message: state.message ?? ''};
}

/** How far a job is. */
function rank(state: JobState): number {
  return isEnded(state) ? 3 : RANKS[state.status];
}

const RANKS = {queued: 0, running: 1, cancelling: 2} as const;

function rankOfEvent({event}: StatusEvent): number {
  if (event === 'started') return 1;
  return event === 'cancelling' || event === 'signaled' ? 2 : 3;
}
