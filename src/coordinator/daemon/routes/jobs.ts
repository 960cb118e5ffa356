/** Requests that submit jobs, wait for them and tell of them. */
import {packageVersion} from '../../../platform/index.ts';
import type {Routes} from '../../server/index.ts';
import {knownJob, waitForJob} from '../../usecases/index.ts';
import type {RouteContext} from './route-context.ts';
import {policyOf, submissionOf} from './submission.ts';
import {wireJob, wireOutcome} from './wire-job.ts';
import {wireQueue} from './wire-queue.ts';

export function jobRoutes({
  coordinator,
}: RouteContext): Pick<Routes, 'Submit' | 'Wait' | 'ListJobs' | 'GetJob'> {
  const {ledger, supervisor, groups, submit, find} = coordinator;
  return {
    Submit: async payload => {
      ledger.register(payload.repo, payload.place, payload.moved ?? false, policyOf(payload));
      if (payload.groups !== undefined) groups.learn(payload.groups);
      const instead = await submit(submissionOf(payload));
      const queue = wireQueue(supervisor.queue.view, ({invocation}) => invocation.id === payload.invocation);
      return {
        invocation: payload.invocation,
        version: packageVersion(),
        queue: queue.waiting.length === 0 ? null : queue,
        ...(instead.length === 0 ? {} : {instead: [...instead]}),
      };
    },
    Wait: async ({job, until = 'finished'}, signal) =>
      wireOutcome(await waitForJob(coordinator, job, until, signal)),
    ListJobs: ({repo}) => ({
      jobs: supervisor.jobs.filter(({spec}) => repo === undefined || spec.repo === repo).map(wireJob),
    }),
    GetJob: ({job}) => wireJob(knownJob(find, job)),
  };
}
