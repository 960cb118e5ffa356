/** A conversation between an agent and a client of the official SDK, read from what both put on the wire. */
import {
  agent,
  client,
  ndJsonStream,
  type RequestPermissionRequest,
  type SessionUpdate,
} from '@agentclientprotocol/sdk';
import {expect, it} from 'vitest';

import type {AgentEvent, UnknownAgentEvent} from '../../event.ts';
import {type AcpDirection, initialAcpState} from './connection-state.ts';
import {type AcpLine, fromAcp} from './from-acp.ts';

/** A stream that passes bytes on and tells their lines. */
function tapped(direction: AcpDirection, lines: AcpLine[]): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder();
  let rest = '';
  return new TransformStream({
    transform(chunk, controller) {
      const parts = (rest + decoder.decode(chunk, {stream: true})).split('\n');
      rest = parts.pop() ?? '';
      for (const raw of parts) lines.push({direction, raw});
      controller.enqueue(chunk);
    },
  });
}

const permission = (toolCallId: string): RequestPermissionRequest => ({
  sessionId: 's1',
  toolCall: {toolCallId},
  options: [
    {optionId: 'y', name: 'Yes', kind: 'allow_once'},
    {optionId: 'n', name: 'No', kind: 'reject_once'},
  ],
});

const deleter = () =>
  agent()
    .onRequest('initialize', () => ({protocolVersion: 1, agentCapabilities: {}}))
    .onRequest('session/new', () => ({sessionId: 's1'}))
    .onRequest('session/prompt', async ({params, client: user}) => {
      const {sessionId, prompt} = params;
      const tell = (update: SessionUpdate) => user.notify('session/update', {sessionId, update});
      const [first] = prompt;
      if (first) await tell({sessionUpdate: 'user_message_chunk', content: first});
      await tell({sessionUpdate: 'agent_thought_chunk', content: {type: 'text', text: 'Hm.'}});
      await tell({
        sessionUpdate: 'tool_call',
        toolCallId: 'c',
        title: 'Delete a',
        name: 'delete',
        kind: 'delete',
      });
      const {outcome} = await user.request('session/request_permission', permission('c'));
      expect(outcome).toEqual({outcome: 'selected', optionId: 'n'});
      await tell({sessionUpdate: 'tool_call_update', toolCallId: 'c', status: 'failed'});
      await tell({sessionUpdate: 'agent_message_chunk', content: {type: 'text', text: 'I may not.'}});
      return {stopReason: 'end_turn'};
    });

it('a conversation of the SDK comes to the events of a turn', async () => {
  const lines: AcpLine[] = [];
  const toAgent = tapped('to_agent', lines);
  const toClient = tapped('to_client', lines);
  const agentSide = deleter().connect(ndJsonStream(toClient.writable, toAgent.readable));
  const user = client()
    .onRequest('session/request_permission', () => ({outcome: {outcome: 'selected', optionId: 'n'}}))
    .onNotification('session/update', () => undefined)
    .connect(ndJsonStream(toAgent.writable, toClient.readable));

  await user.agent.request('initialize', {protocolVersion: 1, clientCapabilities: {}});
  await user.agent.request('session/new', {cwd: '/', mcpServers: []});
  await user.agent.request('session/prompt', {sessionId: 's1', prompt: [{type: 'text', text: 'Delete a'}]});
  user.close();
  agentSide.close();

  const events: (AgentEvent | UnknownAgentEvent)[] = [];
  let state = initialAcpState();
  for (const [index, line] of lines.entries()) {
    const step = fromAcp(state, line, index);
    state = step.state;
    events.push(...step.events);
  }
  expect(events.filter(({type}) => type === 'acp_raw')).toHaveLength(4);
  const {options} = permission('c');
  const session_id = 's1';
  const about = {session_id, tool_call_id: 'c', tool_name: 'delete'};
  expect(events.filter(({type}) => type !== 'acp_raw')).toEqual([
    {type: 'turn_start', session_id, iteration: 0},
    {type: 'user_message_chunk', session_id, content: 'Delete a'},
    {type: 'agent_thought_chunk', session_id, content: 'Hm.'},
    {
      type: 'tool_call',
      ...about,
      kind: 'delete',
      status: 'pending',
      raw_input: {},
      _meta: {title: 'Delete a'},
    },
    {type: 'permission_request', session_id, tool_call_id: 'c', options},
    {
      type: 'permission_decision',
      session_id,
      tool_call_id: 'c',
      outcome: 'selected',
      option_id: 'n',
      option_kind: 'reject_once',
    },
    {
      type: 'tool_call_update',
      ...about,
      status: 'failed',
      raw_output: null,
      error: null,
      error_category: 'permission_denied',
      duration_ms: expect.any(Number),
    },
    {type: 'agent_message_chunk', session_id, content: 'I may not.'},
    {type: 'turn_end', session_id, iteration: 0, turn_info: {stop_reason: 'end_turn'}},
  ]);
});
