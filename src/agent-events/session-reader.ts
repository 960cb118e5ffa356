/**
 * Reading a session that was recorded: as it is, or as it grows, by whichever process. Damage is passed over and told of
 * with its bytes; a record that is no event in an envelope is told of in the same way.
 */
import {StintError} from '../base/index.ts';
import {
  type FollowRecordsOptions,
  followRecords,
  type ReadRecordsOptions,
  type RecordBatch,
  readRecords,
  type SkippedBytes,
} from '../journal/index.ts';
import {type PersistedAgentEvent, toPersistedEvent} from './envelope.ts';

/** Bytes of a session that are no event. */
export type SkippedEvent = Omit<SkippedBytes, 'reason'> & {
  /** As in a journal, or `not_an_event`: a record without the envelope of an event. */
  readonly reason: SkippedBytes['reason'] | 'not_an_event';
};

export interface ReadSessionOptions
  extends Pick<ReadRecordsOptions, 'from' | 'fromTime' | 'last' | 'maxLineBytes'> {
  /** Fail where anything is damaged or no event, instead of passing over it: `NOT_A_STINT_FILE`. */
  readonly strict?: boolean;
  /** Is told of what was passed over, before the events behind it come. */
  readonly onSkipped?: (skipped: SkippedEvent) => void;
}

export type FollowSessionOptions = ReadSessionOptions & Pick<FollowRecordsOptions, 'signal' | 'source'>;

/**
 * The events of a session, oldest first, over all its files; `path` is the first one. `from` is the `index` to begin
 * with, `fromTime` a time in Unix milliseconds. A session that does not exist has none.
 */
export function* readSession(
  path: string,
  options: ReadSessionOptions = {},
): Generator<PersistedAgentEvent, void, undefined> {
  for (const batch of readRecords(path, {...options, numberKey: 'index'})) yield* eventsOf(batch, options);
}

/** The events that are there, then those that come, each once. Ends at an abort and when the session is deleted. */
export async function* followSession(
  path: string,
  options: FollowSessionOptions = {},
): AsyncGenerator<PersistedAgentEvent, void, undefined> {
  for await (const batch of followRecords(path, {...options, numberKey: 'index'}))
    yield* eventsOf(batch, options);
}

function* eventsOf(
  batch: RecordBatch,
  {strict = false, onSkipped}: ReadSessionOptions,
): Generator<PersistedAgentEvent, void, undefined> {
  for (const [at, value] of batch.values.entries()) {
    const event = toPersistedEvent(value);
    if (event !== undefined) yield event;
    else if (strict) throw notAnEvent(batch, at);
    else onSkipped?.({...batch.place(at), reason: 'not_an_event'});
  }
}

function notAnEvent(batch: RecordBatch, at: number): StintError {
  const {file, fromByte, toByte} = batch.place(at);
  return new StintError(
    'NOT_A_STINT_FILE',
    `Could not read ${file}: the record at bytes ${fromByte} to ${toByte} is no event.`,
    {
      hint: 'A reader that is not strict passes over what is no event.',
      details: {...batch.place(at)},
    },
  );
}
