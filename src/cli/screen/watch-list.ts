/**
 * Draws a list anew whenever a job of the repository changes, and on a terminal every second while times in it go on. The
 * list is made from files, so neither costs the coordinator anything.
 */
import {Client, Reconnection} from '../../coordinator/client/index.ts';
import {onInterrupt} from '../../platform/index.ts';
import {ensureRepoId, locateRepo} from '../../project/index.ts';
import {EXIT} from '../exit-codes.ts';
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
    const again = new Reconnection(client, stopped.signal, () =>
      screen.note('no coordinator can be reached: what changes is shown when there is one again'),
    );
    await again.through(async () => {
      for await (const _ of client.watchJobs(repo, {signal: stopped.signal})) redraw.ask();
    });
  } finally {
    await redraw.idle();
    restore();
    client.close();
    screen.close();
  }
  if (failure !== undefined) throw failure.error;
  return EXIT.done;
}
