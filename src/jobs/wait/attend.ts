/** Whoever finds unfinished jobs sees to it that a coordinator looks after them. */
import {messageOf} from '../../base/index.ts';
import {isUntold} from '../../coordinator/adapters/index.ts';
import type {Client} from '../../coordinator/client/index.ts';
import {isEnded} from '../../coordinator/domain/index.ts';
import {isUnfinished, keyOfListed, type ListedJob} from '../../coordinator/reader/index.ts';

type Notify = (text: string) => void;

/** How long a reader waits for what a dead coordinator left unrecorded. */
const CATCH_UP_MS = 5000;

/** Starts a coordinator when one of the jobs, or a person who is yet to be told of one, needs it and none is there. Never rejects: `notify` hears why that fails. */
export async function attend(state: string, jobs: readonly ListedJob[], notify: Notify): Promise<void> {
  if (jobs.some(isUnfinished) || isUntold(state))
    await withCoordinator(state, notify, () => Promise.resolve());
}

/** The same, and waits a little until the log of a job that has ended is complete. */
export async function catchUp(state: string, jobs: readonly ListedJob[], notify: Notify): Promise<void> {
  if (!jobs.some(isUnfinished)) return;
  const behind = jobs.filter(job => job.row.finished_at === null && isEnded(job.state));
  await withCoordinator(state, notify, async client => {
    await Promise.all(behind.map(job => client.wait(keyOfListed(job), {timeoutMs: CATCH_UP_MS})));
  });
}

async function withCoordinator(
  state: string,
  notify: Notify,
  use: (client: Client) => Promise<void>,
): Promise<void> {
  const {Client} = await import('../../coordinator/client/index.ts');
  let client: Client | undefined;
  try {
    client = new Client({state, notify}); // also a state directory that can only be read is read
    await client.connect();
    await use(client);
  } catch (error) {
    notify(`not everything is recorded yet; the jobs go on: ${messageOf(error)}`);
  } finally {
    client?.close();
  }
}
