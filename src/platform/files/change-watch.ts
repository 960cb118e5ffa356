/**
 * Waiting until a file, or a name in a directory, may have changed. A change that comes while nobody waits is
 * remembered. Whoever points the watch at something new must look at it once more before waiting, because what
 * happened before the watch began is not reported.
 */
import {codeOf} from '../../base/index.ts';
import {type FileWatch, openWatch} from './file-watch.ts';

/** How often to look where watching is not possible: the system is out of watches, or the directory is not there yet. */
const POLL_MS = 200;
const UNWATCHABLE = new Set(['ENOSPC', 'EMFILE', 'ENOENT']);

/** Calls back at each change, where whoever writes is in this very process; the returned function ends that. */
export type ChangeSource = (onChange: () => void) => () => void;

export class ChangeWatch {
  readonly #endSource: (() => void) | undefined;
  #watcher: FileWatch | undefined;
  #path: string | undefined;
  #changed = false;
  #resolve: (() => void) | undefined;

  /** With a source the file system is not asked. */
  constructor(source?: ChangeSource) {
    this.#endSource = source?.(() => this.wake());
  }

  /** Watches only `path`; in a directory only changes to `name`, and its removal, count. True when that is new, so look again before waiting. */
  point(path: string, name?: string): boolean {
    if (this.#endSource !== undefined || (this.#watcher !== undefined && this.#path === path)) return false;
    this.#unwatch();
    try {
      this.#watcher = openWatch(
        path,
        name,
        () => this.wake(),
        () => {
          // Pointing at it again tells whether it can still be watched.
          this.#watcher = undefined;
          this.wake();
        },
      );
    } catch (error) {
      if (UNWATCHABLE.has(codeOf(error) ?? '')) return false;
      throw error;
    }
    this.#path = path;
    return true;
  }

  /** Watches nothing: another file may be at the path that was watched. */
  unpoint(): void {
    this.#unwatch();
    this.#path = undefined;
  }

  /** True when something is watched, false when `changed` only looks from time to time. */
  get watching(): boolean {
    return this.#watcher !== undefined || this.#endSource !== undefined;
  }

  /** Resolves at the next change, or at once when there was one since the last call. */
  changed(): Promise<void> {
    return new Promise(resolve => {
      const timer = !this.watching ? setTimeout(() => this.wake(), POLL_MS) : undefined;
      this.#resolve = () => {
        clearTimeout(timer);
        this.#changed = false;
        this.#resolve = undefined;
        resolve();
      };
      if (this.#changed) this.#resolve();
    });
  }

  wake(): void {
    this.#changed = true;
    this.#resolve?.();
  }

  close(): void {
    this.#endSource?.();
    this.#unwatch();
    this.wake();
  }

  #unwatch(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }
}
