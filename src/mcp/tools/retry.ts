import * as z from 'zod';

import {keyText} from '../../base/index.ts';
import {parseAddress} from '../../coordinator/domain/index.ts';
import {keyOfListed} from '../../coordinator/reader/index.ts';
import {
  exactAddress,
  failedHere,
  planRetry,
  resolveToAct,
  sendRetry,
  variablesOf,
  type WantedJob,
  wantedBy,
  whoAsksAsClient,
} from '../../jobs/index.ts';
import {findStateDirectory} from '../../platform/index.ts';
import {jobsAnswer} from '../answers/job-answer.ts';
import {JOB_FACTS, OUTPUT_FACTS} from '../answers/job-facts.ts';
import {standingText} from '../answers/words.ts';
import {type Host, inPlace} from '../jobs/host.ts';
import {lookAgain} from '../jobs/look.ts';
import {namedJobs} from '../jobs/named-jobs.ts';
import {callLimit, waitFor} from '../jobs/wait-for.ts';
import {refuseOutside, refuseReadOnly, refuseTooMany} from '../server/bounds.ts';
import {inTurn} from '../server/in-turn.ts';
import {MOST_JOBS} from '../tasks/wait-task.ts';
import {defineTool} from './tool.ts';

const USUAL_WAIT_MS = 2000;

export const RETRY = defineTool({
  name: 'retry',
  title: 'Run jobs again',
  description:
    'Runs jobs again that failed, crashed, timed out, were cancelled or skipped: same command, name, options and directory, as new jobs with new handles. Without jobs: whatever failed last here. One that goes on is refused.',
  input: z.strictObject({
    jobs: z
      .union([z.string().min(1), z.array(z.string().min(1)).min(1).max(MOST_JOBS)])
      .optional()
      .describe('Handles of jobs, one or several. Default: the newest run of each name here that failed.'),
    env: z.record(z.string(), z.string()).optional().describe('Variables to set.'),
    wait_ms: z
      .number()
      .int()
      .min(0)
      .max(86_400_000)
      .optional()
      .describe('Waits so long for their ends, else returns while they go on. Default 2000.'),
  }),
  output: z.strictObject({
    jobs: z.array(z.strictObject({...JOB_FACTS, ...OUTPUT_FACTS})),
    timed_out: z.boolean().describe('They go on: wait for them.'),
    left: z.array(z.string()).describe('What was meant and does not run again, and why.'),
  }),
  annotations: {readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true},
  acts: true,
  call: async ({jobs: handles, env = {}, wait_ms = USUAL_WAIT_MS}, host, caller) => {
    refuseReadOnly(host.bounds);
    const wanted = await wantedJobs(host, typeof handles === 'string' ? [handles] : handles);
    const asked = {variables: variablesOf(env), by: whoAsksAsClient(caller.name)};
    const plan = await planRetry(findStateDirectory(host.state), wanted, asked);
    for (const {run} of plan.jobs) refuseOutside(host.bounds, run.spec.name, run.spec.cwd);
    if (plan.jobs.length === 0)
      return jobsAnswer([], {
        text: ['Nothing runs again.', ...plan.left].join('\n'),
        timed_out: false,
        left: plan.left,
      });
    const {keys} = await inTurn(host, async () => {
      await refuseTooMany(host.bounds, host.state);
      return host.withClient(client => sendRetry(client, plan, typedFor(wanted)));
    });
    const standing = async () => (await lookAgain(host, keys)).map(({view}) => standingText(view)).join('\n');
    const limitMs = callLimit(wait_ms, caller);
    const {cut} = await waitFor(host, caller, keys, {any: false, limitMs, standing});
    const text = [
      ...plan.left.map(each => `[not run again: ${each}]`),
      ...(cut === undefined ? [] : [GO_ON]),
    ];
    return jobsAnswer(await lookAgain(host, keys), {
      text: text.join('\n'),
      timed_out: cut !== undefined,
      left: plan.left,
    });
  },
});

const GO_ON = 'What has not ended goes on: wait for it with these handles.';

async function wantedJobs(host: Host, handles: readonly string[] | undefined): Promise<readonly WantedJob[]> {
  if (handles === undefined) return inPlace(host, failedHere);
  const found = await Promise.all(
    handles.map(async handle => wantedBy(parseAddress(handle), await namedJobs(host, handle, resolveToAct))),
  );
  return [...new Map(found.flat().map(each => [keyText(keyOfListed(each.listed)), each])).values()];
}

/** What a person would have typed for it. */
function typedFor(wanted: readonly WantedJob[]): string {
  return `stint retry ${wanted.map(({listed}) => exactAddress(listed)).join(' ')}`;
}
