import type {EventLimits} from '../../base/index.ts';
import type {KeptTopic, TopicCut} from '../domain/index.ts';
import type {FailedRemoval} from './job-removal.ts';

/** Recorded sessions and topics of the event log that lie in the state directory, and the removal of their oldest events. */
export interface KeptEvents {
  /** What is set about them now. Rejects with `USAGE` where a setting cannot be. */
  limits(): Promise<EventLimits>;
  /** All that there is, looked at a little at a time. */
  lookAround(): Promise<EventsThere>;
  /** Removes what these cuts say. What was removed before is none to worry about. */
  cut(cuts: readonly TopicCut[]): Promise<CutReport>;
  /** What was recorded last; undefined where there was no pass. */
  lastPass(): RecordedEventPass | undefined;
  record(pass: RecordedEventPass): void;
}

export interface EventsThere {
  readonly topics: readonly KeptTopic[];
  /** What could not be looked at, and stays: a log or a topic that is damaged, locked, of a newer version, or somebody else's. */
  readonly failed: readonly FailedRemoval[];
}

export interface CutReport {
  readonly done: readonly TopicCut[];
  /** What is still there as it was. */
  readonly failed: readonly FailedRemoval[];
}

/** What is told of the last pass later on. */
export interface RecordedEventPass {
  /** Unix milliseconds. */
  readonly at_ms: number;
  /** How many of each lost events. */
  readonly sessions: number;
  readonly topics: number;
  readonly freed_bytes: number;
  /** What could not be looked at or removed. */
  readonly failed: number;
}
