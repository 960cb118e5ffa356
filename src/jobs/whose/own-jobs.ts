/** Keeps who acts on jobs from acting on those of others by mistake. */
import {refuseOthers} from '../../coordinator/domain/index.ts';
import type {ListedJob} from '../../coordinator/reader/index.ts';
import {exactAddress} from '../address/address-text.ts';

/** Throws `JOB_OF_OTHERS` where one of them is somebody else's. `asker`: null where nobody is to be kept from anything. */
export function refuseJobsOfOthers(asker: string | null, jobs: readonly ListedJob[]): void {
  refuseOthers(
    asker,
    jobs.map(job => ({address: exactAddress(job), by: job.row.submitted_by})),
  );
}
