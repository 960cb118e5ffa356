/** Reading the records of a journal, as they are now or as they come, also where the files were damaged. */
import type {ChangeSource} from '../../platform/index.ts';
import {followUntilOver} from './follow.ts';
import type {RecordBatch} from './record-batch.ts';
import {type ReadRecordsOptions, RecordReader} from './record-reader.ts';

/** Behind how many records a follower that catches up gives the event loop its turn. */
const TURN_RECORDS = 64;

/**
 * Yields the records, oldest first, in batches of parsed JSON objects. A journal that does not exist has none.
 * A batch tells text and place of its records until the next one is asked for.
 * Throws a `StintError` with code `PERMISSIONS_TOO_OPEN` when others may use a segment, and what `strict` says.
 */
export function* readRecords(
  path: string,
  options: ReadRecordsOptions = {},
): Generator<RecordBatch, void, undefined> {
  const reader = new RecordReader(path, options);
  try {
    for (let batch = reader.next(); batch !== undefined; batch = reader.next()) yield batch;
    reader.finish();
  } finally {
    reader.close();
  }
}

export interface FollowRecordsOptions extends ReadRecordsOptions {
  /** Ends the iteration, without an error. */
  readonly signal?: AbortSignal | undefined;
  /** Where the writer is in this process it can tell of its writes itself; the file system is not watched then. */
  readonly source?: ChangeSource | undefined;
}

/**
 * Yields the records that are there, then those that come, each once. The journal need not exist yet. Ends at an abort
 * and when the journal is deleted. What stands behind the last newline may still become a record and is not reported.
 */
export async function* followRecords(
  path: string,
  options: FollowRecordsOptions = {},
): AsyncGenerator<RecordBatch, void, undefined> {
  const reader = new RecordReader(path, options);
  yield* followUntilOver(path, reader, options, batch => batch.values.length > TURN_RECORDS);
}
