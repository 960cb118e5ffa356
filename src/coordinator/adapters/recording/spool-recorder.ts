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

import {watchInOrder} from '../../../platform/index.ts';
import type {LostEvent, StatusEvent, StatusRecord} from '../../domain/index.ts';
import type {JobRecorder} from '../../ports/index.ts';
import {JOB_FILES} from '../directory/job-paths.ts';
import {statusText} from './cutting/cut-record.ts';
import {logCap} from './cutting/log-cap.ts';
import {LogCapper} from './cutting/log-capper.ts';
import type {FileCondition} from './journal-files.ts';
import {STREAMS} from './order/deal-lines.ts';
import {KEYS, outputBatch, takesUpTo} from './order/output-batch.ts';
import {type Sizes, SpoolOrder, type Take} from './order/spool-order.ts';
import {SpoolWindows} from './order/spool-windows.ts';
import {OwnJournal} from './own-journal.ts';
import type {Pumped} from './pump.ts';
import {copiedEntries, knownEntries, type Recorded, RecordingHistory} from './recording-history.ts';
import {isCutShort, lostBytes, lostSpool, MOST_FILLED, REASONS} from './recording-losses.ts';
import type {RecordingPlace, SpoolOffsets} from './recording-place.ts';
import type {SpoolRecorderOptions, Task} from './recording-task.ts';

import {SpoolFiles} from './spool-files.ts';
import type {SpoolStream} from './transcoding/spool-transcoder.ts';

/** A job that is silent is looked at so often, to see whether its journal is still there. */
const LOOK_MS = 1000;

export type {SpoolRecorderOptions} from './recording-task.ts';

export class SpoolRecorder implements JobRecorder, Pumped {
  readonly #options: SpoolRecorderOptions;
  readonly #tasks: Task[] = [];
  readonly #spools: SpoolFiles;
  readonly #windows: SpoolWindows;
  readonly #order: SpoolOrder;
  /** What is to be recorded next. */
  #takes: readonly Take[] = [];
  readonly #history = new RecordingHistory();
  readonly #journal: OwnJournal;
  readonly #capper: LogCapper | undefined;
  readonly #writeBytes: number | undefined;
  #wasOpened = false;
  /** Why the journal is being made anew. */
  #damage: FileCondition | undefined;
  /** What was recorded before and is to be recorded again. */
  #again: Recorded[] = [];
  #look: NodeJS.Timeout | undefined;
  #seq = 0;
  #offsets = {out: 0, err: 0};
  #late: boolean;
  #isFollowing = false;
  readonly #path: string;
  #closed = false;

  constructor(options: SpoolRecorderOptions) {
    this.#options = options;
    this.#late = options.late;
    this.#path = join(options.directory, JOB_FILES.journal);
    this.#spools = new SpoolFiles(options.directory);
    const {maxLogBytes = 0, now} = options;
    const cap = maxLogBytes > 0 ? logCap(maxLogBytes) : undefined;
    const limitOf = (stream: SpoolStream) => this.#capper?.limitOf(stream) ?? Number.POSITIVE_INFINITY;
    this.#windows = new SpoolWindows(this.#spools, options.buffer.subarray(0, cap?.readBytes), limitOf);
    const turn = () => options.pump.turn;
    this.#order = new SpoolOrder({spools: this.#windows, turn, wake: () => this.#changed()});
    this.#journal = new OwnJournal(this.#path, options.segmentBytes, now, cap);
    const means = {spools: this.#spools, journal: this.#journal, place: () => this.#place};
    const onMore = () => {
      this.#order.lost();
      options.pump.wake(this);
    };
    const onUncapped = (reason: string) =>
      void this.record({event: 'uncapped', reason}).then(record => this.#tell(record));
    this.#writeBytes = cap?.writeBytes;
    this.#capper = cap && new LogCapper({...options, ...means, cap, onMore, onUncapped});
  }

  listen(): void {
    this.#listen(true);
  }

  follow(): void {
    if (this.#closed || this.#isFollowing) return;
    const {pump} = this.#options;
    this.#isFollowing = true;
    this.#listen(false);
    this.#look = setInterval(() => pump.wake(this), LOOK_MS);
    pump.wake(this);
  }

  drain(): Promise<void> {
    return this.#enqueue(done => ({kind: 'drain', targets: undefined, done}));
  }

  record(event: StatusEvent, at?: number): Promise<StatusRecord> {
    return this.#enqueue(done => ({kind: 'status', event, at, done}));
  }

  secure(): Promise<void> {
    const isSecure = this.#again.length === 0 && this.#damage === undefined && this.#journal.isWhole;
    return isSecure ? Promise.resolve() : this.#enqueue(done => ({kind: 'secure', done}));
  }

  close(): number {
    this.#closed = true;
    this.#order.close();
    this.#capper?.close();
    clearInterval(this.#look);
    this.#options.pump.forget(this);
    const {size} = this.#journal;
    this.#journal.close();
    this.#spools.close();
    return size;
  }

  step(): boolean {
    if (this.#closed) return false;
    this.#windows.forget();
    this.#ready();
    const [again] = this.#again;
    if (again !== undefined) {
      this.#recordAgain(again);
      return true;
    }
    if (this.#damage !== undefined) this.#tellRestored();
    if (this.#capper !== undefined && (this.#skip(this.#capper) || this.#cutOut(this.#capper))) return true;
    const task = this.#tasks[0];
    if (task !== undefined) return this.#work(task);
    if (this.#capper?.isResting === true) return false;
    return (this.#isFollowing || this.#isMixed) && this.#catchUp();
  }

  /** One step of what somebody waits for; tells whether there is more to do in this turn. */
  #work(task: Task): boolean {
    if (task.kind === 'status') {
      const record = this.#appendStatus(task.event, task.at);
      this.#tasks.shift();
      task.done(record);
      return true;
    }
    const done = task.kind === 'drain' ? this.#drainStep(task) : this.#secureStep();
    if (done === 'waits') return false;
    if (done === true) {
      this.#tasks.shift();
      task.done();
    }
    return true;
  }

  /** Output that would be cut out again is not recorded, only that it is skipped; tells whether there was any. */
  #skip(capper: LogCapper): boolean {
    const skip = capper.skip(this.#tasks.some(({kind}) => kind === 'drain'));
    if (skip === undefined) return false;
    const from = this.#place;
    this.#tell(this.#appendStatus(skip.event, undefined, skip.to));
    this.#takes = [];
    this.#order.lost();
    capper.skipped(from, skip.to);
    this.#options.onOutput();
    return true;
  }

  /** Cuts out of the journal what is too much; tells whether there was any, or the journal was damaged. */
  #cutOut(capper: LogCapper): boolean {
    if (!this.#journal.isCutDue) return false;
    if (!this.#secureStep()) return true;
    const cut = this.#journal.cutOut();
    if (cut === undefined) return false;
    this.#history.cutOut(cut.span, cut.statuses);
    if (cut.isCopied) capper.free(cut.span.from, cut.span.to);
    this.#tell({ts: this.#options.now(), data: cut.event});
    return true;
  }

  #listen(isNew: boolean): void {
    const {directory, watch = watchInOrder} = this.#options;
    if (!this.#closed && !this.#order.isListening)
      this.#order.listen(changes => watch(directory, changes), isNew);
  }

  /** What a short job wrote to one stream is recorded at its end. */
  #changed(): void {
    const isWanted = this.#isFollowing || this.#isMixed || this.#tasks.length > 0;
    if (isWanted || this.#capper?.isFlooded === true) this.#options.pump.wake(this);
  }

  /** The sooner both are looked at the less is merged; but first comes the start of the job. */
  get #isMixed(): boolean {
    return this.#order.isMixed && this.#seq > 0;
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
    if (isFirst && late) this.#capper?.takeOver(copied);
    this.#wasOpened = true;
    this.#again = this.#history.behind(seq);
    if (this.#again.length > 0 && !isCutShort(copied, seq)) this.#damage ??= 'cut';
  }

  #makeAnew(condition: FileCondition): void {
    this.#journal.clear();
    this.#damage ??= condition;
    this.#open();
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
      if (!this.#record([recorded], undefined).isMore) this.#again.shift();
      return;
    }
    if (this.#takeUpTo(recorded.at)) return;
    if (recorded.kind === 'status' && recorded.isBehindCut === true)
      this.#seq = Math.max(this.#seq, recorded.at.seq);
    this.#tellMissing(recorded.at);
    if (recorded.kind === 'status') {
      if (recorded.data.event === 'closed' && this.#damage !== undefined) this.#tellRestored();
      this.#writeStatus(recorded, recorded.late, recorded.behind);
    }
    this.#again.shift();
  }

  /** Takes what there still is of both streams up to a place; tells whether there was anything. */
  #takeUpTo(at: RecordingPlace): boolean {
    const upTo = {stdout: at.out, stderr: at.err};
    return this.#record(takesUpTo(upTo, this.#recorded), upTo).isMore;
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

  /** Records what has come; tells whether there is more to do in this turn. */
  #catchUp(): boolean {
    if (this.#takes.length > 0) return this.#recordTakes();
    const {takes, again} = this.#order.look(this.#recorded);
    this.#takes = takes;
    if (takes.length > 0) return this.#recordTakes();
    if (again) this.#options.pump.wakeNextTurn(this);
    else this.#late = false;
    return this.#noticeCuts();
  }

  #recordTakes(flushAt?: Sizes): boolean {
    const {done, isMore} = this.#record(this.#takes, flushAt);
    this.#takes = this.#takes.slice(done);
    return isMore || this.#takes.length > 0;
  }

  /** Somebody cut a spool, or took it away: what stands there now was written since. Tells whether it is so. */
  #noticeCuts(): boolean {
    const cut = STREAMS.filter(stream => this.#spools.isCut(stream, this.#offsets[KEYS[stream]]));
    for (const stream of cut) {
      this.#offsets[KEYS[stream]] = 0;
      this.#capper?.spoolCut(stream);
      this.#takes = [];
      this.#order.restart();
      this.#history.spoolCut(this.#place);
      this.#tell(this.#appendStatus({event: 'lost', message: lostSpool(stream)}));
    }
    return cut.length > 0;
  }

  /** Tells whether everything is in that was in the spools when this began, an unfinished last line too. */
  #drainStep(task: {targets: Sizes | undefined}): boolean | 'waits' {
    if (this.#capper?.isHeld === true) return 'waits';
    if (this.#noticeCuts()) task.targets = undefined;
    task.targets ??= {stdout: this.#spools.sizeOf('stdout'), stderr: this.#spools.sizeOf('stderr')};
    const {targets} = task;
    if (this.#takes.length > 0) {
      this.#recordTakes(targets);
      return false;
    }
    const {takes, again} = this.#order.look(this.#recorded, targets);
    this.#takes = takes;
    if (takes.length > 0) return !this.#recordTakes(targets);
    if (!again || takesUpTo(targets, this.#recorded).length === 0) return true;
    this.#options.pump.wakeNextTurn(this);
    return 'waits';
  }

  /** Turns the first of these into records, with one write. Tells how many are done, and whether there was anything. */
  #record(takes: readonly Take[], flushAt: Sizes | undefined): {done: number; isMore: boolean} {
    const {transcoder, sampleEvery, now} = this.#options;
    const late = this.#late || this.#again.length > 0;
    const manner = {ts: now(), late, isUnordered: this.#late && this.#again.length === 0, flushAt};
    const means = {transcoder, windows: this.#windows, sampleEvery, mostBytes: this.#writeBytes};
    const {bytes, taken, done} = outputBatch(takes, this.#place, manner, means);
    if (bytes > 0) {
      const {out, err} = taken.at(-1)?.place ?? this.#place;
      this.#journal.append(transcoder.output, bytes, out + err);
      this.#options.onAppend(this.#path);
    }
    for (const each of taken) this.#history.output(each);
    const last = taken.at(-1)?.place;
    if (last === undefined) return {done, isMore: false};
    this.#seq = last.seq;
    this.#offsets = {out: last.out, err: last.err};
    if (this.#again.length === 0) this.#options.onOutput();
    return {done, isMore: true};
  }

  #appendStatus(data: StatusEvent, at?: number, behind?: SpoolOffsets): StatusRecord {
    const place = this.#place;
    const record = this.#writeStatus({ts: at ?? this.#options.now(), data}, this.#late, behind);
    this.#history.status(place, record, this.#late, behind);
    return record;
  }

  /** `behind`: where the output goes on behind what was cut out here. */
  #writeStatus({ts, data}: StatusRecord, late: boolean, behind?: SpoolOffsets): StatusRecord {
    const from = this.#place;
    const text = statusText({seq: from.seq, ts, event: data, from, to: behind, late});
    this.#journal.appendStatus({seq: from.seq, text});
    this.#options.onAppend(this.#path);
    this.#seq += 1;
    this.#offsets = {...this.#offsets, ...behind};
    return {ts, data};
  }

  get #recorded(): Sizes {
    return {stdout: this.#offsets.out, stderr: this.#offsets.err};
  }

  get #place(): RecordingPlace {
    return {seq: this.#seq, ...this.#offsets};
  }
}
