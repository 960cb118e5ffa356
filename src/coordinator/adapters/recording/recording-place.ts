/** How far a recording is. */
import type {SpoolStream} from './transcoding/spool-transcoder.ts';

/** Between two records: the number of the next one, and the offsets in both spools. */
export interface RecordingPlace {
  readonly seq: number;
  readonly out: number;
  readonly err: number;
}

/** Output of one stream became records. */
export interface Taken {
  readonly stream: SpoolStream;
  /** Nobody knows what of the other stream came between. */
  readonly isUnordered: boolean;
  /** Behind it. */
  readonly place: RecordingPlace;
}
