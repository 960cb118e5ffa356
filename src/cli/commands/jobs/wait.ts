import {plural, stringifyWellFormed} from '../../../base/index.ts';
import {Client} from '../../../coordinator/client/index.ts';
import {isOver} from '../../../coordinator/domain/index.ts';
import {isUnfinished, keyOfListed} from '../../../coordinator/reader/index.ts';
import {addressText, openReadingPlace, resolveToRead, untilWithinReach} from '../../../jobs/index.ts';
import type {Context, OptionsOf} from '../../command.ts';
import {namedJobs} from '../../command-line/named-jobs.ts';
import {durationOrZero} from '../../command-line/option-values.ts';
import type {WAIT} from '../../definitions/jobs.ts';
import {sayElsewhere, tellUnknown} from '../../listing/job-notes.ts';
import {say} from '../../output/write.ts';
import {attend} from '../../waiting/attend.ts';
import {outcomeJson, outcomeOfListed} from '../../waiting/outcome.ts';
import {sayQueued} from '../../waiting/queue-text.ts';
import {outcomeFacts, sayOutcomes} from '../../waiting/tell-outcome.ts';
import {endOf, type Standing, Waiting, waitForJobs} from '../../waiting/waiting.ts';

type Options = OptionsOf<typeof WAIT>;

export async function run(
  operands: readonly string[],
  options: Options,
  {cwd, answers}: Context,
): Promise<number> {
  const limitMs = await durationOrZero(options.timeout, '--timeout');
  const any = options.any === true;
  const place = openReadingPlace(cwd);
  const named = operands.length === 0 ? [undefined] : operands;
  const jobs = named.flatMap(operand => namedJobs(resolveToRead, place, operand, options));
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
  const waiting = new Waiting(limitMs);
  if (limitMs !== 0) await sayQueued(client.state, jobs);
  try {
    const end = await waitForJobs(awaited, client, waiting, {any});
    if (options.json)
      answers.write(
        `${stringifyWellFormed(
          end.jobs.map(job => ({...outcomeJson(job.outcome), ...outcomeFacts(client.state, job.key, job)})),
          2,
        )}\n`,
      );
    else if (!options.quiet) sayOutcomes(client.state, end.jobs);
    if (end.cut?.kind === 'interrupt')
      say(`stopped waiting; the ${plural(jobs.length, 'job goes', 'jobs go')} on`);
    if (end.cut?.kind === 'limit') say(limitText(end.jobs));
    const code = endOf(end, {any});
    // Whoever only looks, again and again, would wait for ever for a job that nobody looks after.
    if (limitMs === 0) await attend(client.state, jobs.filter(isUnfinished));
    return code;
  } finally {
    waiting.close();
    client.close();
  }
}

function limitText(jobs: readonly Standing[]): string {
  const open = jobs.filter(({isFinished}) => !isFinished).map(({outcome}) => outcome);
  const names = open.map(({name, status}) => `${name} (${status})`).join(', ');
  const addresses = open.map(({invocation, name}) => addressText(invocation, name)).join(' ');
  return `${names} ${plural(open.length, 'goes', 'go')} on: the waiting reached its limit. To wait again: stint wait ${addresses}`;
}
