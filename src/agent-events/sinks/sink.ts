import type {AgentEvent, UnknownAgentEvent} from '../event.ts';

/** Gives an event without its secrets, such as `createRedactor` makes. */
export type Redactor = (event: AgentEvent | UnknownAgentEvent) => AgentEvent | UnknownAgentEvent;

/** What is known of an event beside itself. */
export interface EventMeta {
  /** How deep in nested frames it was emitted. */
  readonly frameDepth?: number;
}

/** Something that receives the events of an agent. It never throws at its caller, and never keeps it waiting for long. */
export interface AgentEventSink {
  handleEvent(event: AgentEvent | UnknownAgentEvent, meta?: EventMeta): void;
  /** What it holds back is where it belongs when this returns, as far as that can be: it is called at the process's end too. */
  flush?(): void;
  /** It lets go of what it has open; events that come later are lost. May be called again. */
  close?(): void;
}
