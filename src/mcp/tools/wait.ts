import * as z from 'zod';

import {keyOfListed} from '../../coordinator/reader/index.ts';
import {exactAddress, type ViewedJob} from '../../jobs/index.ts';
import {systemClock} from '../../platform/index.ts';
import {JOB_FACTS, OUTPUT_FACTS} from '../answers/job-facts.ts';
import {waitAnswer} from '../answers/wait-answer.ts';
import {standingText} from '../answers/words.ts';
import {attended, lookAgain} from '../jobs/look.ts';
import {meantJobs} from '../jobs/named-jobs.ts';
import {callLimit, waitFor} from '../jobs/wait-for.ts';
import {MOST_JOBS, waitTask} from '../tasks/wait-task.ts';
import {defineTool} from './tool.ts';

const USUAL_TIMEOUT_MS = 45_000;
/** A client with Tasks gets one for what takes longer, and looks after it by itself. */
const TASK_AFTER_MS = 2000;

export const WAIT = defineTool({
  name: 'wait',
  title: 'Wait for jobs',
  description:
    'Waits until jobs have ended (all, or any of them), at most timeout_ms, and tells how each ended, with the last lines of those that failed. One call instead of polling. timed_out: they go on, so do something else and wait again.',
  input: z.strictObject({
    jobs: z
      .union([z.string().min(1), z.array(z.string().min(1)).min(1).max(MOST_JOBS)])
      .describe('Handles of jobs, one or several.'),
    any: z.boolean().optional().describe('Return when the first of them has ended.'),
    timeout_ms: z
      .number()
      .int()
      .min(0)
      .max(86_400_000)
      .optional()
      .describe('Default 45000. Cut to 50000 where the client does not ask for progress.'),
  }),
  output: z.strictObject({
    jobs: z.array(z.strictObject({...JOB_FACTS, ...OUTPUT_FACTS})),
    timed_out: z.boolean(),
  }),
  annotations: {readOnlyHint: true, openWorldHint: false},
  acts: false,
  call: async ({jobs: handles, any = false, timeout_ms = USUAL_TIMEOUT_MS}, host, caller) => {
    const jobs = await meantJobs(host, typeof handles === 'string' ? [handles] : handles);
    const from = systemClock.now();
    const limitMs = callLimit(caller.takesTasks ? Math.min(timeout_ms, TASK_AFTER_MS) : timeout_ms, caller);
    const standing = async () => standingOf(await lookAgain(host, jobs.map(keyOfListed)));
    const {jobs: waited, cut} = await waitFor(host, caller, jobs, {any, limitMs, standing});
    if (cut !== undefined && caller.takesTasks && timeout_ms > limitMs) {
      const asked = {jobs: jobs.map(exactAddress), any, from, until: from + timeout_ms};
      return {task: waitTask(asked, await standing())};
    }
    const keys = waited.map(({key}) => key);
    if (limitMs === 0) await attended(host, jobs);
    return waitAnswer(host, keys, cut !== undefined);
  },
});

function standingOf(jobs: readonly ViewedJob[]): string {
  return jobs.map(({view}) => standingText(view)).join('\n');
}
