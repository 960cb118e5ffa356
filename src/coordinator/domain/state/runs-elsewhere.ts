import {type ProcessSpace, StintError, spaceText} from '../../../base/index.ts';

/** Where a job runs that nothing can be done about from here. */
export interface Elsewhere {
  readonly space: ProcessSpace;
  readonly whereabouts: 'beside' | 'elsewhere';
}

/** Of whoever asks for what only its own coordinator can do. */
export function runsElsewhere(name: string, {space, whereabouts}: Elsewhere): StintError {
  return new StintError(
    'RUNS_ELSEWHERE',
    `Nothing can be done about ${name} from here: it runs ${spaceText(space, whereabouts)}.`,
    {
      hint: `${WHAT_TO_DO}${whereabouts === 'elsewhere' ? `\n${GIVE_UP}` : ''}`,
      details: {...space},
    },
  );
}

const WHAT_TO_DO =
  'Run the same there. Where that says the same, a coordinator of another place serves: run there first: stint shutdown   (jobs go on)';

/** What a person can do who knows what no record tells. */
export const GIVE_UP =
  'If that machine is gone for good, remove the file alive in the directory of the job: then it counts as crashed.';
