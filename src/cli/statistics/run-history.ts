/** The runs of a job as statistics want them. */

import {isEnded} from '../../coordinator/domain/index.ts';
import type {ListedJob} from '../../coordinator/reader/index.ts';
import type {JobRun} from './job-statistics.ts';

export function runOf({row, state}: ListedJob): JobRun {
  return {
    status: state.status,
    command: row.command,
    commit: row.commit_id,
    dirty: row.dirty === null ? null : row.dirty === 1,
    tookMs: (isEnded(state) ? state.tookMs : undefined) ?? null,
    progress: row.progress,
  };
}
