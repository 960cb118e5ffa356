/** What `ls` was asked for, read from its options. */
import {StintError} from '../../base/index.ts';
import {patternOfJobs, type Selection, USUAL_LAST} from '../../jobs/index.ts';
import type {OptionsOf} from '../command.ts';
import {wholeNumber} from '../command-line/option-values.ts';
import {selectionOf} from '../command-line/selection-options.ts';
import type {LS} from '../definitions/jobs.ts';

type Options = OptionsOf<typeof LS>;

/** Which jobs; keys of a list that is watched change it. */
export interface ListWish {
  readonly repo: string | undefined;
  readonly allRepos: boolean;
  all: boolean;
  stalled: boolean;
  /** As it is meant `now`, Unix milliseconds: times are told from there. */
  selectionAt(now: number): Promise<Selection>;
}

/** Throws `USAGE` for options that contradict each other. */
export function listWish(pattern: string | undefined, options: Options): ListWish {
  const {repo, allRepos = false, all = false, stalled = false, here, watch} = options;
  refuseBoth(allRepos && repo !== undefined, '--repo', '--all-repos');
  refuseBoth(allRepos && here === true, '--here', '--all-repos');
  refuseBoth(allRepos && watch === true, '--watch', '--all-repos');
  if (pattern === '')
    throw new StintError('USAGE', 'The pattern is empty.', {hint: 'For example: stint ls test'});
  const last = wholeNumber(options.last, '--last', 1) ?? USUAL_LAST;
  return {
    repo,
    allRepos,
    all,
    stalled,
    async selectionAt(now) {
      return {
        ...(await selectionOf(options, now)),
        last: this.all ? undefined : last,
        pattern: pattern === undefined ? undefined : patternOfJobs(pattern, '[pattern]'),
      };
    },
  };
}

function refuseBoth(areBoth: boolean, one: string, other: string): void {
  if (areBoth) throw new StintError('USAGE', `Give either ${one} or ${other}, not both.`);
}
