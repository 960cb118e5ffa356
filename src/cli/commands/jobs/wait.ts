import {plural, StintError, stringifyWellFormed} from '../../../base/index.ts';
import {Client} from '../../../coordinator/client/index.ts';
import {isOver} from '../../../coordinator/domain/index.ts';
import {isUnfinished, keyOfListed, type ListedJob} from '../../../coordinator/reader/index.ts';
import {
  addressText,
  attend,
  openReadingPlace,
  outcomeOfListed,
  resolveToRead,
  type Until,
  untilWithinReach,
  type WaitEnd,
  type WaitedJob,
  waitForJobs,
} from '../../../jobs/index.ts';
import type {Context, OptionsOf} from '../../command.ts';
import {namedJobs} from '../../command-line/named-jobs.ts';
import {durationOrZero} from '../../command-line/option-values.ts';
import type {WAIT} from '../../definitions/waiting.ts';
import {sayElsewhere, tellUnknown} from '../../listing/job-notes.ts';
import {say} from '../../output/write.ts';
import {jobsOfKinds, kindsText} from '../../waiting/jobs-of-kinds.ts';
import {outcomeJson} from '../../waiting/outcome.ts';
import {sayQueued} from '../../waiting/queue-text.ts';
import {outcomeFacts, sayOutcomes} from '../../waiting/tell-outcome.ts';
import {endOf, interruptibleWaiting, ringBell} from '../../waiting/wait-exit.ts';

type Options = OptionsOf<typeof WAIT>;

export async function run(
  operands: readonly string[],
  options: Options,
  {cwd, answers}: Context,
): Promise<number> {
  const limitMs = await durationOrZero(options.timeout, '--timeout');
  const until = untilOf(options);
  const jobs = meantJobs(operands, options, cwd);
  tellUnknown(jobs);
  const client = new Client({notify: say});
  const awaited = jobs.map(job => {
    const isRecorded = isOver(job) && job.row.finished_at !== null;
    return {
      key: keyOfListed(job),
      known: isRecorded ? outcomeOfListed(job) : undefined,
      withinReach: (signal: AbortSignal) => untilWithinReach(client, job, signal),
    };
  });
  sayElsewhere(jobs.filter(({row}) => row.finished_at === null));
  const waiting = interruptibleWaiting(limitMs);
  if (limitMs !== 0) await sayQueued(client.state, jobs);
  try {
    const end = await waitForJobs(awaited, client, waiting, {until});
    if (options.json)
      answers.write(
        `${stringifyWellFormed(
          end.jobs.map(job => ({...outcomeJson(job.outcome), ...outcomeFacts(client.state, job.key, job)})),
          2,
        )}\n`,
      );
    else if (!options.quiet) sayOutcomes(client.state, end.jobs);
    sayWhatGoesOn(end, jobs.length);
    if (options.bell) ringBell(end);
    const code = endOf(end, {until});
    // Whoever only looks, again and again, would wait for ever for a job that nobody looks after.
    if (limitMs === 0) await attend(client.state, jobs.filter(isUnfinished), say);
    return code;
  } finally {
    waiting.close();
    client.close();
  }
}

/** Throws `USAGE` where more than one of these is wanted. */
function untilOf(options: Options): Until {
  const given = (['all', 'any', 'failFast'] as const).filter(each => options[each] === true);
  if (given.length > 1)
    throw new StintError('USAGE', 'Give one of --all, --any and --fail-fast, not several.', {
      hint: '--all is the default; --fail-fast waits for all as well, unless one does not complete.',
    });
  return options.any ? 'any' : options.failFast ? 'failure' : 'all';
}

/** Throws `USAGE` and what the lookup of addresses does. */
function meantJobs(operands: readonly string[], options: Options, cwd: () => string): readonly ListedJob[] {
  const place = openReadingPlace(cwd);
  const {tag: tags = [], group: groups = [], here = false, job, inv, worktree} = options;
  if (tags.length === 0 && groups.length === 0) {
    if (here)
      throw new StintError('USAGE', '--here is for --tag and --group.', {
        hint: 'For example: stint wait --tag ci --here',
      });
    const named = operands.length === 0 ? [undefined] : operands;
    return named.flatMap(operand => namedJobs(resolveToRead, place, operand, options));
  }
  if (operands.length > 0 || job !== undefined || inv !== undefined)
    throw new StintError('USAGE', 'Give either addresses or --tag and --group, not both.', {
      hint: 'For example: stint wait --tag ci   or: stint wait npm-test',
    });
  const kinds = {tags, groups, here, worktree};
  const jobs = jobsOfKinds(place, kinds);
  if (jobs.length === 0) say(`nothing to wait for: no job ${kindsText(kinds)} goes on`);
  return jobs;
}

function sayWhatGoesOn({jobs, cut}: WaitEnd, count: number): void {
  const open = jobs.filter(({isFinished}) => !isFinished);
  if (cut?.kind === 'interrupt') say(`stopped waiting; the ${plural(count, 'job goes', 'jobs go')} on`);
  else if (open.length > 0)
    say(
      `${openText(open)}${cut?.kind === 'limit' ? ': the waiting reached its limit' : ''}. ${againText(open)}`,
    );
}

function openText(open: readonly WaitedJob[]): string {
  const names = open.map(({outcome: {name, status}}) => `${name} (${status})`).join(', ');
  return `${names} ${plural(open.length, 'goes', 'go')} on`;
}

function againText(open: readonly WaitedJob[]): string {
  const addresses = open.map(({outcome: {invocation, name}}) => addressText(invocation, name));
  return `To wait again: stint wait ${addresses.join(' ')}`;
}
