/** What a recorder is made of, and what is waited for of it. */
import type {FileHolder, PunchHole, watchInOrder} from '../../../platform/index.ts';
import type {StatusEvent, StatusRecord} from '../../domain/index.ts';
import type {RecorderOptions} from '../../ports/index.ts';
import type {Sizes} from './order/spool-order.ts';
import type {Pump} from './pump.ts';
import type {SpoolTranscoder} from './transcoding/spool-transcoder.ts';

export interface SpoolRecorderOptions extends RecorderOptions {
  readonly directory: string;
  readonly sampleEvery: number;
  /** Size of a full segment of the journal. Default 100 MiB. */
  readonly segmentBytes?: number;
  readonly pump: Pump;
  /** Most bytes of the journal, of which the beginning and the end stay. Default: as many as come. */
  readonly maxLogBytes?: number;
  readonly punch?: PunchHole;
  readonly holder?: FileHolder;
  /** Shared by all recorders, as is the buffer for what is read. */
  readonly transcoder: SpoolTranscoder;
  readonly buffer: Buffer;
  readonly now: () => number;
  /** Hears the journal's path after each write. */
  readonly onAppend: (journal: string) => void;
  /** Tells the changes of the spools in their order. */
  readonly watch?: typeof watchInOrder;
}

export type Task =
  | {readonly kind: 'drain'; targets: Sizes | undefined; readonly done: () => void}
  | {
      readonly kind: 'status';
      readonly event: StatusEvent;
      readonly at: number | undefined;
      readonly done: (record: StatusRecord) => void;
    }
  | {readonly kind: 'secure'; readonly done: () => void};
