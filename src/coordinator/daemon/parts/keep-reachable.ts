/**
 * Keeps the coordinator where clients look for it. A cleaner of temporary directories, or the end of a login, may sweep its
 * socket away, with the directory around it: then it listens anew, at a place that is made anew, and what is connected
 * stays so. One whose lock file was swept away as well is not the only coordinator any more, and leaves: the next one takes
 * its jobs over.
 */
import {StintError} from '../../../base/index.ts';
import {type FileWatch, fileReason, watchFile} from '../../../platform/index.ts';
import type {RunningServer} from '../../server/index.ts';

export interface KeepReachableOptions {
  /** Makes the place of the socket where it is missing. */
  readonly makePlace: () => string;
  readonly server: Pick<RunningServer, 'isReachable' | 'moveTo'>;
  /** Whether this is the one coordinator of the state directory. */
  readonly isTheOne: () => boolean;
  /** Called once when it is not. */
  readonly onDisplaced: () => void;
  /** Hears of each time that it listened anew. */
  readonly onMoved: (path: string) => void;
  /** Hears why it cannot be reached, and when it can be again (undefined). */
  readonly onTrouble: (error: unknown) => void;
}

/** For what no watch tells of: a directory that was moved away as a whole, a file system without events. */
const LOOK_MS = 5000;
const RETRY_MS = 1000;

export class KeepReachable {
  readonly #options: KeepReachableOptions;
  readonly #looking: NodeJS.Timeout;
  #watch: FileWatch;
  #retry: NodeJS.Timeout | undefined;
  #isMoving = false;
  #isOver = false;

  /** `path` is where the server listens. */
  constructor(path: string, options: KeepReachableOptions) {
    this.#options = options;
    this.#watch = watchFile(path, () => void this.look());
    this.#looking = setInterval(() => void this.look(), LOOK_MS).unref();
    void this.look();
  }

  /** Never rejects. */
  async look(): Promise<void> {
    const {server, isTheOne, onDisplaced, onTrouble} = this.#options;
    if (this.#isOver || this.#isMoving || server.isReachable) return;
    if (!isTheOne()) {
      this.stop();
      onDisplaced();
      return;
    }
    this.#isMoving = true;
    try {
      await this.#move();
      onTrouble(undefined);
    } catch (error) {
      onTrouble(error);
      this.#retry = setTimeout(() => void this.look(), RETRY_MS);
    } finally {
      this.#isMoving = false;
    }
  }

  stop(): void {
    this.#isOver = true;
    clearInterval(this.#looking);
    clearTimeout(this.#retry);
    this.#watch.close();
  }

  async #move(): Promise<void> {
    const {makePlace, server, onMoved} = this.#options;
    const path = makePlace();
    await explained(path, () => server.moveTo(path));
    if (this.#isOver) return;
    this.#watch.close();
    this.#watch = watchFile(path, () => void this.look());
    setImmediate(() => void this.look()); // it may have been swept away before it was watched
    onMoved(path);
  }
}

/** What keeps the coordinator from listening, in words. */
export async function explained<T>(path: string, listen: () => Promise<T>): Promise<T> {
  try {
    return await listen();
  } catch (error) {
    throw new StintError('STATE_DIR_UNUSABLE', `Cannot listen at ${path}: ${fileReason(error)}.`, {
      cause: error,
      hint: 'Mend that, or set STINT_STATE_DIR to another place.',
    });
  }
}
