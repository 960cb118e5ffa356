/** Jobs as rows and back. The domain never sees a row, the store never sees a job. */
import {
  type InvocationId,
  parseInvocationId,
  type RepoId,
  StintError,
  unreachable,
} from '../../../base/index.ts';
import type {InvocationRow, JobRow} from '../../../store/index.ts';
import {
  cpuTimeOf,
  type EndedState,
  type Invocation,
  isEnded,
  isEndedStatus,
  type JobState,
  type JobSummary,
  parseStatus,
  type RunningState,
  type SpecSummary,
  stallOf,
} from '../../domain/index.ts';

/** The row of the invocation that has this as its first job. */
export function invocationRow({invocation: {id, createdAt, ...facts}, number}: SpecSummary): InvocationRow {
  return {
    id,
    number,
    created_at: createdAt,
    trigger_command: facts.triggerCommand,
    hook_type: facts.hookType,
    cwd: facts.cwd,
    worktree: facts.worktree,
    branch: facts.branch,
    commit_id: facts.commit,
    dirty: facts.dirty === null ? null : Number(facts.dirty),
  };
}

export function jobRow({spec, state, sizeBytes, progressSummary, queueRank}: JobSummary): JobRow {
  const ended = isEnded(state) ? state : undefined;
  const stalled = stallOf(state);
  return {
    invocation_id: spec.invocation.id,
    number: spec.number,
    name: spec.name,
    attempt: spec.attempt,
    status: state.status,
    background: Number(spec.background),
    tags: JSON.stringify(spec.tags),
    group_name: spec.group,
    command: spec.commandText,
    cwd: spec.cwd,
    sample_every: spec.sampleEvery,
    merged: Number(spec.merged),
    queued_at: spec.invocation.createdAt,
    started_at: state.status === 'queued' ? null : (state.startedAt ?? null),
    finished_at: ended?.finishedAt ?? null,
    duration_ms: ended?.tookMs ?? null,
    cpu_user_ms: ended?.cpu?.userMs ?? null,
    cpu_system_ms: ended?.cpu?.systemMs ?? null,
    closed_at: ended?.closedAt ?? null,
    exit_code: ended?.exitCode ?? null,
    signal: ended?.signal ?? null,
    message: ended?.message ?? ('lost' in state ? (state.lost ?? null) : null),
    pid: state.status === 'queued' ? null : (state.pid ?? null),
    size_bytes: sizeBytes ?? null,
    cut_bytes: state.status === 'queued' ? null : (state.cutBytes ?? null),
    stalled_at: stalled?.since ?? null,
    stalled_phase: stalled?.phase ?? null,
    progress: progressSummary ?? null,
    retention_ms: spec.retentionMs,
    retention_failed_ms: spec.retentionFailedMs,
    submitted_by: spec.by,
    priority: spec.priority,
    service: Number(spec.service),
    retries: spec.retries,
    queue_rank: queueRank ?? 0,
  };
}

/** A job as its row tells it. What a row does not hold (the exact command, the umask) is read from the spec when needed. */
export function jobOfRow(repo: RepoId, row: JobRow, invocation: InvocationRow): JobSummary {
  const spec: SpecSummary = {
    repo,
    invocation: invocationOfRow(invocation),
    number: row.number,
    name: row.name,
    attempt: row.attempt,
    commandText: row.command,
    cwd: row.cwd,
    tags: JSON.parse(row.tags) as string[],
    background: row.background === 1,
    group: row.group_name,
    by: row.submitted_by,
    priority: row.priority,
    service: row.service === 1,
    retries: row.retries,
    sampleEvery: row.sample_every,
    merged: row.merged === 1,
    retentionMs: row.retention_ms,
    retentionFailedMs: row.retention_failed_ms,
  };
  return {
    spec,
    state: stateOfRow(row),
    ...(row.size_bytes === null ? {} : {sizeBytes: row.size_bytes}),
    ...(row.queue_rank === 0 ? {} : {queueRank: row.queue_rank}),
    ...(row.progress === null ? {} : {progressSummary: row.progress}),
  };
}

function invocationOfRow(row: InvocationRow): Invocation {
  return {
    id: invocationIdOf(row.id),
    createdAt: row.created_at,
    triggerCommand: row.trigger_command,
    hookType: row.hook_type,
    cwd: row.cwd,
    worktree: row.worktree,
    branch: row.branch,
    commit: row.commit_id,
    dirty: row.dirty === null ? null : row.dirty === 1,
  };
}

/** The state that a row tells. A status that this version does not know counts as ended without a known code. */
export function stateOfRow(row: JobRow): JobState {
  const status = parseStatus(row.status) ?? 'crashed';
  if (isEndedStatus(status)) return endedState(status, row);
  const began = {startedAt: row.started_at ?? 0, pid: row.pid ?? 0, ...cutOfRow(row)};
  switch (status) {
    case 'queued':
      return {status};
    case 'running':
      return {status, ...began, ...stallOfRow(row), ...lossOfRow(row)};
    case 'cancelling':
      return {status, ...began, since: 0, killAt: 0, ...stallOfRow(row), ...lossOfRow(row)};
    default:
      return unreachable(status);
  }
}

function endedState(status: EndedState['status'], row: JobRow): EndedState {
  const cpu = cpuTimeOf(row.cpu_user_ms, row.cpu_system_ms);
  return {
    status,
    finishedAt: row.finished_at ?? 0,
    ...(isEndUnseen(status, row) ? {unseenEnd: 'unknown'} : {}),
    ...(row.duration_ms === null ? {} : {tookMs: row.duration_ms}),
    ...(cpu === undefined ? {} : {cpu}),
    ...(row.started_at === null ? {} : {startedAt: row.started_at}),
    ...(row.pid === null ? {} : {pid: row.pid}),
    ...(row.signal === null ? {} : {signal: row.signal}),
    ...(row.exit_code === null ? {} : {exitCode: row.exit_code}),
    ...(row.message === null ? {} : {message: row.message}),
    ...cutOfRow(row),
    ...(row.closed_at === null ? {} : {closedAt: row.closed_at}),
  };
}

/** Of one that was started and lost it is not known how long it took; between which moments it ended stands in its log. */
function isEndUnseen(status: EndedState['status'], {started_at, duration_ms}: JobRow): boolean {
  return status === 'crashed' && started_at !== null && duration_ms === null;
}

/** The number of the batch is not in the row. */
function stallOfRow({stalled_at, stalled_phase}: JobRow): Pick<RunningState, 'stalled'> {
  if (stalled_at === null) return {};
  return {stalled: {since: stalled_at, ...(stalled_phase === null ? {} : {phase: stalled_phase})}};
}

/** Of a job that has not ended the message says what of its output is lost. */
function lossOfRow({message}: JobRow): Pick<RunningState, 'lost'> {
  return message === null ? {} : {lost: message};
}

function cutOfRow({cut_bytes}: JobRow): Pick<RunningState, 'cutBytes'> {
  return cut_bytes === null ? {} : {cutBytes: cut_bytes};
}

function invocationIdOf(text: string): InvocationId {
  const id = parseInvocationId(text);
  if (id === undefined)
    throw new StintError('STORE_CORRUPT', `The store holds an invocation with the impossible id ${text}.`);
  return id;
}
