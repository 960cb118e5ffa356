/**
 * Records one job: turns its spool into its journal exactly once, across any number of killed coordinators.
 *
 * Every write to the journal is one stream's records, the last of them with the spool offsets behind it, or one status
 * record with the offsets as they are. Nothing else is stored about the progress of the recording. When a write fails
 * part of it may be in the journal: the position is then read back from there, as after a crash.
 *
 * Before each write it looks whether the journal's files are still its own. Where somebody removed, moved, emptied or
 * replaced one, that file and those behind it are made anew, from the spool and from what is remembered
 * (`recording-history.ts`), with the same numbers; then a record `restored` says so. A kill meanwhile leaves the beginning
 * of a journal, with which the next recorder goes on as with any other.
 */
import {join} from 'node:path';

import {stringifyWellFormed} from '../../../base/index.ts';
import type {FileWatch} from '../../../platform/index.ts';
import type {LostEvent, StatusEvent, StatusRecord} from '../../domain/index.ts';
import type {JobRecorder, RecorderOptions} from '../../ports/index.ts';
import {JOB_FILES} from '../directory/job-paths.ts';
import type {StatusLine} from '../directory/status-lines.ts';
import type {FileCondition} from './journal-files.ts';
import {OwnJournal} from './own-journal.ts';
import type {Pump, Pumped} from './pump.ts';
import {
  copiedEntries,
  knownEntries,
  type Recorded,
  RecordingHistory,
  type RecordingPlace,
} from './recording-history.ts';
import {SpoolFiles} from './spool-files.ts';
import {watchSpool} from './spool-watch.ts';
import type {SpoolStream, SpoolTranscoder} from './transcoding/spool-transcoder.ts';

export interface SpoolRecorderOptions extends RecorderOptions {
  readonly directory: string;
  readonly sampleEvery: number;
  /** Size of a full segment of the journal. Default 100 MiB. */
  readonly segmentBytes?: number;
  readonly pump: Pump;
  /** Shared by all recorders, as is the buffer for what is read. */
  readonly transcoder: SpoolTranscoder;
  readonly buffer: Buffer;
  readonly now: () => number;
  /** Hears the journal's path after each write. */
  readonly onAppend: (journal: string) => void;
}

type Task =
  | {readonly kind: 'drain'; readonly targets: Map<SpoolStream, number>; readonly done: () => void}
  | {
      readonly kind: 'status';
      readonly event: StatusEvent;
      readonly at: number | undefined;
      readonly done: (record: StatusRecord) => void;
    }
  | {readonly kind: 'secure'; readonly done: () => void};

/** A job that is silent is looked at so often, to see whether its journal is still there. */
const LOOK_MS = 1000;

export class SpoolRecorder implements JobRecorder, Pumped {
  readonly #options: SpoolRecorderOptions;
  readonly #tasks: Task[] = [];
  readonly #spools: SpoolFiles;
  readonly #history = new RecordingHistory();
  readonly #journal: OwnJournal;
  #wasOpened = false;
  /** Why the journal is being made anew. */
  #damage: FileCondition | undefined;
  /** What was recorded before and is to be recorded again. */
  #again: Recorded[] = [];
  #look: NodeJS.Timeout | undefined;
  #seq = 0;
  #offsets = {out: 0, err: 0};
  #late: boolean;
  #watch: FileWatch | undefined;
  /** Which stream was seen to change first since the last look: its lines come first. */
  #changedFirst: SpoolStream | undefined;
  readonly #path: string;
  #closed = false;

  constructor(options: SpoolRecorderOptions) {
    this.#options = options;
    this.#late = options.late;
    this.#path = join(options.directory, JOB_FILES.journal);
    this.#spools = new SpoolFiles(options.directory);
    this.#journal = new OwnJournal(this.#path, options.segmentBytes, options.now);
  }

  follow(): void {
    if (this.#closed || this.#watch !== undefined) return;
    const {directory, pump} = this.#options;
    this.#watch = watchSpool(directory, stream => {
      this.#changedFirst ??= stream;
      pump.wake(this);
    });
    // What stands there was written before any change that this hears of.
    if (this.#hasMore('stdout')) this.#changedFirst = 'stdout';
    this.#look = setInterval(() => pump.wake(this), LOOK_MS);
    pump.wake(this);
  }

  drain(): Promise<void> {
    return this.#enqueue(done => ({kind: 'drain', targets: new Map(), done}));
  }

  record(event: StatusEvent, at?: number): Promise<StatusRecord> {
    return this.#enqueue(done => ({kind: 'status', event, at, done}));
  }

  secure(): Promise<void> {
    return this.#isSecure() ? Promise.resolve() : this.#enqueue(done => ({kind: 'secure', done}));
  }

  close(): number {
    this.#closed = true;
    this.#watch?.close();
    clearInterval(this.#look);
    this.#options.pump.forget(this);
    const {size} = this.#journal;
    this.#journal.close();
    this.#spools.close();
    return size;
  }

  step(): boolean {
    if (this.#closed) return false;
    this.#ready();
    const [again] = this.#again;
    if (again !== undefined) {
      this.#recordAgain(again);
      return true;
    }
    if (this.#damage !== undefined) this.#tellRestored();
    const task = this.#tasks[0];
    if (task === undefined) return this.#watch !== undefined && this.#catchUp();
    this.#work(task);
    return true;
  }

  /** One step of what somebody waits for. */
  #work(task: Task): void {
    if (task.kind === 'status') {
      const record = this.#appendStatus(task.event, task.at);
      this.#tasks.shift();
      task.done(record);
    } else if (task.kind === 'drain' ? this.#drainStep(task.targets) : this.#secureStep()) {
      this.#tasks.shift();
      task.done();
    }
  }

  #enqueue<T>(task: (done: (value: T) => void) => Task): Promise<T> {
    return new Promise(resolve => {
      this.#tasks.push(task(resolve));
      this.#options.pump.wake(this);
    });
  }

  /** Opens the journal when it is not (at first, and after a write failed), and anew where its files are not its own. */
  #ready(): void {
    const {condition} = this.#journal;
    if (condition === 'closed') this.#open();
    else if (condition !== 'whole') this.#makeAnew(condition);
  }

  #open(): void {
    const {late, known, buffer} = this.#options;
    const isFirst = !this.#wasOpened;
    const copied = isFirst && late ? this.#journal.takeOver() : [];
    const read = (stream: SpoolStream, into: Buffer, offset: number) =>
      this.#spools.read(stream, into, offset, into.length);
    const {seq, out, err} = this.#journal.open(late || !isFirst, read, buffer);
    this.#seq = seq;
    this.#offsets = {out, err};
    if (isFirst)
      this.#history.begin(
        this.#place,
        copied.length > 0 ? copiedEntries(copied, this.#place) : knownEntries(known, seq),
      );
    this.#wasOpened = true;
    this.#again = this.#history.behind(seq);
    if (this.#again.length > 0 && !isCutShort(copied, seq)) this.#damage ??= 'cut';
  }

  #makeAnew(condition: FileCondition): void {
    this.#journal.clear();
    this.#damage ??= condition;
    this.#open();
  }

  #isSecure(): boolean {
    return this.#again.length === 0 && this.#damage === undefined && this.#journal.isWhole;
  }

  /** False when the journal has to be made anew first. */
  #secureStep(): boolean {
    this.#journal.keepCopy();
    const {damage} = this.#journal;
    if (damage !== undefined) this.#makeAnew(damage);
    return damage === undefined;
  }

  /** A step of recording what was recorded before. */
  #recordAgain(recorded: Recorded): void {
    if (recorded.kind === 'output') {
      if (!this.#take(recorded.stream, recorded.upTo, false)) this.#again.shift();
      return;
    }
    if (this.#takeUpTo(recorded.at)) return;
    this.#tellMissing(recorded.at);
    if (recorded.kind === 'status') {
      if (recorded.data.event === 'closed' && this.#damage !== undefined) this.#tellRestored();
      this.#writeStatus(recorded, recorded.late);
    }
    this.#again.shift();
  }

  /** Takes what there still is of both streams up to a place; tells whether there was anything. */
  #takeUpTo(at: RecordingPlace): boolean {
    const out = this.#take('stdout', at.out, true);
    return this.#take('stderr', at.err, true) || out;
  }

  /** What was recorded up to a place and cannot be recorded again: the spool is not whole, or nobody knows any more. */
  #tellMissing(at: RecordingPlace): void {
    const bytes = Math.max(0, at.out - this.#offsets.out) + Math.max(0, at.err - this.#offsets.err);
    const records = at.seq - this.#seq;
    if (records <= 0 && bytes === 0) return;
    const message = bytes === 0 ? {} : {message: lostBytes(bytes)};
    // A record for each of a few status records, so that no number is missing; one behind the gap where it is output.
    for (let left = records; left > 1 && records <= MOST_FILLED; left--) this.#tellLost({records: 1});
    const left = at.seq - this.#seq;
    this.#seq = Math.max(this.#seq, at.seq - 1);
    this.#offsets = {out: Math.max(at.out, this.#offsets.out), err: Math.max(at.err, this.#offsets.err)};
    this.#tellLost({records: left, ...message});
  }

  #tellLost(about: Omit<LostEvent, 'event'>): void {
    const record = {ts: this.#options.now(), data: {event: 'lost', ...about}} as const;
    this.#tell(this.#writeStatus(record, false));
  }

  #tellRestored(): void {
    const reason = REASONS[this.#damage ?? 'cut'];
    this.#tell(this.#appendStatus({event: 'restored', reason}));
    this.#damage = undefined;
  }

  /** Of what the recorder recorded by itself. */
  #tell(record: StatusRecord): void {
    this.#options.onStatus(record);
  }

  /** Whether a spool holds what is not recorded yet. Never throws: where it cannot be opened, the next step says so. */
  #hasMore(stream: SpoolStream): boolean {
    try {
      return this.#spools.sizeOf(stream) > this.#offsets[KEYS[stream]];
    } catch {
      return false; // the step that is to record it throws the same, and is tried again
    }
  }

  /** Takes a slice of both streams, first of the one that changed first; tells whether there was anything. */
  #catchUp(): boolean {
    const [first, second] = this.#changedFirst === 'stderr' ? STDERR_FIRST : STREAMS;
    this.#changedFirst = undefined;
    const upTo = this.#spools.sizeOf(second); // what is written now may come after what is not yet taken of the first
    const more = this.#take(first, Number.MAX_SAFE_INTEGER, false);
    if (this.#take(second, upTo, false) || more) return true;
    this.#late = false;
    return this.#noticeCuts();
  }

  /** Somebody cut a spool, or took it away: what stands there now was written since. Tells whether it is so. */
  #noticeCuts(): boolean {
    const cut = STREAMS.filter(stream => this.#spools.isCut(stream, this.#offsets[KEYS[stream]]));
    for (const stream of cut) {
      this.#offsets[KEYS[stream]] = 0;
      this.#history.spoolCut(this.#place);
      this.#tell(this.#appendStatus({event: 'lost', message: lostSpool(stream)}));
    }
    return cut.length > 0;
  }

  /** Tells whether everything is in that was in the spools when this began, an unfinished last line too. */
  #drainStep(targets: Map<SpoolStream, number>): boolean {
    let done = !this.#noticeCuts();
    for (const stream of STREAMS) {
      const target = targets.get(stream) ?? this.#spools.sizeOf(stream);
      targets.set(stream, target);
      if (this.#take(stream, target, true)) done = false;
    }
    return done;
  }

  /** Turns one chunk of a stream, up to an offset, into records; `flush` makes a record of an unfinished last line. */
  #take(stream: SpoolStream, upTo: number, flush: boolean): boolean {
    const {buffer, transcoder, sampleEvery, now} = this.#options;
    const key = KEYS[stream];
    const late = this.#late || this.#again.length > 0;
    const wanted = Math.min(buffer.length, upTo - this.#offsets[key]);
    const length = wanted > 0 ? this.#spools.read(stream, buffer, this.#offsets[key], wanted) : 0;
    const atEnd = flush && this.#offsets[key] + length >= upTo;
    const ts = now();
    let taken = 0;
    while (taken < length) {
      const {bytes, consumed, seq} = transcoder.transcode({
        chunk: taken === 0 ? buffer : buffer.subarray(taken, length),
        length: length - taken,
        stream,
        offsets: this.#offsets,
        seq: this.#seq,
        ts,
        late,
        sampleEvery,
        atEnd,
      });
      if (consumed === 0) break;
      if (bytes > 0) {
        this.#journal.append(transcoder.output, bytes);
        this.#options.onAppend(this.#path);
      }
      this.#seq = seq;
      this.#offsets[key] += consumed;
      taken += consumed;
    }
    if (taken === 0) return false;
    this.#history.output(stream, this.#place);
    if (this.#again.length === 0) this.#options.onOutput();
    return true;
  }

  #appendStatus(data: StatusEvent, at?: number): StatusRecord {
    const place = this.#place;
    const record = this.#writeStatus({ts: at ?? this.#options.now(), data}, this.#late);
    this.#history.status(place, record, this.#late);
    return record;
  }

  #writeStatus({ts, data}: StatusRecord, isLate: boolean): StatusRecord {
    const {seq, out, err} = this.#place;
    const record = {seq, ts, kind: 'status', data, ...(isLate ? {late: true} : {}), spool: [out, err]};
    this.#journal.appendStatus({seq, text: stringifyWellFormed(record)});
    this.#options.onAppend(this.#path);
    this.#seq += 1;
    return {ts, data};
  }

  get #place(): RecordingPlace {
    return {seq: this.#seq, ...this.#offsets};
  }
}

/** Beyond so many numbers a gap is left. */
const MOST_FILLED = 64;

const STREAMS = ['stdout', 'stderr'] as const;
const STDERR_FIRST = ['stderr', 'stdout'] as const;
const KEYS = {stdout: 'out', stderr: 'err'} as const;

const REASONS: Readonly<Record<FileCondition, string>> = {
  whole: 'it was damaged',
  grown: 'somebody else wrote into it',
  gone: 'it was removed or moved',
  cut: 'it was emptied or cut',
  replaced: 'another file was in its place',
};

function lostBytes(bytes: number): string {
  return `${bytes} bytes of its output are lost: its log was removed or changed, and so were the files that it was made from`;
}

function lostSpool(stream: SpoolStream): string {
  return `some of its ${stream} may be lost: the file that it writes to was emptied, cut or removed`;
}

/** Whether all that the journal lacks is a status record of which a kill left only the copy. */
function isCutShort(copied: readonly StatusLine[], seq: number): boolean {
  const [missing, ...more] = copied.filter(line => line.seq >= seq);
  return seq > 0 && missing?.seq === seq && more.length === 0;
}
