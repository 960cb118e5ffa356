import {type JobKey, keyText, visible} from '../../base/index.ts';
import type {Client} from '../../coordinator/client/index.ts';
import {say} from '../output/write.ts';

/** Says when a job that waits for its turn has started, unless the signal aborts before. Never rejects. */
export async function sayStart(client: Client, key: JobKey, signal: AbortSignal): Promise<void> {
  try {
    for await (const changed of client.watchJobs(key.repo, {signal})) {
      // An empty frame is the first one, or stands for changes that are not told one by one.
      const {repo, invocation, name, attempt} = changed;
      const isOfAnother =
        repo !== undefined &&
        invocation !== undefined &&
        keyText({repo, invocation, name: name ?? '', attempt: attempt ?? 0}) !== keyText(key);
      if (isOfAnother) continue;
      const job = await client.request('GetJob', {job: {...key}}, {signal});
      if (job.status === 'queued') continue;
      if (job.started_at_ms !== null && !signal.aborted) say(`${visible(key.name)} has started`);
      return;
    }
  } catch {
    // Whoever waits for the job is told what is wrong.
  }
}
