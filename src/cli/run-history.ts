/** The runs of a job as statistics want them. */
import type {ListedJob} from '../coordinator/adapters/index.ts';
import {isEnded} from '../coordinator/domain/index.ts';
import type {JobRun} from './job-statistics.ts';

export function runOf({row, state}: ListedJob): JobRun {
  const isTimed = isEnded(state) && state.startedAt !== undefined;
  return {
    status: state.status,
    command: row.command,
    commit: row.commit_id,
    dirty: row.dirty === null ? null : row.dirty === 1,
    tookMs: isTimed ? Math.max(0, state.finishedAt - (state.startedAt ?? 0)) : null,
    progress: row.progress,
  };
}
