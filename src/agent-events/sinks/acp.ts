/**
 * Sends events to an ACP client. One notification is under way at a time, so their order is kept; what comes meanwhile
 * waits in a queue of bounded length. What finds it full is lost and counted, and so is all that follows until half of the
 * queue is sent: then the client is sent a `gap` event, at the place where the lost ones would have been. `onError` is told
 * once for each such loss.
 */
import {type Clock, StintError} from '../../base/index.ts';
import {systemClock} from '../../platform/index.ts';
import type {AcpNotification} from '../acp/to/notification.ts';
import {toAcp} from '../acp/to/to-acp.ts';
import type {AgentEvent, UnknownAgentEvent} from '../event.ts';
import type {AgentEventSink} from './sink.ts';

/** Events that may wait. Text of an agent comes in pieces of some 10 bytes: seconds of a client that does not read. */
const DEFAULT_MAX_QUEUED = 1024;

export interface AcpSinkOptions {
  /** So many events may wait while a notification is under way, at least 1; 1024 without it. */
  readonly maxQueued?: number;
  readonly clock?: Clock;
}

/** Hands one notification to the connection. A promise is waited for before the next is handed over. */
export type SendAcp = (notification: AcpNotification) => void | Promise<void>;

/** What `acpSink` makes. */
export interface AcpSink extends AgentEventSink {
  /** How many events were lost because the queue was full. */
  readonly dropped: number;
  /** Resolves when everything that was handled so far was handed over or failed. Never rejects. */
  flush(): Promise<void>;
}

/**
 * `onError` hears what `send` throws or rejects with, and of lost events (a `StintError` with the code `BUSY`); nobody
 * else does. A notification that failed is not sent again: the next one is.
 */
export function acpSink(
  send: SendAcp,
  onError: (error: unknown) => void,
  options: AcpSinkOptions = {},
): AcpSink {
  return new QueueingSink(send, onError, options);
}

interface Loss {
  dropped: number;
  readonly sinceMs: number;
}

class QueueingSink implements AcpSink {
  readonly #send: SendAcp;
  readonly #onError: (error: unknown) => void;
  readonly #maxQueued: number;
  readonly #clock: Clock;
  readonly #queue: (AgentEvent | UnknownAgentEvent)[] = [];
  /** By session, since there was room for the last time. */
  readonly #lost = new Map<string, Loss>();
  readonly #waiting: (() => void)[] = [];
  #sending = false;
  #dropped = 0;

  constructor(
    send: SendAcp,
    onError: (error: unknown) => void,
    {maxQueued = DEFAULT_MAX_QUEUED, clock = systemClock}: AcpSinkOptions,
  ) {
    this.#send = send;
    this.#onError = onError;
    this.#maxQueued = Math.max(1, maxQueued);
    this.#clock = clock;
  }

  get dropped(): number {
    return this.#dropped;
  }

  handleEvent(event: AgentEvent | UnknownAgentEvent): void {
    if (this.#sending && this.#isFull()) {
      this.#lose(event);
      return;
    }
    this.#tellGaps();
    this.#queue.push(event);
    if (!this.#sending) this.#drain();
  }

  flush(): Promise<void> {
    if (!this.#sending) return Promise.resolve();
    return new Promise(resolve => this.#waiting.push(resolve));
  }

  /** Hands over what waits, until a notification takes its time: then goes on when that one is done. */
  #drain(): void {
    this.#sending = true;
    for (let event = this.#next(); event !== undefined; event = this.#next()) {
      const pending = this.#handOver(event);
      if (pending === undefined) continue;
      pending.then(
        () => this.#drain(),
        error => {
          this.#tell(error);
          this.#drain();
        },
      );
      return;
    }
    this.#sending = false;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #next(): AgentEvent | UnknownAgentEvent | undefined {
    if (this.#queue.length === 0) this.#tellGaps();
    return this.#queue.shift();
  }

  /** Once it was full it takes nothing until half of it is sent: else every other notification would be a gap. */
  #isFull(): boolean {
    const {length} = this.#queue;
    return this.#lost.size > 0 ? length > this.#maxQueued / 2 : length >= this.#maxQueued;
  }

  #handOver(event: AgentEvent | UnknownAgentEvent): Promise<void> | undefined {
    try {
      const sent = this.#send(toAcp(event));
      return sent === undefined ? undefined : Promise.resolve(sent);
    } catch (error) {
      this.#tell(error);
      return undefined;
    }
  }

  #lose(event: AgentEvent | UnknownAgentEvent): void {
    const sessionId = 'session_id' in event && typeof event.session_id === 'string' ? event.session_id : '';
    const loss = this.#lost.get(sessionId);
    this.#dropped += 1;
    if (loss) loss.dropped += 1;
    else this.#lost.set(sessionId, {dropped: 1, sinceMs: this.#clock.now()});
    if (this.#lost.size > 1 || loss) return;
    const message = `Events for an ACP client are lost: it takes them too slowly, and ${this.#maxQueued} wait already.`;
    this.#tell(new StintError('BUSY', message, {hint: 'Read faster, or let more events wait.'}));
  }

  /** Behind what waits: the lost events came after that, and before all that comes now. */
  #tellGaps(): void {
    for (const [session_id, {dropped, sinceMs: since_ms}] of this.#lost)
      this.#queue.push({type: 'gap', session_id, dropped, since_ms, reason: 'the ACP client was too slow'});
    this.#lost.clear();
  }

  #tell(error: unknown): void {
    try {
      this.#onError(error);
    } catch {
      // whoever hears of errors must not make more of them
    }
  }
}
