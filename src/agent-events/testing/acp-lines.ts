/** Lines of an ACP connection, and the events they come to. */

import {type AcpState, type AcpStateOptions, initialAcpState} from '../acp/from/connection-state.ts';
import {type AcpLine, fromAcp} from '../acp/from/from-acp.ts';
import type {AgentEvent, UnknownAgentEvent} from '../event.ts';

export type Message = Readonly<Record<string, unknown>>;

export const toAgent = (message: Message): AcpLine => ({
  direction: 'to_agent',
  raw: JSON.stringify({jsonrpc: '2.0', ...message}),
});
export const toClient = (message: Message): AcpLine => ({...toAgent(message), direction: 'to_client'});

/** A `session/update` of session `s`. */
export const update = (sessionUpdate: string, fields: Message = {}): AcpLine =>
  toClient({method: 'session/update', params: {sessionId: 's', update: {sessionUpdate, ...fields}}});

/** A prompt of one text, the request 1. */
export const prompt = (text = 'go', id: unknown = 1): AcpLine =>
  toAgent({id, method: 'session/prompt', params: {sessionId: 's', prompt: [{type: 'text', text}]}});

export const raw = ({direction, raw: line}: AcpLine, session_id = 's') => ({
  type: 'acp_raw',
  session_id,
  direction,
  raw: line,
});

/** The events of the lines, one list for each. A line comes every 10 ms. */
export function eventsOf(
  lines: readonly AcpLine[],
  options: AcpStateOptions = {},
): readonly (readonly (AgentEvent | UnknownAgentEvent)[])[] {
  return afterLines(lines, options).events;
}

export function afterLines(lines: readonly AcpLine[], options: AcpStateOptions = {}) {
  const events: (readonly (AgentEvent | UnknownAgentEvent)[])[] = [];
  let state: AcpState = initialAcpState(options);
  for (const [index, line] of lines.entries()) {
    const step = fromAcp(state, line, 10 * index);
    state = step.state;
    events.push(step.events);
  }
  return {events, state};
}
