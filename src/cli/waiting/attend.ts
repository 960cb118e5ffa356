/** Whoever finds unfinished jobs sees to it that a coordinator looks after them. */
import {messageOf} from '../../base/index.ts';
import type {Client} from '../../coordinator/client/index.ts';
import {isEnded} from '../../coordinator/domain/index.ts';
import {isUnfinished, keyOfListed, type ListedJob} from '../../coordinator/reader/index.ts';
import {say} from '../output/write.ts';

/** How long a reader waits for what a dead coordinator left unrecorded. */
const CATCH_UP_MS = 5000;

/** Starts a coordinator when one of the jobs needs one and none is there. */
export async function attend(state: string, jobs: readonly ListedJob[]): Promise<void> {
  if (jobs.some(isUnfinished)) await withCoordinator(state, () => Promise.resolve());
}

/** The same, and waits a little until the log of a job that has ended is complete. */
export async function catchUp(state: string, jobs: readonly ListedJob[]): Promise<void> {
  if (!jobs.some(isUnfinished)) return;
  const behind = jobs.filter(job => job.row.finished_at === null && isEnded(job.state));
  await withCoordinator(state, async client => {
    await Promise.all(behind.map(job => client.wait(keyOfListed(job), {timeoutMs: CATCH_UP_MS})));
  });
}

async function withCoordinator(state: string, use: (client: Client) => Promise<void>): Promise<void> {
  const {Client} = await import('../../coordinator/client/index.ts');
  let client: Client | undefined;
  try {
    client = new Client({state, notify: say}); // also a state directory that can only be read is read
    await client.connect();
    await use(client);
  } catch (error) {
    say(`not everything is recorded yet; the jobs go on: ${messageOf(error)}`);
  } finally {
    client?.close();
  }
}
