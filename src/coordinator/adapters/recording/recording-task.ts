/** What somebody waits for of a recorder. */
import type {StatusEvent, StatusRecord} from '../../domain/index.ts';
import type {Sizes} from './order/spool-order.ts';

export type Task =
  | {readonly kind: 'drain'; targets: Sizes | undefined; readonly done: () => void}
  | {
      readonly kind: 'status';
      readonly event: StatusEvent;
      readonly at: number | undefined;
      readonly done: (record: StatusRecord) => void;
    }
  | {readonly kind: 'secure'; readonly done: () => void};
