import type {AgentEvent, UnknownAgentEvent} from '../event.ts';

/** What is known of an event beside itself. */
export interface EventMeta {
  /** How deep in nested frames it was emitted. */
  readonly frameDepth?: number;
}

/** Something that receives the events of an agent. It never throws at its caller, and never keeps it waiting for long. */
export interface AgentEventSink {
  handleEvent(event: AgentEvent | UnknownAgentEvent, meta?: EventMeta): void;
}
