import {makeSocketPlace} from '../../../platform/index.ts';
import {type RunningServer, type ServeOptions, serve} from '../../server/index.ts';
import type {Diagnostics} from '../diagnostics.ts';
import type {Part} from '../parts.ts';
import {explained, KeepReachable, type KeepReachableOptions} from './keep-reachable.ts';

export interface ServingOptions
  extends Omit<ServeOptions, 'path' | 'report'>,
    Pick<KeepReachableOptions, 'isTheOne' | 'onDisplaced'> {
  readonly state: string;
  readonly log: Diagnostics;
}

/** The socket at which the coordinator can be asked, and who is connected to it. Makes the place of the socket at once. */
export class Serving implements Part {
  readonly name = 'serving';
  readonly #options: ServingOptions;
  readonly #path: string;
  #server: RunningServer | undefined;
  #keeper: KeepReachable | undefined;

  constructor(options: ServingOptions) {
    this.#options = options;
    this.#path = makeSocketPlace(options.state);
  }

  get connections(): number {
    return this.#server?.connections ?? 0;
  }

  get unreadBytes(): number {
    return this.#server?.unreadBytes ?? 0;
  }

  readonly start = async (): Promise<void> => {
    const {state, log, ...options} = this.#options;
    const report = (what: string, error: unknown) => log.error(what, error);
    const server = await explained(this.#path, () => serve({...options, path: this.#path, report}));
    this.#server = server;
    this.#keeper = new KeepReachable(this.#path, {
      ...options,
      makePlace: () => makeSocketPlace(state),
      server,
      onMoved: socket => log.info('listening anew', {socket}),
      onTrouble: error => log.trouble('listening', error),
    });
  };

  readonly stop = (): void => {
    this.#keeper?.stop();
    this.#server?.close();
  };

  readonly isBusy = (): boolean => this.#server?.isAsked ?? false;
}
