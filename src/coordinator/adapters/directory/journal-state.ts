/** What a job's journal says became of the job: its status records, folded. */
import {existsSync, statSync} from 'node:fs';

import {lineEnd, lineStart} from '../../../base/index.ts';
import {listSegments, readChunks, segmentPath} from '../../../journal/index.ts';
import {type JobState, nextState, parseStatusEvent, type StatusRecord} from '../../domain/index.ts';

export interface JournalState {
  readonly state: JobState;
  /** Bytes in whole lines. */
  readonly bytes: number;
}

/** Undefined when there is no record. `first-record` is enough, and quick, while the job is alive: it has not ended. */
export function foldJournal(path: string, extent: 'first-record' | 'whole'): JournalState | undefined {
  if (!existsSync(path)) return undefined;
  let state: JobState = {status: 'queued'};
  let bytes = 0;
  for (const chunk of readChunks(path)) {
    bytes += chunk.length;
    for (const line of statusLines(chunk)) {
      const record = parseStatus(line);
      if (record !== undefined) state = nextState(state, record);
      if (extent === 'first-record') return {state, bytes};
    }
  }
  return bytes === 0 ? undefined : {state, bytes};
}

/** Bytes in all of a journal's files. */
export function journalBytes(path: string): number {
  let bytes = 0;
  for (const segment of listSegments(path)) {
    bytes += statSync(segmentPath(path, segment), {throwIfNoEntry: false})?.size ?? 0;
  }
  return bytes;
}

const STATUS = Buffer.from(',"kind":"status","data":{');

/** Undefined for an event that this version does not know, and for what is no record (a power cut can leave such a line). */
function parseStatus(line: string): StatusRecord | undefined {
  try {
    const {ts, data} = JSON.parse(line) as {ts: number; data: unknown};
    const event = parseStatusEvent(data);
    return event === undefined ? undefined : {ts, data: event};
  } catch {
    return undefined;
  }
}

/** The status records in a chunk of whole lines. Text of a job cannot look like one: its quotes are escaped. */
function* statusLines(chunk: Buffer): Generator<string> {
  for (let at = chunk.indexOf(STATUS); at >= 0; at = chunk.indexOf(STATUS, at + 1)) {
    yield chunk.toString('utf8', lineStart(chunk, at), lineEnd(chunk, at) - 1);
  }
}
