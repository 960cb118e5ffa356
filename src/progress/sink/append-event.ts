/** One event of a run whose process is not ours: each is appended by a process of its own, as a shell script does it. */
import {messageOf} from '../../base/index.ts';
import {type LastOfRun, lastOfRun} from '../last-of-run.ts';
import type {ProgressFields} from '../record.ts';
import {EventFile} from './event-file.ts';
import {type RecordHead, recordLine, usableLabels} from './event-line.ts';
import type {ProgressLabels} from './sink.ts';

export interface AppendedEvent {
  readonly path: string;
  readonly head: Omit<RecordHead, 'elapsed_ms' | 'seq'>;
  readonly labels: ProgressLabels;
  readonly fields: ProgressFields;
  /** Hears what kept the event from the file. */
  readonly warn: (message: string) => void;
}

/**
 * Appends the event behind what the file holds of its run: the time since that began and the number go on from its last
 * record. Two that are appended at the same moment can have the same number. Never throws.
 */
export function appendProgressEvent({path, head, labels, fields, warn}: AppendedEvent): void {
  try {
    const file = new EventFile(path, warn);
    const {event, phase, sub_phase, ts_ms, run_id, pid} = head;
    const {elapsed_ms, seq} = goingOn(lastOfRun(path, run_id), ts_ms);
    const whole = {event, phase, sub_phase, ts_ms, elapsed_ms, run_id, seq, pid};
    file.append(recordLine(whole, usableLabels(labels), undefined, fields));
    file.close();
  } catch (error) {
    warn(`Progress cannot be reported to ${path}: ${messageOf(error)}. The work goes on without.`);
  }
}

function goingOn(last: LastOfRun, now: number): Pick<RecordHead, 'elapsed_ms' | 'seq'> {
  if (last === 'none') return {elapsed_ms: 0, seq: 0};
  if (last === 'unknown') return {elapsed_ms: undefined, seq: undefined};
  const {elapsed_ms, seq, ts_ms} = last;
  return {
    // A clock that was put back did not stop the run.
    elapsed_ms: elapsed_ms === undefined ? undefined : elapsed_ms + Math.max(0, now - ts_ms),
    seq: seq === undefined ? undefined : seq + 1,
  };
}
