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
import {sessionIdOf} from '../session-id.ts';
import {Backlog} from './backlog/backlog.ts';
import {Capacity} from './backlog/capacity.ts';
import {gapEvent} from './backlog/gap-event.ts';
import {quietly} from './quietly.ts';
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

class QueueingSink implements AcpSink {
  readonly #send: SendAcp;
  readonly #onError: (error: unknown) => void;
  readonly #maxQueued: number;
  readonly #clock: Clock;
  readonly #capacity: Capacity;
  readonly #backlog = new Backlog<AgentEvent | UnknownAgentEvent>(loss => {
    this.#capacity.hold(1);
    return gapEvent(loss);
  });
  readonly #waiting: (() => void)[] = [];
  #sending = false;
  #dropped = 0;

  constructor(
    send: SendAcp,
    onError: (error: unknown) => void,
    {maxQueued = DEFAULT_MAX_QUEUED, clock = systemClock}: AcpSinkOptions,
  ) {
    this.#send = send;
    this.#onError = quietly(onError);
    this.#maxQueued = Math.max(1, maxQueued);
    this.#capacity = new Capacity(this.#maxQueued);
    this.#clock = clock;
  }

  get dropped(): number {
    return this.#dropped;
  }

  handleEvent(event: AgentEvent | UnknownAgentEvent): void {
    if (!this.#capacity.enter(1)) {
      this.#lose(event);
      return;
    }
    this.#backlog.push(event);
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
          this.#onError(error);
          this.#drain();
        },
      );
      return;
    }
    this.#sending = false;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #next(): AgentEvent | UnknownAgentEvent | undefined {
    const taken = this.#backlog.take(1);
    this.#capacity.leave(taken.length);
    return taken[0];
  }

  #handOver(event: AgentEvent | UnknownAgentEvent): Promise<void> | undefined {
    try {
      const sent = this.#send(toAcp(event));
      return sent === undefined ? undefined : Promise.resolve(sent);
    } catch (error) {
      this.#onError(error);
      return undefined;
    }
  }

  #lose(event: AgentEvent | UnknownAgentEvent): void {
    const isKnown = this.#backlog.hasLosses;
    const sessionId = sessionIdOf(event) ?? '';
    this.#dropped += 1;
    this.#backlog.lose({
      sessionId,
      dropped: 1,
      since: this.#clock.now(),
      reason: 'the ACP client was too slow',
    });
    if (isKnown) return;
    const message = `Events for an ACP client are lost: it takes them too slowly, and ${this.#maxQueued} wait already.`;
    this.#onError(new StintError('BUSY', message, {hint: 'Read faster, or let more events wait.'}));
  }
}
