/**
 * The events of one session on their way into the log, in order. One append is under way at a time, and what comes
 * meanwhile goes with the next one: an append that fails is repeated before anything behind it. An entry that the log will
 * never take (`USAGE`) is lost alone. What is lost is counted, and a `gap` event stands in its place.
 */
import {hasCode, type Json} from '../../../base/index.ts';
import type {EventLog, NewEntry} from '../../../event-log/index.ts';
import {Backlog} from '../backlog/backlog.ts';
import {gapEvent} from '../backlog/gap-event.ts';
import type {Loss} from '../backlog/losses.ts';
import type {Redactor} from '../sink.ts';
import {type HealthRecord, RETRY_MS, shortReason} from '../sink-health.ts';
import {sessionEntry} from './session-entry.ts';

/** Entries that go in together. */
const AT_ONCE = 1000;

export interface SessionLineParts {
  readonly log: EventLog;
  readonly topic: string;
  readonly sessionId: string;
  readonly record: HealthRecord;
  readonly redactor: Redactor | undefined;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** The log failed, or did what it was asked to. */
  readonly onFailed: (reason: string) => void;
  readonly onWorks: () => void;
  /** So much memory is free again. */
  readonly onLeft: (bytes: number) => void;
  /** Nothing waits any more, and all losses are told. */
  readonly onIdle: () => void;
}

interface Waiting {
  readonly entry: NewEntry;
  readonly bytes: number;
  /** What the entry tells of, where it is a gap. */
  readonly gap?: Loss;
  /** It was refused once, and is now nothing but what its JSON says. */
  readonly isBare?: true;
}

export class SessionLine {
  readonly #parts: SessionLineParts;
  readonly #backlog = new Backlog<Waiting>(loss => this.#gapOf(loss));
  #isUnderWay = false;
  /** Entries that go in together: fewer where the disk is full, because a part of them may fit. */
  #atOnce = AT_ONCE;
  /** So many of the first must go in one by one, to find which of them is refused. */
  #singly = 0;
  #isDue = false;
  #retry: NodeJS.Timeout | undefined;
  #settled: (() => void)[] = [];

  constructor(parts: SessionLineParts) {
    this.#parts = parts;
  }

  /** Goes in with what else comes before the program gives way. */
  take(entry: NewEntry, bytes: number): void {
    this.#backlog.push({entry, bytes});
    this.#soon();
  }

  /** An event that cannot even wait. */
  lose(reason: string): void {
    this.#backlog.lose(this.#counted(1, reason));
    this.#soon();
  }

  /** Tries at once, and resolves when nothing waits any more or the log has failed again. */
  drain(): Promise<void> {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    const settled = new Promise<void>(resolve => this.#settled.push(resolve));
    this.#next();
    return settled;
  }

  /** For the end of the process: nobody hears any more what becomes of it. */
  handOverAll(): void {
    this.#backlog.tellLosses();
    while (this.#backlog.length > 0) {
      // Nobody will be there to try it again with null for a number that is none.
      const entries = this.#backlog.take(AT_ONCE).map(item => (bareOf(item) ?? item).entry);
      this.#append(entries).catch(() => undefined); // the log itself tells what it loses at the end
    }
  }

  /** Gives up what still waits. */
  abandon(reason: string): void {
    clearTimeout(this.#retry);
    const events = eventsIn(this.#backlog.take(this.#backlog.length));
    if (events > 0) this.#parts.record.dropped(events, reason);
  }

  #soon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(() => {
      this.#isDue = false;
      if (this.#retry === undefined) this.#next();
    });
  }

  #next(): void {
    if (this.#isUnderWay) return;
    const batch = this.#backlog.take(this.#singly > 0 ? 1 : this.#atOnce);
    if (batch.length === 0) {
      this.#settle();
      this.#parts.onIdle();
      return;
    }
    this.#isUnderWay = true;
    this.#append(batch.map(({entry}) => entry)).then(
      () => this.#wrote(batch),
      error => this.#failed(batch, error),
    );
  }

  /** Rejects also where a log throws. */
  async #append(entries: readonly NewEntry[]): Promise<void> {
    await this.#parts.log.appendMany(this.#parts.topic, entries);
  }

  #wrote(batch: readonly Waiting[]): void {
    this.#isUnderWay = false;
    this.#atOnce = Math.min(AT_ONCE, 2 * this.#atOnce);
    this.#left(batch);
    this.#parts.record.wrote(eventsIn(batch));
    this.#parts.onWorks();
    this.#next();
  }

  #failed(batch: readonly Waiting[], error: unknown): void {
    this.#isUnderWay = false;
    const [first] = batch;
    if (hasCode(error, 'DISK_FULL') && batch.length > 1) {
      this.#backlog.putBack(batch);
      this.#atOnce = Math.ceil(batch.length / 4);
      this.#parts.onFailed(shortReason(error));
      this.#next();
    } else if (!hasCode(error, 'USAGE')) this.#tryLater(batch, shortReason(error));
    else if (batch.length > 1) {
      this.#backlog.putBack(batch);
      this.#singly = batch.length;
      this.#next();
    } else if (first !== undefined) this.#refused(first, shortReason(error));
  }

  #tryLater(batch: readonly Waiting[], reason: string): void {
    this.#backlog.putBack(batch);
    this.#parts.onFailed(reason);
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      this.#next();
    }, RETRY_MS).unref();
    this.#settle();
  }

  /** A gap that is refused says that it is the log that is not well. It is told again before the next event. */
  #refused(item: Waiting, reason: string): void {
    const bare = bareOf(item);
    if (bare !== undefined) {
      this.#backlog.putBack([bare]);
      this.#next();
      return;
    }
    this.#left([item]);
    if (item.gap === undefined) {
      this.#backlog.putBack([this.#gapOf(this.#counted(1, reason))]);
      this.#next();
      return;
    }
    this.#backlog.untold(item.gap);
    this.#parts.onFailed(reason);
    if (this.#backlog.length > 0) this.#next();
    else this.#settle();
  }

  #left(batch: readonly Waiting[]): void {
    this.#singly = Math.max(0, this.#singly - batch.length);
    for (const {bytes} of batch) this.#parts.onLeft(bytes);
  }

  #counted(dropped: number, reason: string): Loss {
    const {record, sessionId, now} = this.#parts;
    const since = now();
    record.dropped(dropped, reason);
    return {sessionId, dropped, since, reason};
  }

  #gapOf(gap: Loss): Waiting {
    const {redactor, now} = this.#parts;
    return {entry: sessionEntry(gap.sessionId, gapEvent(gap, redactor), now()), bytes: 0, gap};
  }

  #settle(): void {
    for (const resolve of this.#settled.splice(0)) resolve();
  }
}

/**
 * The same with null for a number that JSON cannot hold, which a log refuses: what an agent did is not lost for it.
 * Undefined where that was tried, or where there is no JSON of it.
 */
function bareOf(item: Waiting): Waiting | undefined {
  if (item.isBare === true) return undefined;
  try {
    const payload = JSON.parse(JSON.stringify(item.entry.payload)) as Json;
    return {...item, entry: {...item.entry, payload}, isBare: true};
  } catch {
    return undefined; // the refusal says why
  }
}

function eventsIn(batch: readonly Waiting[]): number {
  return batch.filter(({gap}) => gap === undefined).length;
}
