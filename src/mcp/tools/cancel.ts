import * as z from 'zod';

import {keyOfListed} from '../../coordinator/reader/index.ts';
import {cancelJobs, refuseJobsOfOthers, resolveToAct, whoAsksAsClient} from '../../jobs/index.ts';
import {jobsAnswer} from '../answers/job-answer.ts';
import {JOB_FACTS, OUTPUT_FACTS} from '../answers/job-facts.ts';
import type {Caller, Host} from '../jobs/host.ts';
import {lookAgain} from '../jobs/look.ts';
import {meantJobs} from '../jobs/named-jobs.ts';
import {refuseReadOnly} from '../server/bounds.ts';
import {MOST_JOBS} from '../tasks/wait-task.ts';
import {defineTool} from './tool.ts';

const USUAL_GRACE_MS = 10_000;
/** Behind the KILL that ends the grace, for what it ends. */
const GONE_MS = 5000;

export const CANCEL = defineTool({
  name: 'cancel',
  title: 'End jobs',
  description:
    'Ends jobs with all that they started (TERM, and KILL after grace_ms), and tells how each ended. One that has ended already stays as it is. Jobs that somebody else started are refused without others.',
  input: z.strictObject({
    jobs: z
      .union([z.string().min(1), z.array(z.string().min(1)).min(1).max(MOST_JOBS)])
      .describe('Handles of jobs, one or several.'),
    grace_ms: z.number().int().min(0).max(40_000).optional().describe('Default 10000.'),
    others: z.boolean().optional().describe('Also jobs that are not yours: only if you were asked to.'),
  }),
  output: z.strictObject({jobs: z.array(z.strictObject({...JOB_FACTS, ...OUTPUT_FACTS}))}),
  annotations: {readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false},
  acts: true,
  call: async ({jobs: named, grace_ms: graceMs = USUAL_GRACE_MS, others}, host, caller) => {
    const handles = typeof named === 'string' ? [named] : named;
    const jobs = await toldToEnd(host, caller, handles, {graceMs, others});
    const open = jobs.filter(({row}) => row.closed_at === null);
    await host.withClient(client =>
      Promise.allSettled(
        open.map(job =>
          client.waitUntilGone(keyOfListed(job), {timeoutMs: graceMs + GONE_MS, signal: caller.signal}),
        ),
      ),
    ); // what is not gone by then is told by how it stands
    return jobsAnswer(await lookAgain(host, jobs.map(keyOfListed)), {});
  },
});

interface EndingOptions {
  readonly graceMs?: number;
  /** Also jobs that are not the caller's. */
  readonly others?: boolean | undefined;
}

/** Rejects with `JOB_OF_OTHERS` before any is told; where none was told, because of what is wrong with the first. */
export async function toldToEnd(
  host: Host,
  {name}: Pick<Caller, 'name'>,
  handles: readonly string[],
  {graceMs = USUAL_GRACE_MS, others = false}: EndingOptions = {},
) {
  refuseReadOnly(host.bounds);
  const jobs = await meantJobs(host, handles, resolveToAct);
  const open = jobs.filter(({row}) => row.closed_at === null);
  refuseJobsOfOthers(others ? null : whoAsksAsClient(name), open);
  const {failures} = await host.withClient(client => cancelJobs(client, jobs, graceMs));
  if (failures.length > 0) throw failures[0];
  return jobs;
}
