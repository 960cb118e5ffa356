/** How far a recording is. */
import type {SpoolStream} from './transcoding/spool-transcoder.ts';

/** The offsets in both spools. */
export interface SpoolOffsets {
  readonly out: number;
  readonly err: number;
}

/** Between two records: the number of the next one, and the offsets. */
export interface RecordingPlace extends SpoolOffsets {
  readonly seq: number;
}

/** Output of one stream became records. */
export interface Taken {
  readonly stream: SpoolStream;
  /** Nobody knows what of the other stream came between. */
  readonly isUnordered: boolean;
  /** Behind it. */
  readonly place: RecordingPlace;
}
