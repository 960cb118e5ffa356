/** Hears when jobs come and go: each submission makes a directory among those of its repository, and what is removed loses its own. */
import {join} from 'node:path';

import {deferred} from '../../base/index.ts';
import {repoPath} from '../../coordinator/adapters/index.ts';
import {openReadingPlace} from '../../jobs/index.ts';
import {ChangeWatch, timer} from '../../platform/index.ts';
import type {Host} from '../jobs/host.ts';

/** Many that come together are told once. */
const TOGETHER_MS = 300;
/** Where nothing was ever run it is looked again after so long. */
const LOOK_MS = 3000;

export class ListChanges {
  readonly #host: Host;
  readonly #onChange: () => void;
  readonly #watch = new ChangeWatch();
  #isWatching = false;
  #isClosed = false;
  #endRest: () => void = () => undefined;

  constructor(host: Host, onChange: () => void) {
    this.#host = host;
    this.#onChange = onChange;
  }

  /** From now on; again is no harm. */
  watch(): void {
    if (this.#isWatching) return;
    this.#isWatching = true;
    void this.#goOn();
  }

  close(): void {
    this.#isClosed = true;
    this.#endRest();
    this.#watch.close();
  }

  async #goOn(): Promise<void> {
    let wasThere = this.#point();
    while (!this.#isClosed) {
      if (wasThere) await this.#watch.changed();
      if (!this.#isClosed) await this.#rest(wasThere ? TOGETHER_MS : LOOK_MS);
      if (this.#isClosed) return;
      const isThere = this.#point();
      if (isThere) this.#onChange();
      wasThere = isThere;
    }
  }

  /** False where nothing was ever run. */
  #point(): boolean {
    const directory = jobsDirectory(this.#host);
    if (directory === undefined) return false;
    this.#watch.point(directory);
    return this.#watch.watching;
  }

  #rest(ms: number): Promise<void> {
    const {promise, resolve} = deferred<void>();
    const undo = timer(ms, resolve);
    this.#endRest = () => {
      undo();
      resolve();
    };
    return promise;
  }
}

function jobsDirectory({cwd, state: told}: Host): string | undefined {
  try {
    const {state, repoId, reader} = openReadingPlace(cwd, told);
    reader?.close();
    return state === undefined || repoId === undefined ? undefined : join(state, repoPath(repoId, 'jobs'));
  } catch {
    return undefined; // who lists them is told why
  }
}
