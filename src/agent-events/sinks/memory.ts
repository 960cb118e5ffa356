import type {AgentEvent, UnknownAgentEvent} from '../event.ts';
import type {AgentEventSink, EventMeta} from './sink.ts';

export interface ReceivedEvent {
  readonly event: AgentEvent | UnknownAgentEvent;
  readonly meta: EventMeta;
}

/** Keeps the newest events in memory, for tests and for a live view. */
export class MemorySink implements AgentEventSink {
  readonly #most: number;
  #received: ReceivedEvent[] = [];
  #count = 0;

  /** `most` of them are kept; all without it. */
  constructor({most = Number.POSITIVE_INFINITY}: {readonly most?: number} = {}) {
    this.#most = most;
  }

  /** Oldest first. */
  get events(): readonly ReceivedEvent[] {
    return this.#received.slice(-this.#most);
  }

  /** How many it was given, also those that are not kept any more. */
  get eventCount(): number {
    return this.#count;
  }

  handleEvent(event: AgentEvent | UnknownAgentEvent, meta: EventMeta = {}): void {
    this.#count += 1;
    this.#received.push({event, meta});
    if (this.#received.length >= 2 * this.#most) this.#received = this.#received.slice(-this.#most);
  }
}
