/** Draws a list anew whenever a job of the repository changes: on events, not on a timer. */
import {codeOf} from '../base/index.ts';
import {Client} from '../coordinator/client/index.ts';
import {onInterrupt} from '../platform/index.ts';
import {ensureRepoId, locateRepo} from '../project/index.ts';
import {EXIT} from './exit-codes.ts';
import {fired} from './job-end.ts';
import {openListScreen} from './list-screen.ts';
import {onceAtATime} from './once-at-a-time.ts';
import {isWithoutCoordinator, ReachAgain} from './reach-again.ts';

/** `draw` makes the list as it is then. On a terminal it replaces the one before; in a pipe each stands below the last. */
export async function watchList(cwd: string, draw: () => Promise<string>): Promise<number> {
  const stopped = new AbortController();
  let failure: {readonly error: unknown} | undefined;
  const redraw = onceAtATime(
    async () => screen.show((await draw()) || 'nothing was run in this repository yet\n'),
    error => {
      failure ??= {error};
      stopped.abort();
    },
  );
  const screen = openListScreen(redraw.ask);
  const client = new Client({notify: screen.note});
  const restore = onInterrupt(() => stopped.abort());
  try {
    redraw.ask();
    const repo = ensureRepoId(locateRepo(cwd), () => undefined).id;
    for await (const _ of changes(client, repo, screen.note, stopped.signal)) redraw.ask();
  } finally {
    await redraw.idle();
    restore();
    client.close();
    screen.close();
  }
  if (failure !== undefined) throw failure.error;
  return EXIT.done;
}

/** Yields at every change, and goes on when there was no coordinator for a while. */
async function* changes(
  client: Client,
  repo: Parameters<Client['watchJobs']>[0],
  note: (text: string) => void,
  signal: AbortSignal,
): AsyncGenerator<unknown, void, undefined> {
  const again = new ReachAgain(client, signal, () =>
    note('no coordinator can be reached: what changes is shown when there is one again'),
  );
  while (!signal.aborted) {
    try {
      yield* client.watchJobs(repo, {signal});
      return;
    } catch (error) {
      if (signal.aborted) return;
      if (!isWithoutCoordinator(codeOf(error))) throw error;
    }
    await fired(AbortSignal.any([signal, again.reached()]));
  }
}
