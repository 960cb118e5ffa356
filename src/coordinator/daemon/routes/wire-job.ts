import {isEnded, type JobSummary, keyOf, stallOf} from '../../domain/index.ts';
import type {Outcome, WireJob} from '../../protocol/index.ts';

/** A job as the protocol tells it. */
export function wireJob({spec, state, progress}: JobSummary): WireJob {
  const {invocation} = spec;
  const ended = isEnded(state) ? state : undefined;
  return {
    ...keyOf(spec),
    status: state.status,
    worktree: invocation.worktree,
    branch: invocation.branch,
    hook_type: invocation.hookType,
    tags: [...spec.tags],
    command: spec.commandText,
    created_at_ms: invocation.createdAt,
    started_at_ms: state.status === 'queued' ? null : (state.startedAt ?? null),
    finished_at_ms: ended?.unseenEnd === undefined ? (ended?.finishedAt ?? null) : null,
    exit_code: ended?.exitCode ?? null,
    message: ended?.message ?? null,
    pid: state.status === 'queued' ? null : (state.pid ?? null),
    phase: progress?.phase ?? null,
    rows_processed: progress?.rowsProcessed ?? null,
    rows_total: progress?.rowsTotal ?? null,
    rows_phase: progress?.rowsPhase ?? null,
    stalled_at_ms: stallOf(state)?.since ?? null,
  };
}

/** How it ended, for whoever waited for it. */
export function wireOutcome({spec, state, remains}: JobSummary): Outcome {
  const {invocation, name, attempt} = keyOf(spec);
  const ended = isEnded(state) ? state : undefined;
  return {
    name,
    invocation,
    attempt,
    status: state.status,
    exit_code: ended?.exitCode ?? null,
    message: ended?.message ?? null,
    ...(remains === undefined || remains.left.length === 0 ? {} : {left: [...remains.left]}),
    ...(remains?.unseen === undefined ? {} : {unseen: remains.unseen}),
  };
}
