/**
 * Hearing of the changes of the files in a directory in the order in which they were made. The kernel merges changes of one
 * file that follow each other, so what is told is where one file follows another. Only inotify keeps that order.
 */
import {chmodSync, statSync} from 'node:fs';
import {platform} from 'node:process';
import {type FileWatch, lookRegularly, openNamingWatch} from '../file-watch.ts';
import {CHANGES_OF_PROCESS, type ChangeCount} from './change-count.ts';

export interface OrderedChanges {
  /** A file of the directory was written to, or its attributes changed. Called with its name. */
  changed(name: string): void;
  /** All changes that were made before `mark` was called were told, and none that came after it. */
  marked(): void;
  /** Changes before this may be missing. */
  lost(): void;
  /** Something may have changed, but nobody knows when it does: the order of the changes is never told. */
  looked(): void;
}

export interface OrderedWatch extends FileWatch {
  /** False where the system does not tell the order of changes, or tells none: then only `looked` is called. */
  readonly isOrdered: boolean;
  /** Puts a mark behind the changes that were made; `marked` is called when it is reached. */
  mark(): void;
}

/** `changes` is never called before this returns. Never throws. */
export function watchInOrder(
  directory: string,
  changes: OrderedChanges,
  count: ChangeCount = CHANGES_OF_PROCESS,
): OrderedWatch {
  return new DirectoryWatch(directory, changes, count);
}

class DirectoryWatch implements OrderedWatch {
  /** By this name the system tells of the directory itself, which no file in it can have. */
  readonly #path: string;
  readonly #changes: OrderedChanges;
  readonly #count: ChangeCount;
  readonly #stopCounting: () => void;
  #watch: FileWatch | undefined;
  #isClosed = false;
  isOrdered = platform === 'linux';

  constructor(directory: string, changes: OrderedChanges, count: ChangeCount) {
    this.#path = `${directory}/.`;
    this.#changes = changes;
    this.#count = count;
    this.#stopCounting = count.onFull(() => changes.lost());
    this.#open();
  }

  mark(): void {
    try {
      chmodSync(this.#path, statSync(this.#path).mode & 0o7777);
    } catch {
      this.#changes.lost(); // the directory is gone
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#stopCounting();
    this.#watch?.close();
    this.#watch = undefined;
  }

  #open(): void {
    try {
      this.#watch = openNamingWatch(
        this.#path,
        (file, event) => this.#heard(file, event),
        () => this.#look(),
        this.#count,
      );
    } catch {
      this.#look(); // whatever the reason, a look later finds what there is
    }
  }

  #heard(file: string | null, event: 'change' | 'rename'): void {
    if (this.#isClosed) return;
    if (this.#count.isFull) this.#rest();
    else if (!this.isOrdered) this.#changes.looked();
    else if (file === null) this.#changes.lost();
    else if (file === '.') this.#changes.marked();
    else if (event === 'change') this.#changes.changed(file);
  }

  /** Node reads changes for as long as there are any, and does nothing else meanwhile: whoever writes without end must not hold it. */
  #rest(): void {
    this.#watch?.close();
    this.#watch = undefined;
    setImmediate(() => {
      if (this.#isClosed) return;
      this.#open();
      this.#changes.lost();
    });
  }

  #look(): void {
    this.isOrdered = false;
    this.#watch = lookRegularly(() => this.#changes.looked());
  }
}
