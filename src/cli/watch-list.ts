/** Draws a list anew whenever a job of the repository changes: on events, not on a timer. */
import {Client} from '../coordinator/client/index.ts';
import {onInterrupt} from '../platform/index.ts';
import {ensureRepoId, locateRepo} from '../project/index.ts';
import {EXIT} from './exit-codes.ts';
import {out, say} from './output/write.ts';

const CLEAR = '\u001b[H\u001b[2J\u001b[3J';

/** `draw` makes the list as it is then. On a terminal it replaces the one before; in a pipe each stands below the last. */
export async function watchList(cwd: string, draw: () => Promise<string>): Promise<number> {
  const client = new Client({notify: say});
  const repo = ensureRepoId(locateRepo(cwd), () => undefined).id;
  const stopped = new AbortController();
  const restore = onInterrupt(() => stopped.abort());
  let shown: string | undefined;
  try {
    for await (const _ of client.watchJobs(repo, {signal: stopped.signal})) {
      const list = (await draw()) || 'nothing was run in this repository yet\n';
      if (list === shown) continue;
      shown = list;
      out(process.stdout.isTTY ? `${CLEAR}${list}` : `${list}\n`);
    }
  } finally {
    restore();
    client.close();
  }
  return EXIT.done;
}
