/** Of which jobs logs are printed: those with these addresses, or that fit the filters, or the newest one. */

import {keyText, StintError} from '../../base/index.ts';
import {keyOfListed, type ListedJob} from '../../coordinator/reader/index.ts';
import {
  isSelected,
  newestJob,
  type ReadingPlace,
  resolveToRead,
  type Selection,
  selectFrom,
} from '../../jobs/index.ts';
import type {OptionsOf} from '../command.ts';
import {namedJobs} from '../command-line/named-jobs.ts';
import {wholeNumber} from '../command-line/option-values.ts';
import {keyOfOption} from '../command-line/parse.ts';
import {selectionOf} from '../command-line/selection-options.ts';
import type {LOGS} from '../definitions/jobs.ts';
import {SELECTION_OPTIONS} from '../definitions/shared.ts';
import {say} from '../output/write.ts';

type Options = OptionsOf<typeof LOGS>;

export interface ChosenJobs {
  /** Oldest first where they are not named. */
  readonly jobs: readonly ListedJob[];
  /** They were asked for as several, also where it is one: then each line and record tells of which job it is. */
  readonly areSeveral: boolean;
}

/** Throws `USAGE`, and `NO_MATCH` where there is none. */
export async function chosenJobs(
  place: ReadingPlace,
  operands: readonly string[],
  options: Options,
): Promise<ChosenJobs> {
  const {job, inv, worktree, last} = options;
  const hasAddress = operands.length > 0 || [job, inv].some(each => each !== undefined);
  const isFiltered = FILTERS.some(name => options[name] !== undefined);
  const count = wholeNumber(last, '--last', 1);
  if (last !== undefined && hasAddress)
    throw new StintError('USAGE', 'Give either addresses or --last, not both.');
  if (!hasAddress && (isFiltered || last !== undefined)) return selected(place, options, count ?? USUAL);
  if (!hasAddress && worktree === undefined) return {jobs: [newestHere(place)], areSeveral: false};
  const given = operands.length === 0 ? [undefined] : operands;
  const named = unique(given.flatMap(operand => namedJobs(resolveToRead, place, operand, options)));
  if (!isFiltered) return {jobs: named, areSeveral: given.length > 1 || named.length > 1};
  const selection = await selectionAsked({...options, worktree: undefined});
  const from = {here: place.here, place: place.reader?.place};
  const jobs = named.filter(each => isSelected(each, selection, from));
  if (jobs.length === 0) throw noMatch('None of these jobs fits the filters.');
  return {jobs, areSeveral: true};
}

/** As many invocations as `ls` shows. */
const USUAL = 10;
const FILTERS = SELECTION_OPTIONS.map(option => keyOfOption(option) as keyof Options);

async function selected(place: ReadingPlace, options: Options, last: number): Promise<ChosenJobs> {
  const selection: Selection = {...(await selectionAsked(options)), last};
  const {jobs, more} = selectFrom(place, selection);
  if (jobs.length === 0) throw noMatch('No job fits the filters.');
  if (more.count > 0 && options.last === undefined)
    say(
      `of the last ${last} invocations in which jobs fit; there are more: --last N takes those of the last N`,
    );
  return {jobs: jobs.toReversed(), areSeveral: true};
}

function newestHere(place: ReadingPlace): ListedJob {
  const found = newestJob(place);
  if (found === undefined)
    throw new StintError('NO_MATCH', 'Nothing was run in this repository yet.', {
      hint: 'Try: stint run -- <command>',
    });
  if (found.isElsewhere)
    say(
      `nothing was run in this worktree: this is of the newest job elsewhere, ${found.job.name} in ${found.job.worktree ?? 'no worktree'}`,
    );
  return found.job;
}

function unique(jobs: readonly ListedJob[]): readonly ListedJob[] {
  return [...new Map(jobs.map(job => [keyText(keyOfListed(job)), job])).values()];
}

function noMatch(message: string): StintError {
  return new StintError('NO_MATCH', message, {hint: 'Run: stint ls   (what there is)'});
}

/** `--status`, `--since` and `--until` are about records here. */
function selectionAsked({status: _, since: __, until: ___, ...options}: Options): Promise<Selection> {
  return selectionOf(options, 0);
}
