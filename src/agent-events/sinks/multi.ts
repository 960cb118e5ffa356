import type {AgentEvent, UnknownAgentEvent} from '../event.ts';
import {quietly} from './quietly.ts';
import type {AgentEventSink, EventMeta} from './sink.ts';

/**
 * Hands each event to several sinks, in the order in which they were added. One that throws stops no other. A sink may
 * add sinks, and emit events, while it handles one: the sinks of an event are those that were there when it came.
 */
export class MultiSink implements AgentEventSink {
  readonly #onError: (error: unknown) => void;
  #sinks: readonly AgentEventSink[];

  /** `onError` hears what a sink throws, although none should. */
  constructor(sinks: readonly AgentEventSink[], onError: (error: unknown) => void) {
    this.#sinks = [...sinks];
    this.#onError = quietly(onError);
  }

  get size(): number {
    return this.#sinks.length;
  }

  push(sink: AgentEventSink): void {
    this.#sinks = [...this.#sinks, sink];
  }

  handleEvent(event: AgentEvent | UnknownAgentEvent, meta?: EventMeta): void {
    this.#each(sink => sink.handleEvent(event, meta));
  }

  flush(): void {
    this.#each(sink => sink.flush?.());
  }

  close(): void {
    this.#each(sink => sink.close?.());
  }

  #each(call: (sink: AgentEventSink) => void): void {
    for (const sink of this.#sinks) {
      try {
        call(sink);
      } catch (error) {
        this.#onError(error);
      }
    }
  }
}
