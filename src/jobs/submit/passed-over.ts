/** What an earlier coordinator passed over: it is not in the spec that it wrote. */
import type {JobKey} from '../../base/index.ts';
import type {JobOptions} from '../../coordinator/domain/index.ts';
import {recordedOptions} from '../../coordinator/reader/index.ts';

/** For each option that it does not know a sentence for people. */
export function passedOver(
  state: string,
  key: JobKey,
  {merged, by}: Pick<JobOptions, 'merged' | 'by'>,
): string[] {
  const recorded = recordedOptions(state, key);
  return [
    ...(merged && !recorded?.merged ? [KNOWS_NO_MERGE] : []),
    ...(by !== null && (recorded?.by ?? null) === null ? [KNOWS_NO_BY] : []),
  ];
}

const KNOWS_NO_MERGE =
  'the coordinator is of an earlier version and does not know --merge: stdout and stderr are recorded apart';
const KNOWS_NO_BY =
  "the coordinator is of an earlier version and does not record who started the job: it is nobody's";
