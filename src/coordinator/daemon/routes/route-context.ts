import type {Clock} from '../../../base/index.ts';
import type {Coordinator} from '../build.ts';
import type {Diagnostics} from '../diagnostics.ts';

/** What requests are answered with. */
export interface RouteContext {
  readonly state: string;
  readonly clock: Clock;
  readonly log: Diagnostics;
  readonly coordinator: Coordinator;
  /** Of the server that asks, once it runs. */
  readonly server: () => {readonly connections: number; readonly unreadBytes: number};
  readonly leave: (reason: string) => void;
}
