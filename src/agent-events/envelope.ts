/**
 * One line of a session's file: an envelope around an event, `{"index":0,"emitted_at_ms":…,"frame_depth":null,…event}`.
 * Reading is tolerant: events of unknown types and unknown keys are kept, so that reading and writing again changes nothing.
 */
import {isCount, isObject, parseWellFormed, stringifyWellFormed} from '../base/index.ts';
import type {AgentEvent, UnknownAgentEvent} from './event.ts';

export interface Envelope {
  /** From 0 and without gaps in a session, also over several files. */
  readonly index: number;
  /** When the sink received the event, Unix milliseconds. */
  readonly emittedAtMs: number;
  /** How deep in nested frames the event was emitted; null where nobody told. */
  readonly frameDepth: number | null;
}

export interface PersistedAgentEvent extends Envelope {
  readonly event: AgentEvent | UnknownAgentEvent;
}

/** The line without its newline. Half a surrogate pair becomes U+FFFD. Throws what `JSON.stringify` throws. */
export function serialiseEvent({index, emittedAtMs, frameDepth, event}: PersistedAgentEvent): string {
  const head = `{"index":${index},"emitted_at_ms":${emittedAtMs},"frame_depth":${frameDepth},`;
  return head + stringifyWellFormed(event).slice(1);
}

/** Undefined for a line that is no event in an envelope. */
export function parsePersistedEvent(line: string): PersistedAgentEvent | undefined {
  const value = parsed(line);
  return isObject(value) ? toPersistedEvent(value) : undefined;
}

/** The same for a line that was parsed. */
export function toPersistedEvent(value: Readonly<Record<string, unknown>>): PersistedAgentEvent | undefined {
  const {index, emitted_at_ms: emittedAtMs, frame_depth: frameDepth = null, ...event} = value;
  if (!isCount(index) || typeof emittedAtMs !== 'number' || !isEvent(event)) return undefined;
  if (frameDepth !== null && !isCount(frameDepth)) return undefined;
  return {index, emittedAtMs, frameDepth, event};
}

/** An event that came as text or as an object; undefined when it has no type. */
export function parseAgentEvent(value: unknown): AgentEvent | UnknownAgentEvent | undefined {
  const event = typeof value === 'string' ? parsed(value) : value;
  return isObject(event) && isEvent(event) ? event : undefined;
}

function isEvent(value: Readonly<Record<string, unknown>>): value is UnknownAgentEvent {
  return typeof value.type === 'string' && value.type !== '';
}

function parsed(text: string): unknown {
  try {
    return parseWellFormed(text);
  } catch {
    return undefined; // whoever reads the file says how many such lines there are
  }
}
