/** What a job's journal says became of the job: its status records, folded. */
import {statSync} from 'node:fs';

import {listSegments, segmentPath} from '../../../journal/index.ts';
import {type JobState, nextState} from '../../domain/index.ts';
import {chunksIn, copiedStatus, type StatusLine, statusLinesOf} from './status-lines.ts';

export interface JournalState {
  readonly state: JobState;
  /** Bytes in whole lines; 0 where the journal is gone and only the copy of its status records is left. */
  readonly bytes: number;
}

/**
 * Undefined when there is no record. Of a long journal the copy of its status records tells, whatever is left of it; any
 * other is read: `first-record` is enough, and quick, while the job is alive: it has not ended.
 */
export function foldJournal(path: string, extent: 'first-record' | 'whole'): JournalState | undefined {
  const copied = copiedStatus(path);
  if (copied.length > 0) return {state: copied.reduce(after, QUEUED), bytes: journalBytes(path)};
  let state = QUEUED;
  let bytes = 0;
  for (const chunk of chunksIn(path)) {
    bytes += chunk.length;
    for (const line of statusLinesOf(chunk)) {
      state = after(state, line);
      if (extent === 'first-record') return {state, bytes};
    }
  }
  return bytes === 0 ? undefined : {state, bytes};
}

const QUEUED: JobState = {status: 'queued'};

function after(state: JobState, {ts, event}: StatusLine): JobState {
  return event === undefined ? state : nextState(state, {ts, data: event});
}

/** Bytes in all of a journal's files. */
export function journalBytes(path: string): number {
  let bytes = 0;
  for (const segment of listSegments(path)) {
    bytes += statSync(segmentPath(path, segment), {throwIfNoEntry: false})?.size ?? 0;
  }
  return bytes;
}
