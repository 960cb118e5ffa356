import {plural, stringifyWellFormed} from '../../../base/index.ts';
import {Client} from '../../../coordinator/client/index.ts';
import {isOver} from '../../../coordinator/domain/index.ts';
import {isUnfinished, keyOfListed} from '../../../coordinator/reader/index.ts';
import {
  addressText,
  attend,
  openReadingPlace,
  outcomeOfListed,
  resolveToRead,
  untilWithinReach,
  type WaitedJob,
  waitForJobs,
} from '../../../jobs/index.ts';
import type {Context, OptionsOf} from '../../command.ts';
import {namedJobs} from '../../command-line/named-jobs.ts';
import {durationOrZero} from '../../command-line/option-values.ts';
import type {WAIT} from '../../definitions/jobs.ts';
import {sayElsewhere, tellUnknown} from '../../listing/job-notes.ts';
import {say} from '../../output/write.ts';
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
  const waiting = interruptibleWaiting(limitMs);
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
    if (options.bell) ringBell(end);
    const code = endOf(end, {any});
    // Whoever only looks, again and again, would wait for ever for a job that nobody looks after.
    if (limitMs === 0) await attend(client.state, jobs.filter(isUnfinished), say);
    return code;
  } finally {
    waiting.close();
    client.close();
  }
}

function limitText(jobs: readonly WaitedJob[]): string {
  const open = jobs.filter(({isFinished}) => !isFinished).map(({outcome}) => outcome);
  const names = open.map(({name, status}) => `${name} (${status})`).join(', ');
  const addresses = open.map(({invocation, name}) => addressText(invocation, name)).join(' ');
  return `${names} ${plural(open.length, 'goes', 'go')} on: the waiting reached its limit. To wait again: stint wait ${addresses}`;
}
