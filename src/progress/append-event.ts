/** One event of a run whose process is not ours: each is appended by a process of its own, as a shell script does it. */
import {messageOf} from '../base/index.ts';
import {EventFile} from './event-file.ts';
import {type LastOfRun, lastOfRun} from './last-of-run.ts';
import type {ProgressFields} from './record.ts';
import {type RecordHead, recordLine} from './record-line.ts';

export interface AppendedEvent extends Omit<RecordHead, 'elapsedMs' | 'seq' | 'rssMib'> {
  readonly path: string;
  readonly fields: ProgressFields;
  /** Hears what kept the event from the file. */
  readonly warn: (message: string) => void;
}

/**
 * Appends the event behind what the file holds of its run: the time since that began and the number go on from its last
 * record. Two that are appended at the same moment can have the same number. Never throws.
 */
export function appendProgressEvent(event: AppendedEvent): void {
  const {path, fields, warn} = event;
  try {
    const file = new EventFile(path, warn);
    file.append(recordLine({...event, ...goingOn(lastOfRun(path, event.runId), event.tsMs)}, fields));
    file.close();
  } catch (error) {
    warn(`Progress cannot be reported to ${path}: ${messageOf(error)}. The work goes on without.`);
  }
}

function goingOn(last: LastOfRun, now: number): Pick<RecordHead, 'elapsedMs' | 'seq' | 'rssMib'> {
  if (last === 'none') return {elapsedMs: 0, seq: 0, rssMib: undefined};
  if (last === 'unknown') return {elapsedMs: undefined, seq: undefined, rssMib: undefined};
  const {elapsed_ms, seq, ts_ms} = last;
  return {
    // A clock that was put back did not stop the run.
    elapsedMs: elapsed_ms === undefined ? undefined : elapsed_ms + Math.max(0, now - ts_ms),
    seq: seq === undefined ? undefined : seq + 1,
    rssMib: undefined,
  };
}
