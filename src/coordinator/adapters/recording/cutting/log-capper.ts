/**
 * Keeps the log of one job below its size while the job runs, and what it was made from as well: says what its recorder is
 * to skip, and frees what was skipped or cut out.
 */
import {type FileHolder, fileHolder, type PunchHole, punchHole, timer} from '../../../../platform/index.ts';
import type {TruncatedEvent} from '../../../domain/index.ts';
import type {StatusLine} from '../../directory/status-lines.ts';
import {STREAMS} from '../order/deal-lines.ts';
import {KEYS} from '../order/output-batch.ts';
import type {OwnJournal} from '../own-journal.ts';
import type {RecordingPlace, SpoolOffsets} from '../recording-place.ts';
import type {SpoolFiles} from '../spool-files.ts';
import {CUT_LOOKAHEAD_BYTES} from '../transcoding/spool-lines.ts';
import type {SpoolStream} from '../transcoding/spool-transcoder.ts';
import {bytesBetween, cutBytesOf} from './cut-record.ts';
import {LeftHoles} from './left-holes.ts';
import {
  HELD_FROM_BYTES,
  HELD_UNTIL_BYTES,
  heldBytes,
  type LogCap,
  leftOfBacklog,
  PREPARED_FROM_BYTES,
  shareOf,
} from './log-cap.ts';
import {recordStart} from './record-start.ts';
import {SpoolFreer} from './spool-freer.ts';
import {type HeldSpools, SpoolHold} from './spool-hold.ts';

export interface LogCapperOptions {
  readonly directory: string;
  readonly cap: LogCap;
  readonly spools: SpoolFiles;
  readonly journal: OwnJournal;
  /** How far the recording is. */
  readonly place: () => RecordingPlace;
  readonly punch?: PunchHole;
  readonly holder?: FileHolder;
  readonly now: () => number;
  /** More may be read, and nobody knows its order. */
  readonly onMore: () => void;
  /** What the job wrote cannot be freed, and why. */
  readonly onUncapped: (reason: string) => void;
}

/** Not to be recorded. */
export interface Skip {
  readonly event: TruncatedEvent;
  readonly to: SpoolOffsets;
}

/** While so much is written that it is skipped it is looked at so often. */
const PAUSE_MS = 100;

export class LogCapper {
  readonly #options: LogCapperOptions;
  readonly #freer: SpoolFreer;
  readonly #hold: SpoolHold;
  readonly #holder: FileHolder;
  readonly #leftHoles: LeftHoles;
  /** No more is taken of what is held until it is over. */
  #pause: (() => void) | undefined;
  /** Little came since it was taken before. */
  #isCalm = false;

  constructor(options: LogCapperOptions) {
    const {directory, spools, place, punch = punchHole, holder = fileHolder} = options;
    const {now, onMore, onUncapped} = options;
    const recorded = () => ({stdout: place().out, stderr: place().err});
    this.#options = options;
    this.#freer = new SpoolFreer({spools, recorded, punch, now, onImpossible: onUncapped});
    this.#hold = new SpoolHold({directory, spools, place, holder, onAnswer: onMore});
    this.#holder = holder;
    this.#leftHoles = new LeftHoles({spools, holder, onAnswer: onMore});
  }

  /** Frees what another coordinator said was cut out; it may have been killed before it did. */
  takeOver(statuses: readonly StatusLine[]): void {
    this.#hold.takeOver();
    if (statuses.length === 0) this.#leftHoles.look(this.#options.place());
    let {out, err} = this.#options.place();
    for (const {event, spool, spoolFrom} of statuses.toReversed()) {
      // Of a spool that was cut since, nothing is known.
      if (spool[0] > out || spool[1] > err) return;
      [out, err] = spoolFrom ?? spool;
      if (event?.event === 'truncated' && spoolFrom !== undefined)
        this.free({out: spoolFrom[0], err: spoolFrom[1]}, {out: spool[0], err: spool[1]}, true);
    }
  }

  /** The spools are held: all of them is there to be recorded only when they are not any more. */
  get isHeld(): boolean {
    return this.#hold.isHeld || this.#isAsking;
  }

  /** So much came that it may have to be held. */
  get isFlooded(): boolean {
    return this.#hold.isPossible && this.#unread > PREPARED_FROM_BYTES;
  }

  /** Nothing is to be read for now. */
  get isResting(): boolean {
    return this.#isAsking || (this.#hold.isHeld && this.#isRecorded);
  }

  get #isAsking(): boolean {
    return this.#hold.isAsking || this.#leftHoles.isAsking;
  }

  /** Nothing behind it may be read. */
  limitOf(stream: SpoolStream): number {
    const held = this.#hold.limits?.[KEYS[stream]] ?? Number.POSITIVE_INFINITY;
    return Math.min(held, this.#leftHoles.limitOf(stream));
  }

  /**
   * What is to be skipped; undefined where nothing is. `isLast`: what there is, is all that comes for now. The spools are held, or
   * not any more, where that is due.
   */
  skip(isLast: boolean): Skip | undefined {
    if (this.#isAsking) return undefined;
    const {answer} = this.#hold;
    const skip = this.#skipLeftHole() ?? this.#skipOf(isLast, answer);
    if (answer !== undefined) this.#isCalm = skip === undefined && answer.grown < HELD_UNTIL_BYTES;
    if (skip !== undefined) return skip;
    this.#hold.settle();
    this.#holdOrLet(isLast);
    return undefined;
  }

  /** That is recorded. */
  skipped(from: SpoolOffsets, to: SpoolOffsets): void {
    this.#hold.settle();
    this.#rest();
    this.free(from, to);
  }

  #skipOf(isLast: boolean, answer: HeldSpools | undefined): Skip | undefined {
    const {cap, spools, journal} = this.#options;
    const place = this.#options.place();
    const sizes = answer?.sizes ?? this.#spoolSizes;
    const freed = answer?.freed ?? place;
    const unread = {out: Math.max(0, sizes.out - place.out), err: Math.max(0, sizes.err - place.err)};
    const left = leftOfBacklog(cap, {
      journal: journal.size,
      isHeadFull: journal.segment >= cap.headSegments,
      growth: journal.growth,
      unread: unread.out + unread.err,
      kept: this.#freer.kept,
      canFree: this.#freer.isPossible,
      isLast,
    });
    const share = left === undefined ? unread : shareOf(left, unread);
    const startOf = (stream: SpoolStream) => {
      const key = KEYS[stream];
      const start = Math.max(freed[key], place[key] + unread[key] - share[key]);
      return start <= place[key] ? place[key] : recordStart(spools, stream, start);
    };
    return this.#skipTo({out: startOf('stdout'), err: startOf('stderr')});
  }

  /** What another coordinator freed, where nothing says any more that it did. */
  #skipLeftHole(): Skip | undefined {
    const to = this.#leftHoles.behind(this.#options.place());
    return to && this.#skipTo(to);
  }

  #skipTo(to: SpoolOffsets): Skip | undefined {
    const {journal} = this.#options;
    const place = this.#options.place();
    const bytes = bytesBetween({from: place, to});
    if (bytes === 0) return undefined;
    const total_bytes = cutBytesOf(journal.statuses) + bytes;
    return {to, event: {event: 'truncated', bytes, lines: null, first_seq: place.seq, total_bytes}};
  }

  /** Holds the spools where much comes, and takes more of them when all that was taken is recorded. */
  #holdOrLet(isLast: boolean): void {
    const hold = this.#hold;
    if (!hold.isHeld) {
      if (isLast || !this.isFlooded) return;
      if (this.#unread > HELD_FROM_BYTES) this.#take();
      else this.#holder.prepare();
    } else if (isLast || (this.#isCalm && this.#isRecorded)) hold.end();
    else if (this.#isRecorded && this.#pause === undefined) this.#take();
  }

  #take(): void {
    const {cap, journal} = this.#options;
    this.#hold.take(heldBytes(cap, Math.max(journal.size, this.#freer.wanted)));
  }

  /** Others have their turn, and who follows sees something all the same. */
  #rest(): void {
    this.#pause ??= timer(PAUSE_MS, () => {
      this.#pause = undefined;
      this.#options.onMore();
    });
  }

  /** What was taken of the spools, but for the begin of a line. */
  get #isRecorded(): boolean {
    const place = this.#options.place();
    const {out, err} = this.#spoolSizes;
    return out - place.out < CUT_LOOKAHEAD_BYTES && err - place.err < CUT_LOOKAHEAD_BYTES;
  }

  get #unread(): number {
    const place = this.#options.place();
    const {out, err} = this.#spoolSizes;
    return Math.max(0, out - place.out) + Math.max(0, err - place.err);
  }

  get #spoolSizes(): SpoolOffsets {
    const {spools} = this.#options;
    const sizeOf = (stream: SpoolStream) => Math.min(spools.sizeOf(stream), this.limitOf(stream));
    return {out: sizeOf('stdout'), err: sizeOf('stderr')};
  }

  /** It is recorded that what lies between was cut out; `isAgain`: it may be free. */
  free(from: SpoolOffsets, to: SpoolOffsets, isAgain = false): void {
    for (const stream of STREAMS) {
      const key = KEYS[stream];
      this.#freer.free(stream, {from: from[key], to: to[key]}, isAgain);
    }
  }

  /** Somebody cut a spool. */
  spoolCut(stream: SpoolStream): void {
    this.#freer.forget(stream);
    this.#leftHoles.forget(stream);
    this.#hold.spoolCut();
  }

  close(): void {
    this.#freer.close();
    this.#leftHoles.close();
    this.#hold.close();
    this.#pause?.();
  }
}
