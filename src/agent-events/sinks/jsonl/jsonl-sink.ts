/**
 * Puts the events of an agent into a journal, one line each. An event has its place (its `index`) from the moment it is
 * taken: what a disk refuses waits, up to a bound, and goes in first when it can. What does not fit any more is counted,
 * and a `gap` event stands in its place, so that numbers never skip. Nothing here throws at the agent.
 *
 * Lines go out when 64 KiB have come together, at the latest when the event loop comes round: a process that is killed
 * loses what one turn of its loop emitted, one that exits or ends by a signal loses nothing.
 */
import {JournalWriteError, type JournalWriter} from '../../../journal/index.ts';
import {type Durability, onProcessEnd} from '../../../platform/index.ts';
import type {AgentEvent, UnknownAgentEvent} from '../../event.ts';
import {sessionIdOf} from '../../session-id.ts';
import {gapEvent} from '../backlog/gap-event.ts';
import {Losses} from '../backlog/losses.ts';
import type {AgentEventSink, EventMeta} from '../sink.ts';
import {HealthRecord, RETRY_MS, type SinkHealth, shortReason} from '../sink-health.ts';
import {eventBody} from './event-body.ts';
import {JournalSync} from './journal-sync.ts';
import {LineBuffer} from './line-buffer.ts';

/** What is lost in a row is one gap of the file, whoever's session it was. */
const FILE = '';

export interface JsonlSinkParts {
  readonly path: string;
  readonly journal: JournalWriter;
  readonly firstIndex: number;
  readonly durability: Durability;
  readonly syncIntervalMs: number;
  readonly redactor: ((event: AgentEvent | UnknownAgentEvent) => AgentEvent | UnknownAgentEvent) | undefined;
  /** Unix milliseconds, an integer. Must not throw. */
  readonly now: () => number;
  readonly warn: (message: string) => void;
  /** Called once, when nothing is written any more. */
  readonly release: () => void;
}

/** What `openJsonlSink` opened. */
export class JsonlSink implements AgentEventSink {
  readonly path: string;
  readonly #parts: JsonlSinkParts;
  readonly #lines = new LineBuffer();
  readonly #losses = new Losses();
  readonly #record: HealthRecord;
  readonly #sync: JournalSync;
  readonly #forgetProcess: () => void;
  #nextIndex: number;
  #writesAtOnce: boolean;
  #turn: NodeJS.Immediate | undefined;
  /** Set from a refused write until one succeeds. */
  #retry: NodeJS.Timeout | undefined;
  #retryAt = 0;
  #syncFailed = false;
  #isClosed = false;

  constructor(parts: JsonlSinkParts) {
    const {journal, durability, syncIntervalMs: intervalMs} = parts;
    this.path = parts.path;
    this.#parts = parts;
    this.#nextIndex = parts.firstIndex;
    this.#writesAtOnce = durability === 'each';
    this.#record = new HealthRecord(parts.path, parts.warn);
    this.#sync = new JournalSync({journal, durability, intervalMs, onDone: error => this.#synced(error)});
    this.#forgetProcess = onProcessEnd(() => this.#processEnds());
  }

  /** Events in the session's files and on their way there, gaps among them: the `index` of the next one. */
  get eventCount(): number {
    return this.#nextIndex;
  }

  health(): SinkHealth {
    return this.#record.health;
  }

  handleEvent(event: AgentEvent | UnknownAgentEvent, meta?: EventMeta): void {
    try {
      this.#take(event, meta);
    } catch (error) {
      this.#lose(event, shortReason(error));
    }
  }

  /** What was handed over is in the file when this returns, and on the disk unless the durability is `none`. `health` tells if not. */
  flush(): void {
    if (this.#isClosed) return;
    this.#write();
    this.#sync.now();
  }

  /** Flushes and ends; what the disk still refuses is lost. Closing twice is allowed; an event that comes later is dropped. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#write();
    this.#sync.now();
    this.#giveUp();
    clearImmediate(this.#turn);
    clearTimeout(this.#retry);
    this.#sync.close();
    this.#forgetProcess();
    try {
      this.#parts.release();
    } catch (error) {
      this.#record.failed(whyNotWritten(error), this.#parts.now()); // some file systems tell of a full disk here
    }
  }

  #take(event: AgentEvent | UnknownAgentEvent, meta: EventMeta | undefined): void {
    if (this.#isClosed) throw new Error('the session was closed');
    if (this.#lines.isFull && performance.now() >= this.#retryAt) this.#write(); // whose loop never comes round
    if (this.#lines.isFull) throw new Error(this.health().lastError);
    const {redactor} = this.#parts;
    const body = eventBody(redactor === undefined ? event : redactor(event));
    const depth = depthOf(meta);
    if (!this.#losses.isEmpty) this.#tellLosses();
    this.#lines.add(this.#nextIndex, this.#parts.now(), depth, body);
    this.#nextIndex += 1;
    if (this.#retry !== undefined) return;
    if (this.#writesAtOnce || this.#lines.isFull) this.#write();
    else this.#turn ??= setImmediate(this.#onTurn).unref();
  }

  #lose(event: unknown, reason: string): void {
    this.#drop(1, sessionIdOf(event) ?? '', reason);
    if (this.#isClosed) this.#record.failed(reason, this.#parts.now());
    else this.#turn ??= setImmediate(this.#onTurn).unref();
  }

  #drop(events: number, sessionId: string, reason: string): void {
    this.#record.dropped(events, reason);
    this.#losses.add({sessionId, dropped: events, since: this.#parts.now(), reason}, FILE);
  }

  /** What is lost came before whatever is taken next, so this is its place. */
  #tellLosses(): void {
    for (const loss of this.#losses.take()) {
      this.#lines.addGap(this.#nextIndex, this.#parts.now(), eventBody(gapEvent(loss, this.#parts.redactor)));
      this.#nextIndex += 1;
    }
  }

  readonly #onTurn = (): void => {
    this.#turn = undefined;
    if (this.#retry === undefined) this.#write();
  };

  /** Other listeners may still emit, and no turn of the event loop comes any more. */
  #processEnds(): void {
    this.#writesAtOnce = true;
    this.flush();
  }

  #write(): void {
    if (!this.#append() || this.#losses.isEmpty) return;
    this.#tellLosses();
    this.#append();
  }

  /** False when the file did not take all. */
  #append(): boolean {
    if (this.#lines.lines === 0) return true;
    const bytes = this.#lines.encoded();
    try {
      this.#parts.journal.append(bytes, bytes.length, this.#lines.mark);
    } catch (error) {
      const accepted = error instanceof JournalWriteError ? error.acceptedBytes : 0;
      this.#record.wrote(this.#lines.drop(bytes, accepted));
      this.#failed(whyNotWritten(error));
      return false;
    }
    this.#record.wrote(this.#lines.drop(bytes, bytes.length));
    if (this.#record.isSick) this.#recovered();
    this.#sync.wrote();
    return true;
  }

  #synced(error: unknown): void {
    this.#syncFailed = error !== undefined;
    if (error !== undefined) this.#record.failed(whyNotWritten(error), this.#parts.now());
    else if (this.#record.isSick && this.#retry === undefined) this.#record.recovered();
  }

  /** Whoever is warned may flush, so all is set before. */
  #failed(reason: string): void {
    clearTimeout(this.#retry);
    this.#retryAt = performance.now() + RETRY_MS;
    if (!this.#isClosed) this.#retry = setTimeout(() => this.#write(), RETRY_MS).unref();
    this.#record.failed(reason, this.#parts.now());
  }

  #recovered(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    if (!this.#syncFailed) this.#record.recovered();
  }

  /** The numbers of what stays out are free again. */
  #giveUp(): void {
    const {lines, events} = this.#lines;
    this.#lines.clear();
    this.#nextIndex -= lines;
    if (events > 0) this.#drop(events, '', this.health().lastError ?? '');
  }
}

function depthOf(meta: EventMeta | undefined): number | null {
  const depth = meta?.frameDepth;
  return depth !== undefined && Number.isSafeInteger(depth) && depth >= 0 ? depth : null;
}

/** Without the path, which whoever is told knows. */
function whyNotWritten(error: unknown): string {
  if (!(error instanceof JournalWriteError)) return shortReason(error);
  return error.code === 'DISK_FULL' ? 'no space is left' : shortReason(error.cause);
}
