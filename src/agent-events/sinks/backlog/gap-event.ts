import type {AgentEvent, UnknownAgentEvent} from '../../event.ts';
import {eventBody} from '../jsonl/event-body.ts';
import type {Redactor} from '../sink.ts';
import type {Loss} from './losses.ts';

/** The event that stands where others are lost. What was thrown, and is the reason, may tell what the redactor is there to take out. */
export function gapEvent(
  {sessionId, dropped, since, reason}: Loss,
  redactor?: Redactor,
): AgentEvent | UnknownAgentEvent {
  const gap: AgentEvent = {type: 'gap', session_id: sessionId, dropped, since_ms: since, reason};
  if (redactor === undefined) return gap;
  try {
    const redacted = redactor(gap);
    eventBody(redacted); // throws where it is no event any more
    return redacted;
  } catch {
    // the number is what matters
    return {...gap, session_id: '', reason: 'it could not be redacted'};
  }
}
