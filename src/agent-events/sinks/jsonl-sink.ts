/**
 * Puts the events of an agent into a journal, one line each. An event has its place (its `index`) from the moment it is
 * taken: what a disk refuses waits, up to a bound, and goes in first when it can. What does not fit any more is counted,
 * and a `gap` event stands in its place, so that numbers never skip. Nothing here throws at the agent.
 *
 * Lines go out when 64 KiB have come together, at the latest when the event loop comes round: a process that is killed
 * loses what one turn of its loop emitted, one that exits or ends by a signal loses nothing.
 */
import {reasonOf} from '../../base/index.ts';
import {JournalWriteError, type JournalWriter} from '../../journal/index.ts';
import {onProcessEnd} from '../../platform/index.ts';
import type {AgentEvent, UnknownAgentEvent} from '../event.ts';
import {type Durability, JournalSync} from './journal-sync.ts';
import {LineBuffer} from './line-buffer.ts';
import type {AgentEventSink, EventMeta} from './sink.ts';
import {HealthRecord, type SinkHealth} from './sink-health.ts';

/** How long a disk that refused a write is left alone. */
const RETRY_MS = 250;
const ENVELOPE_KEYS = new Set(['index', 'emitted_at_ms', 'frame_depth']);

export interface JsonlSinkParts {
  readonly path: string;
  readonly journal: JournalWriter;
  readonly firstIndex: number;
  readonly durability: Durability;
  readonly syncIntervalMs: number;
  readonly redactor: ((event: AgentEvent | UnknownAgentEvent) => AgentEvent | UnknownAgentEvent) | undefined;
  /** Unix milliseconds. */
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
  readonly #record: HealthRecord;
  readonly #sync: JournalSync;
  readonly #forgetProcess: () => void;
  #nextIndex: number;
  #turn: NodeJS.Immediate | undefined;
  #retry: NodeJS.Timeout | undefined;
  #syncFailed = false;
  #isClosed = false;

  constructor(parts: JsonlSinkParts) {
    const {journal, durability, syncIntervalMs: intervalMs} = parts;
    this.path = parts.path;
    this.#parts = parts;
    this.#nextIndex = parts.firstIndex;
    this.#record = new HealthRecord(parts.path, parts.warn);
    this.#sync = new JournalSync({journal, durability, intervalMs, onDone: error => this.#synced(error)});
    this.#forgetProcess = onProcessEnd(() => this.flush());
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
      this.#lose(event, reasonOf(error));
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
    this.flush();
    this.#isClosed = true;
    if (this.#lines.lines > 0) this.#drop(this.#lines.lines, '', this.health().lastError ?? '');
    clearImmediate(this.#turn);
    clearTimeout(this.#retry);
    this.#sync.close();
    this.#forgetProcess();
    this.#parts.release();
  }

  #take(event: AgentEvent | UnknownAgentEvent, meta: EventMeta | undefined): void {
    if (this.#isClosed) throw new Error('the session was closed');
    const {redactor} = this.#parts;
    const body = bodyOf(redactor === undefined ? event : redactor(event));
    if (this.#lines.isFull) throw new Error(this.health().lastError);
    if (this.#record.loss !== undefined) this.#tellLoss();
    this.#add(body, depthOf(meta));
    if (this.#retry !== undefined) return;
    if (this.#lines.isFull || this.#parts.durability === 'each') this.#write();
    else this.#turn ??= setImmediate(this.#onTurn).unref();
  }

  #add(body: string, depth: number | null): void {
    this.#lines.add(this.#nextIndex, this.#parts.now(), depth, body);
    this.#nextIndex += 1;
  }

  #lose(event: unknown, reason: string): void {
    this.#drop(1, sessionOf(event), reason);
    if (this.#isClosed) this.#record.failed(reason, this.#parts.now());
    else this.#turn ??= setImmediate(this.#onTurn).unref();
  }

  #drop(events: number, sessionId: string, reason: string): void {
    this.#record.dropped(events, sessionId, reason, this.#parts.now());
  }

  /** What is lost came before whatever is taken next, so this is its place. */
  #tellLoss(): void {
    const {loss} = this.#record;
    if (loss === undefined) return;
    const {sessionId, dropped, since, reason} = loss;
    const gap: AgentEvent = {type: 'gap', session_id: sessionId, dropped, since_ms: since, reason};
    this.#add(JSON.stringify(gap), null);
    this.#record.lossIsTold();
  }

  readonly #onTurn = (): void => {
    this.#turn = undefined;
    if (this.#retry === undefined) this.#write();
  };

  #write(): void {
    if (!this.#append() || this.#record.loss === undefined) return;
    this.#tellLoss();
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
      this.#failed(error);
      return false;
    }
    this.#record.wrote(this.#lines.drop(bytes, bytes.length));
    if (this.#record.isSick) this.#recovered();
    this.#sync.wrote();
    return true;
  }

  #synced(error: unknown): void {
    this.#syncFailed = error !== undefined;
    if (error !== undefined) this.#record.failed(reasonOf(error), this.#parts.now());
    else if (this.#record.isSick && this.#retry === undefined) this.#record.recovered();
  }

  #failed(error: unknown): void {
    this.#record.failed(reasonOf(error), this.#parts.now());
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#write(), RETRY_MS).unref();
  }

  #recovered(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    if (!this.#syncFailed) this.#record.recovered();
  }
}

/** The event as JSON, without keys that the envelope has: they would hide the envelope's from a reader. */
function bodyOf(event: AgentEvent | UnknownAgentEvent): string {
  const {type} = event;
  if (typeof type !== 'string' || type === '') throw new TypeError('it has no type, so it is no event');
  const body = JSON.stringify(
    'index' in event || 'emitted_at_ms' in event || 'frame_depth' in event ? bare(event) : event,
  );
  if (!body.startsWith('{"')) throw new TypeError('it is not an object of JSON, so it is no event');
  return body;
}

function bare(event: object): object {
  return Object.fromEntries(Object.entries(event).filter(([key]) => !ENVELOPE_KEYS.has(key)));
}

function depthOf(meta: EventMeta | undefined): number | null {
  const depth = meta?.frameDepth;
  return depth !== undefined && Number.isSafeInteger(depth) && depth >= 0 ? depth : null;
}

/** Nothing is known of what could not be taken, not even that it is an object. */
function sessionOf(event: unknown): string {
  try {
    return String(Object(event).session_id ?? '');
  } catch {
    return '';
  }
}
