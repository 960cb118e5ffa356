import type {AgentEvent, UnknownAgentEvent} from '../event.ts';
import {MultiSink} from './multi.ts';
import type {AgentEventSink, EventMeta} from './sink.ts';

export type EventCallback = (event: AgentEvent | UnknownAgentEvent, meta: EventMeta) => void;

/** Hands each event to a function. What that throws is told to `onError`, and to nobody else. */
export function callbackSink(callback: EventCallback, onError: (error: unknown) => void): AgentEventSink {
  return new MultiSink([{handleEvent: (event, meta = {}) => callback(event, meta)}], onError);
}
