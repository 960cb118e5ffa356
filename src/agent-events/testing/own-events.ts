/** An event of each of stint's own variants, some in several shapes. */
import type {OwnEvent} from '../event.ts';

const session_id = 's1';

export const OWN_EVENTS: readonly OwnEvent[] = [
  {type: 'user_message_chunk', session_id, content: 'go'},
  {type: 'user_message_chunk', session_id, content: '', _meta: {block: {type: 'image'}, messageId: 'm1'}},
  {
    type: 'permission_request',
    session_id,
    tool_call_id: 'c1',
    options: [{optionId: 'a', kind: 'allow_once'}],
  },
  {
    type: 'permission_decision',
    session_id,
    tool_call_id: null,
    outcome: 'cancelled',
    option_id: null,
    option_kind: null,
  },
  {type: 'usage', session_id, source: 'update', usage: {used: 10, size: 20}},
  {
    type: 'usage',
    session_id,
    source: 'update',
    usage: {used: 10, size: 20, cost: {amount: 0.5, currency: 'USD'}},
  },
  {type: 'usage', session_id, source: 'update', usage: {size: 20, used: 10, cost: null}},
  {type: 'usage', session_id, source: 'update', usage: {used: -1, size: 20}},
  {type: 'usage', session_id, source: 'response', usage: {totalTokens: 5, inputTokens: 3, outputTokens: 2}},
  {type: 'session_info', session_id, info: {title: 'A title', updatedAt: null}},
  {type: 'session_info', session_id, info: {title: 'A title', mood: 'good'}},
  {type: 'session_info', session_id, info: {}, _meta: {codex: {retry: 1}}},
  {type: 'mode_change', session_id, mode_id: 'plan'},
  {
    type: 'config_change',
    session_id,
    options: [
      {
        id: 'model',
        name: 'Model',
        category: 'model',
        type: 'select',
        currentValue: 'a',
        options: [{value: 'a', name: 'A', description: 'the first'}],
      },
      {
        id: 'effort',
        name: 'Effort',
        description: null,
        type: 'select',
        currentValue: 'a',
        options: [{group: 'g', name: 'G', options: [{value: 'a', name: 'A'}]}],
      },
      {id: 'fast', name: 'Fast', type: 'boolean', currentValue: true},
    ],
  },
  {type: 'config_change', session_id, options: [{id: 'x', type: 'slider'}]},
  {
    type: 'commands',
    session_id,
    commands: [
      {name: 'review', description: 'Reviews', input: {hint: 'what'}},
      {name: 'stop', description: ''},
    ],
  },
  {type: 'commands', session_id, commands: [{name: 'review', colour: 'red'}]},
  {type: 'stop', session_id, reason: 'asked'},
  {type: 'rpc_error', session_id, code: -32603, message: 'no', data: null},
  {type: 'rewind', session_id, to_index: 3, reason: 'asked'},
  {type: 'acp_raw', session_id, direction: 'to_client', raw: '{"jsonrpc":"2.0"'},
  {type: 'gap', session_id, dropped: 2, since_ms: 5, reason: 'the disk was full'},
];
