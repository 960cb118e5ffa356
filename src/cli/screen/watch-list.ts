/**
 * Draws a list anew whenever a job of the repository changes, and on a terminal every second while times in it go on. The
 * list is made from files, so neither costs the coordinator anything.
 */
import {codeOf} from '../../base/index.ts';
import {Client} from '../../coordinator/client/index.ts';
import {onInterrupt} from '../../platform/index.ts';
import {ensureRepoId, locateRepo} from '../../project/index.ts';
import {EXIT} from '../exit-codes.ts';
import {fired} from '../waiting/job-end.ts';
import {isWithoutCoordinator, ReachAgain} from '../waiting/reach-again.ts';
import {openListScreen, type ScreenKey} from './list-screen.ts';
import {onceAtATime} from './once-at-a-time.ts';

export interface WatchedList {
  readonly text: string;
  /** Times in it go on: a job has not ended. */
  readonly moves: boolean;
}

/**
 * `draw` makes the list as it is then. On a terminal it replaces the one before; in a pipe each stands below the last. What
 * keys do, makes it be drawn again.
 */
export async function watchList(
  cwd: string,
  draw: () => Promise<WatchedList>,
  keys: Readonly<Record<string, ScreenKey>>,
): Promise<number> {
  const stopped = new AbortController();
  const stop = () => stopped.abort();
  let failure: {readonly error: unknown} | undefined;
  const redraw = onceAtATime(
    async () => {
      const {text, moves} = await draw();
      screen.show(text || 'nothing was run in this repository yet\n', moves);
    },
    error => {
      failure ??= {error};
      stop();
    },
  );
  const screen = openListScreen({redraw: redraw.ask, stop, keys});
  const client = new Client({notify: text => screen.note(text)});
  const restore = onInterrupt(stop);
  try {
    redraw.ask();
    const repo = ensureRepoId(locateRepo(cwd), () => undefined).id;
    for await (const _ of changes(client, repo, text => screen.note(text), stopped.signal)) redraw.ask();
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
