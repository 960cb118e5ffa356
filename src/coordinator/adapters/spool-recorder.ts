/**
 * Records one job: turns its spool into its journal exactly once, across any number of killed coordinators.
 *
 * Every write to the journal is one stream's records, the last of them with the spool offsets behind it, or one status
 * record with the offsets as they are. Nothing else is stored about the progress of the recording. When a write fails
 * part of it may be in the journal: the position is then read back from there, as after a crash.
 */
import {closeSync, constants, fstatSync, readSync} from 'node:fs';
import {dirname, join} from 'node:path';

import {codeOf, stringifyWellFormed} from '../../base/index.ts';
import {JournalWriteError, type JournalWriter, openJournal} from '../../journal/index.ts';
import {makePrivateDirectory, openPrivate} from '../../platform/index.ts';
import type {StatusEvent, StatusRecord} from '../domain/index.ts';
import type {JobRecorder} from '../ports/index.ts';
import {JOB_FILES} from './job-paths.ts';
import {journalBytes} from './journal-state.ts';
import type {Pump, Pumped} from './pump.ts';
import {recordingPosition} from './record-tail.ts';
import type {SpoolStream, SpoolTranscoder} from './spool-transcoder.ts';
import {type ChangeWatch, watchSpool} from './spool-watch.ts';

export interface SpoolRecorderOptions {
  readonly directory: string;
  readonly sampleEvery: number;
  /** What is read until the recorder has once caught up was written while nobody looked. */
  readonly late: boolean;
  readonly pump: Pump;
  /** Shared by all recorders, as is the buffer for what is read. */
  readonly transcoder: SpoolTranscoder;
  readonly buffer: Buffer;
  readonly now: () => number;
  /** Hears whenever the job was seen to have printed something. */
  readonly onOutput: () => void;
  /** Hears the journal's path after each write. */
  readonly onAppend: (journal: string) => void;
}

type Task =
  | {readonly kind: 'drain'; readonly targets: Map<SpoolStream, number>; readonly done: () => void}
  | {readonly kind: 'status'; readonly event: StatusEvent; readonly done: (record: StatusRecord) => void};

export class SpoolRecorder implements JobRecorder, Pumped {
  readonly #options: SpoolRecorderOptions;
  readonly #tasks: Task[] = [];
  readonly #spools = new Map<SpoolStream, number>();
  #journal: JournalWriter | undefined;
  #seq = 0;
  #offsets = {out: 0, err: 0};
  #late: boolean;
  #watch: ChangeWatch | undefined;
  /** Which stream was seen to change first since the last look: its lines come first. */
  #changedFirst: SpoolStream | undefined;
  readonly #path: string;
  #closed = false;

  constructor(options: SpoolRecorderOptions) {
    this.#options = options;
    this.#late = options.late;
    this.#path = join(options.directory, JOB_FILES.journal);
  }

  follow(): void {
    if (this.#closed || this.#watch !== undefined) return;
    const {directory, pump} = this.#options;
    this.#watch = watchSpool(directory, stream => {
      this.#changedFirst ??= stream;
      pump.wake(this);
    });
    pump.wake(this);
  }

  drain(): Promise<void> {
    return this.#enqueue(done => ({kind: 'drain', targets: new Map(), done}));
  }

  record(event: StatusEvent): Promise<StatusRecord> {
    return this.#enqueue(done => ({kind: 'status', event, done}));
  }

  close(): number {
    this.#closed = true;
    this.#watch?.close();
    this.#options.pump.forget(this);
    const size = this.#journal?.size ?? journalBytes(this.#path);
    this.#journal?.close();
    this.#journal = undefined;
    for (const fd of this.#spools.values()) closeSync(fd);
    this.#spools.clear();
    return size;
  }

  step(): boolean {
    if (this.#closed) return false;
    const journal = this.#opened();
    const task = this.#tasks[0];
    if (task === undefined) return this.#watch !== undefined && this.#catchUp(journal);
    if (task.kind === 'status') {
      const record = this.#appendStatus(journal, task.event);
      this.#tasks.shift();
      task.done(record);
    } else if (this.#drainStep(journal, task.targets)) {
      this.#tasks.shift();
      task.done();
    }
    return true;
  }

  #enqueue<T>(task: (done: (value: T) => void) => Task): Promise<T> {
    return new Promise(resolve => {
      this.#tasks.push(task(resolve));
      this.#options.pump.wake(this);
    });
  }

  /** The journal, opened and read for where to go on when it is not open (at first, and after a write failed). */
  #opened(): JournalWriter {
    if (this.#journal !== undefined) return this.#journal;
    const path = this.#path;
    const journal = openOrRestore(path);
    const read = (stream: SpoolStream, buffer: Buffer, offset: number) =>
      this.#readSpool(stream, buffer, offset, buffer.length);
    const {seq, out, err} = recordingPosition(path, journal.lastLine, read, this.#options.buffer);
    this.#seq = seq;
    this.#offsets = {out, err};
    this.#journal = journal;
    return journal;
  }

  /** Takes a slice of both streams, first of the one that changed first; tells whether there was anything. */
  #catchUp(journal: JournalWriter): boolean {
    const order = this.#changedFirst === 'stderr' ? STDERR_FIRST : STREAMS;
    this.#changedFirst = undefined;
    let more = false;
    for (const stream of order) more = this.#take(journal, stream, Number.MAX_SAFE_INTEGER, false) || more;
    if (!more) this.#late = false;
    return more;
  }

  /** Tells whether everything is in that was in the spools when this began, an unfinished last line too. */
  #drainStep(journal: JournalWriter, targets: Map<SpoolStream, number>): boolean {
    let done = true;
    for (const stream of STREAMS) {
      const target = targets.get(stream) ?? this.#sizeOf(stream);
      targets.set(stream, target);
      if (this.#take(journal, stream, target, true)) done = false;
    }
    return done;
  }

  /** Turns one chunk of a stream, up to an offset, into records; `flush` makes a record of an unfinished last line. */
  #take(journal: JournalWriter, stream: SpoolStream, upTo: number, flush: boolean): boolean {
    const {buffer, transcoder, sampleEvery, now} = this.#options;
    const key = stream === 'stdout' ? 'out' : 'err';
    const wanted = Math.min(buffer.length, upTo - this.#offsets[key]);
    const length = wanted > 0 ? this.#readSpool(stream, buffer, this.#offsets[key], wanted) : 0;
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
        late: this.#late,
        sampleEvery,
        atEnd,
      });
      if (consumed === 0) break;
      if (bytes > 0) this.#append(journal, transcoder.output, bytes);
      this.#seq = seq;
      this.#offsets[key] += consumed;
      taken += consumed;
    }
    if (taken > 0) this.#options.onOutput();
    return taken > 0;
  }

  #appendStatus(journal: JournalWriter, data: StatusEvent): StatusRecord {
    const ts = this.#options.now();
    const late = this.#late ? {late: true} : {};
    const record = {
      seq: this.#seq,
      ts,
      kind: 'status',
      data,
      ...late,
      spool: [this.#offsets.out, this.#offsets.err],
    };
    const line = Buffer.from(`${stringifyWellFormed(record)}\n`);
    this.#append(journal, line, line.length);
    this.#seq += 1;
    return {ts, data};
  }

  #append(journal: JournalWriter, bytes: Buffer, length: number): void {
    try {
      journal.append(bytes, length);
      this.#options.onAppend(this.#path);
    } catch (error) {
      journal.close();
      this.#journal = undefined;
      throw error;
    }
  }

  #readSpool(stream: SpoolStream, buffer: Buffer, offset: number, length: number): number {
    const fd = this.#spool(stream);
    return fd === undefined ? 0 : readSync(fd, buffer, 0, length, offset);
  }

  #sizeOf(stream: SpoolStream): number {
    const fd = this.#spool(stream);
    return fd === undefined ? 0 : fstatSync(fd).size;
  }

  #spool(stream: SpoolStream): number | undefined {
    const open = this.#spools.get(stream);
    if (open !== undefined) return open;
    try {
      const fd = openPrivate(join(this.#options.directory, SPOOL_OF[stream]), constants.O_RDONLY);
      this.#spools.set(stream, fd);
      return fd;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined; // never started
      throw error;
    }
  }
}

const STREAMS = ['stdout', 'stderr'] as const;
const STDERR_FIRST = ['stderr', 'stdout'] as const;
const SPOOL_OF = {stdout: JOB_FILES.out, stderr: JOB_FILES.err} as const;

/** Opens the journal; where somebody deleted the job's directory, it is made anew to hold what became of the job. */
function openOrRestore(path: string): JournalWriter {
  try {
    return openJournal({path});
  } catch (error) {
    if (!(error instanceof JournalWriteError) || codeOf(error.cause) !== 'ENOENT') throw error;
    makePrivateDirectory(dirname(path));
    return openJournal({path});
  }
}
