/** From the handles that an agent gives to jobs. */
import {cutText, keyText, StintError, visible} from '../../base/index.ts';
import {type Address, parseAddress} from '../../coordinator/domain/index.ts';
import {keyOfListed, type ListedJob} from '../../coordinator/reader/index.ts';
import {exactAddress, type Resolve, resolveToRead} from '../../jobs/index.ts';
import {refuseOutside} from '../server/bounds.ts';
import {type Host, inPlace} from './host.ts';

/** Rejects with `NO_MATCH` where there is none, or none any more, with `AMBIGUOUS` with those that may be meant, and with `USAGE` for one outside of the directories. */
export function namedJobs(
  host: Host,
  handle: string,
  resolve: Resolve = resolveToRead,
): Promise<readonly ListedJob[]> {
  return inPlace(host, place => {
    const address = parseAddress(handle);
    let jobs: readonly ListedJob[];
    try {
      jobs = resolve(place, address).jobs;
    } catch (error) {
      throw error instanceof StintError && error.code === 'NO_MATCH' ? gone(address, error) : error;
    }
    for (const job of jobs) refuseOutside(host.bounds, exactAddress(job), job.row.cwd);
    return jobs;
  });
}

/** The same where only one job can be meant. */
export async function namedJob(host: Host, handle: string, resolve?: Resolve): Promise<ListedJob> {
  const [job, ...others] = await namedJobs(host, handle, resolve);
  if (job !== undefined && others.length === 0) return job;
  const handles = [job, ...others].flatMap(each => (each === undefined ? [] : exactAddress(each)));
  throw new StintError('AMBIGUOUS', `${handle} means ${handles.length} jobs.`, {
    hint: `Use one of: ${handles.slice(0, MOST_NAMED).join(', ')}`,
  });
}

/** All that several handles mean, each job once. */
export async function meantJobs(
  host: Host,
  handles: readonly string[],
  resolve?: Resolve,
): Promise<readonly ListedJob[]> {
  const jobs = await Promise.all(handles.map(handle => namedJobs(host, handle, resolve)));
  return [...new Map(jobs.flat().map(job => [keyText(keyOfListed(job)), job])).values()];
}

const MOST_NAMED = 10;

function gone(address: Address, cause: StintError): StintError {
  if (cause.details?.removed !== undefined)
    return new StintError('NO_MATCH', cause.message, {
      cause,
      hint: 'What was removed cannot be read any more; list shows what there is.',
    });
  const near = cause.hint?.startsWith('Did you mean') ? [cause.hint] : [];
  const shown = visible(cutText(address.text, MOST_SHOWN));
  const [message, hint] =
    address.invocation === undefined
      ? [
          `No job of this repository is called ${shown}.`,
          'list shows what there is; one of another repository needs its whole handle.',
        ]
      : [
          `There is no job ${shown} in this state directory: it was removed, nobody remembers when, or is of another machine.`,
          'list shows what there is; everywhere: true includes other repositories.',
        ];
  return new StintError('NO_MATCH', message, {cause, hint: [...near, hint].join('\n')});
}

const MOST_SHOWN = 200;
