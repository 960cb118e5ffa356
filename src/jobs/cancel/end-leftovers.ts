/** Ends what jobs left behind that have ended. */
import {codeOf, messageOf, StintError, visible} from '../../base/index.ts';
import type {Client} from '../../coordinator/client/index.ts';
import {isEnded} from '../../coordinator/domain/index.ts';
import {keyOfListed, type ListedJob} from '../../coordinator/reader/index.ts';
import {addressText} from '../address/address-text.ts';

type Ended = Awaited<ReturnType<Client['endLeftovers']>>;

export interface EndedLeftovers {
  readonly job: ListedJob;
  readonly ended: Ended;
}

export interface LeftoversReport {
  readonly done: readonly EndedLeftovers[];
  readonly failures: readonly unknown[];
}

/** Rejects with `USAGE`, before anything is ended, where one of the jobs still runs. */
export async function endLeftovers(
  client: Client,
  jobs: readonly ListedJob[],
  graceMs: number,
): Promise<LeftoversReport> {
  refuseRunning(jobs);
  const tried = await Promise.allSettled(
    jobs.map(async job => ({job, ended: await endOne(client, job, graceMs)})),
  );
  return {
    done: tried.flatMap(each => (each.status === 'fulfilled' ? [each.value] : [])),
    failures: tried.flatMap(each => (each.status === 'rejected' ? [each.reason as unknown] : [])),
  };
}

async function endOne(client: Client, job: ListedJob, graceMs: number): Promise<Ended> {
  const name = visible(job.name);
  try {
    return await client.endLeftovers(keyOfListed(job), {graceMs});
  } catch (cause) {
    if (codeOf(cause) === 'CONNECTION_CLOSED') {
      const message = `The coordinator has left before all was ended that ${name} left behind.`;
      throw new StintError('CONNECTION_CLOSED', message, {cause, hint: 'Run the same again.'});
    }
    if (codeOf(cause) !== 'BAD_REQUEST') throw cause;
    const message = `The coordinator cannot end what ${name} left behind: ${messageOf(cause)}`;
    const hint =
      'If it is of an earlier version, run: stint shutdown   (jobs go on), and then the same again.';
    throw new StintError('BAD_REQUEST', message, {cause, hint});
  }
}

function refuseRunning(jobs: readonly ListedJob[]): void {
  const running = jobs.find(({state, elsewhere}) => !isEnded(state) && elsewhere === undefined);
  if (running === undefined) return;
  const {name, invocation, state} = running;
  const message = `${visible(name)} is ${state.status}: what it left behind is known when it has ended.`;
  const hint = `To end it with all that it started: stint cancel ${addressText(invocation, name)}`;
  throw new StintError('USAGE', message, {hint});
}
