/** An agent's event as an entry of the event log. */
import type {Json} from '../../../base/index.ts';
import type {NewEntry} from '../../../event-log/index.ts';
import type {AgentEvent, UnknownAgentEvent} from '../../event.ts';
import type {EventMeta} from '../sink.ts';

const NO_TYPE = 'agent_event';

/**
 * `kind` is the event's type, the payload `{"index_hint": ms, "session_id", "event"}`, and a header has the session as well.
 * A second header, `frame_depth`, is there where somebody told it.
 */
export function sessionEntry(
  sessionId: string,
  event: AgentEvent | UnknownAgentEvent,
  nowMs: number,
  meta?: EventMeta,
): NewEntry {
  const {type} = event;
  const depth = meta?.frameDepth;
  return {
    kind: typeof type === 'string' && type.trim() !== '' ? type : NO_TYPE,
    // What is no JSON in it, the log refuses; a number that JSON cannot hold is then told as null (`session-line.ts`).
    payload: {index_hint: nowMs, session_id: sessionId, event: event as Json},
    headers: depth === undefined ? {session_id: sessionId} : {session_id: sessionId, frame_depth: `${depth}`},
    occurred_at_ms: nowMs,
  };
}
