/**
 * Keeps the log of one job below its size while the job runs, and what it was made from as well: says what its recorder is
 * to skip, and frees what was skipped or cut out.
 */
import type {PunchHole} from '../../../../platform/index.ts';
import type {TruncatedEvent} from '../../../domain/index.ts';
import type {StatusLine} from '../../directory/status-lines.ts';
import {STREAMS} from '../order/deal-lines.ts';
import {KEYS} from '../order/output-batch.ts';
import type {OwnJournal} from '../own-journal.ts';
import type {RecordingPlace, SpoolOffsets} from '../recording-place.ts';
import type {SpoolFiles} from '../spool-files.ts';
import type {SpoolStream} from '../transcoding/spool-transcoder.ts';
import {bytesBetween, cutBytesOf} from './cut-record.ts';
import {type LogCap, leftOfBacklog, shareOf} from './log-cap.ts';
import {recordStart} from './record-start.ts';
import {SpoolFreer} from './spool-freer.ts';

export interface LogCapperOptions {
  readonly cap: LogCap;
  readonly spools: SpoolFiles;
  readonly journal: OwnJournal;
  /** How far the recording is. */
  readonly place: () => RecordingPlace;
  readonly punch: PunchHole;
  readonly now: () => number;
  /** What the job wrote cannot be freed, and why. */
  readonly onUncapped: (reason: string) => void;
}

/** Not to be recorded. */
export interface Skip {
  readonly event: TruncatedEvent;
  readonly to: SpoolOffsets;
}

export class LogCapper {
  readonly #options: LogCapperOptions;
  readonly #freer: SpoolFreer;

  constructor(options: LogCapperOptions) {
    const {spools, place, punch, now, onUncapped} = options;
    const recorded = () => ({stdout: place().out, stderr: place().err});
    this.#options = options;
    this.#freer = new SpoolFreer({spools, recorded, punch, now, onImpossible: onUncapped});
  }

  /** Frees what another coordinator said was cut out; it may have been killed before it did. */
  takeOver(statuses: readonly StatusLine[]): void {
    let {out, err} = this.#options.place();
    for (const {event, spool, spoolFrom} of statuses.toReversed()) {
      // Of a spool that was cut since, nothing is known.
      if (spool[0] > out || spool[1] > err) return;
      [out, err] = spoolFrom ?? spool;
      if (event?.event === 'truncated' && spoolFrom !== undefined)
        this.free({out: spoolFrom[0], err: spoolFrom[1]}, {out: spool[0], err: spool[1]}, true);
    }
  }

  /** Undefined where nothing is to be skipped. `isLast`: what there is, is all that comes for now. */
  skip(isLast: boolean): Skip | undefined {
    const {cap, spools, journal} = this.#options;
    const place = this.#options.place();
    const unreadOf = (stream: SpoolStream) => Math.max(0, spools.sizeOf(stream) - place[KEYS[stream]]);
    const unread = {out: unreadOf('stdout'), err: unreadOf('stderr')};
    const left = leftOfBacklog(cap, {
      journal: journal.size,
      isHeadFull: journal.segment >= cap.headSegments,
      growth: journal.growth,
      unread: unread.out + unread.err,
      kept: this.#freer.kept,
      canFree: this.#freer.isPossible,
      isLast,
    });
    if (left === undefined) return undefined;
    const share = shareOf(left, unread);
    const startOf = (stream: SpoolStream) => {
      const key = KEYS[stream];
      const skipped = unread[key] - share[key];
      return skipped <= 0 ? place[key] : recordStart(spools, stream, place[key] + skipped);
    };
    const to = {out: startOf('stdout'), err: startOf('stderr')};
    const bytes = bytesBetween({from: place, to});
    if (bytes === 0) return undefined;
    const total_bytes = cutBytesOf(journal.statuses) + bytes;
    return {to, event: {event: 'truncated', bytes, lines: null, first_seq: place.seq, total_bytes}};
  }

  /** It is recorded that what lies between was skipped or cut out; `isAgain`: it may be free. */
  free(from: SpoolOffsets, to: SpoolOffsets, isAgain = false): void {
    for (const stream of STREAMS) {
      const key = KEYS[stream];
      this.#freer.free(stream, {from: from[key], to: to[key]}, isAgain);
    }
  }

  /** Somebody cut a spool. */
  spoolCut(stream: SpoolStream): void {
    this.#freer.forget(stream);
  }

  close(): void {
    this.#freer.close();
  }
}
