import fc from 'fast-check';
import {describe, expect, it} from 'vitest';

import {parsePersistedEvent} from '../../envelope.ts';
import type {AgentEvent, UnknownAgentEvent} from '../../event.ts';
import {schemaFaults} from '../../testing/acp-schema.ts';
import {anyEvent} from '../../testing/any-event.ts';
import {OWN_EVENTS} from '../../testing/own-events.ts';
import {RUNTIME_LINES} from '../../testing/runtime-lines.ts';
import {restoreEvent} from '../from/restored-event.ts';
import {toAcp} from './to-acp.ts';

const RUNTIME_EVENTS = RUNTIME_LINES.flatMap(line => parsePersistedEvent(line)?.event ?? []);
const ALL = [...RUNTIME_EVENTS, ...OWN_EVENTS];

const session_id = 's1';
const call = {session_id, tool_call_id: 'c', tool_name: 'read'} as const;
const updated = {type: 'tool_call_update', ...call, raw_output: null, error: null} as const;

/** The notification as it arrives. */
const arrived = (event: AgentEvent | UnknownAgentEvent) => JSON.parse(JSON.stringify(toAcp(event)));
const back = (event: AgentEvent | UnknownAgentEvent) => {
  const {method, params} = arrived(event);
  return restoreEvent(method, params);
};
const faultsOf = (event: AgentEvent | UnknownAgentEvent) => {
  const {method, params} = arrived(event);
  return method === 'session/update' ? schemaFaults('SessionNotification', params) : [];
};

describe('an event as an ACP notification', () => {
  const rows: readonly (readonly [AgentEvent, object])[] = [
    [
      {type: 'agent_message_chunk', session_id, content: 'hi'},
      {sessionUpdate: 'agent_message_chunk', content: {type: 'text', text: 'hi'}, _meta: {stint: {}}},
    ],
    [
      {type: 'agent_thought_chunk', session_id, content: 'hm', _meta: {messageId: 'm', other: {a: 1}}},
      {
        sessionUpdate: 'agent_thought_chunk',
        content: {type: 'text', text: 'hm'},
        messageId: 'm',
        _meta: {other: {a: 1}, stint: {_placed: ['messageId']}},
      },
    ],
    [
      {type: 'user_message_chunk', session_id, content: 'go', _meta: {stint: 'mine'}},
      {
        sessionUpdate: 'user_message_chunk',
        content: {type: 'text', text: 'go'},
        _meta: {stint: {_meta: {stint: 'mine'}}},
      },
    ],
    [
      {type: 'tool_call', ...call, kind: 'read', status: 'pending', raw_input: {path: 'a'}},
      {
        sessionUpdate: 'tool_call',
        toolCallId: 'c',
        title: 'read',
        name: 'read',
        kind: 'read',
        status: 'pending',
        rawInput: {path: 'a'},
        _meta: {stint: {}},
      },
    ],
    [
      {type: 'tool_call', ...call, kind: null, status: 'pending', raw_input: null, parsing: true},
      {
        sessionUpdate: 'tool_call',
        toolCallId: 'c',
        title: 'read',
        name: 'read',
        status: 'pending',
        _meta: {stint: {raw_input: null, parsing: true}},
      },
    ],
    [
      {
        ...updated,
        status: 'failed',
        error: 'gone',
        error_category: 'tool_error',
        duration_ms: 12,
        executor: {kind: 'mcp_server', server_name: 'files'},
      },
      {
        sessionUpdate: 'tool_call_update',
        toolCallId: 'c',
        title: 'read',
        name: 'read',
        status: 'failed',
        content: [{type: 'content', content: {type: 'text', text: 'gone'}}],
        _meta: {
          stint: {
            error_category: 'tool_error',
            duration_ms: 12,
            executor: {kind: 'mcp_server', server_name: 'files'},
          },
        },
      },
    ],
    [
      {...updated, status: 'pending', error: 'odd', raw_input_partial: '{"a":'},
      {
        sessionUpdate: 'tool_call_update',
        toolCallId: 'c',
        title: 'read',
        name: 'read',
        status: 'pending',
        _meta: {stint: {error: 'odd', raw_input_partial: '{"a":'}},
      },
    ],
    [
      {type: 'plan', session_id, plan: [{content: 'a', status: 'pending', priority: 'high'}]},
      {
        sessionUpdate: 'plan',
        entries: [{content: 'a', status: 'pending', priority: 'high'}],
        _meta: {stint: {}},
      },
    ],
    [
      {type: 'usage', session_id, source: 'update', usage: {used: 1, size: 2}},
      {sessionUpdate: 'usage_update', used: 1, size: 2, _meta: {stint: {}}},
    ],
    [
      {type: 'session_info', session_id, info: {title: 't'}},
      {sessionUpdate: 'session_info_update', title: 't', _meta: {stint: {}}},
    ],
    [
      {type: 'mode_change', session_id, mode_id: 'plan'},
      {sessionUpdate: 'current_mode_update', currentModeId: 'plan', _meta: {stint: {}}},
    ],
    [
      {type: 'commands', session_id, commands: [{name: 'a', description: 'b'}]},
      {
        sessionUpdate: 'available_commands_update',
        availableCommands: [{name: 'a', description: 'b'}],
        _meta: {stint: {}},
      },
    ],
    [
      {type: 'config_change', session_id, options: []},
      {sessionUpdate: 'config_option_update', configOptions: [], _meta: {stint: {}}},
    ],
  ];
  it.each(rows)('is the update of its kind: $type', (event, update) => {
    expect(arrived(event)).toEqual({method: 'session/update', params: {sessionId: 's1', update}});
  });

  it('is a plan of three states and three priorities, with the plan itself beside it', () => {
    const steps = ['pending', 'in_progress', 'completed', 'blocked', 'cancelled', 'mad'];
    const plan = {
      _type: 'plan_artifact',
      schema_version: 'harn.plan.v1',
      steps: steps.map((status, id) => ({
        id,
        content: status,
        status,
        priority: id === 0 ? 'low' : 'urgent',
      })),
    };
    const {entries, _meta} = arrived({type: 'plan', session_id, plan}).params.update;
    expect(entries.map(({status}: {status: string}) => status)).toEqual([
      'pending',
      'in_progress',
      'completed',
      'pending',
      'completed',
      'pending',
    ]);
    expect(entries.map(({priority}: {priority: string}) => priority)).toEqual([
      'low',
      ...Array.from({length: 5}, () => 'medium'),
    ]);
    expect(_meta).toEqual({stint: {plan}});
  });

  it.each([
    [[], []],
    ['Do it', [{content: 'Do it', priority: 'medium', status: 'pending'}]],
    [{title: 'T'}, [{content: 'T', priority: 'medium', status: 'pending'}]],
    [['a', 5], ['a', ''].map(content => ({content, priority: 'medium', status: 'pending'}))],
    [null, []],
  ])('is a plan whatever the plan is: %j', (plan, entries) => {
    const event: AgentEvent = {type: 'plan', session_id, plan};
    expect(arrived(event).params.update.entries).toEqual(entries);
    expect(back(event)).toEqual(event);
  });

  it.each([
    ...RUNTIME_EVENTS.slice(8),
    ...OWN_EVENTS.filter(({type}) => /permission|stop|rpc|rewind|raw|gap/.test(type)),
    {type: 'usage', session_id, source: 'response', usage: {used: 1, size: 2}} as const,
    {type: 'config_change', session_id, options: [{id: 'x'}]} as const,
    {type: 'dream', session_id, depth: [1, null]},
    {type: 'agent_message_chunk', session_id, content: 5},
    {type: 'tool_call', session_id, tool_name: 'no id'},
    {type: 'agent_message_chunk', session_id, content: 'x', _placed: ['messageId']},
  ])('is the event itself where the protocol has no update for it: $type', event => {
    expect(arrived(event)).toEqual({method: '_stint/agent_event', params: {sessionId: 's1', event}});
  });

  it('names no session where the event names none', () => {
    expect(arrived({type: 'agent_message_chunk', content: 'x'})).toEqual({
      method: '_stint/agent_event',
      params: {event: {type: 'agent_message_chunk', content: 'x'}},
    });
  });
});

describe('against the schema of the SDK', () => {
  it.each(ALL)('nothing is missing, wrong, or undefined: $type', event => {
    expect(faultsOf(event)).toEqual([]);
  });

  it('nothing is, whatever events come', () => {
    fc.assert(
      fc.property(anyEvent, event => {
        expect(faultsOf(event)).toEqual([]);
      }),
      {numRuns: 1000},
    );
  });

  it.each([
    ['a key beside the protocol', {title: 'x', mood: 'good'}, 'mood is not defined'],
    ['a key of another kind', {title: 'x', entries: []}, 'entries is not defined'],
    [
      'a key in a content',
      {title: 'x', content: [{type: 'content', content: {type: 'text', text: '', a: 1}}]},
      '.a ',
    ],
    ['no title', {}, 'title is missing'],
    ['a kind that is none', {title: 'x', kind: 'dance'}, 'kind'],
  ])('%s would be seen', (_what, keys, fault) => {
    const update = {sessionUpdate: 'tool_call', toolCallId: 'c', ...keys};
    expect(schemaFaults('SessionNotification', {sessionId: 's', update}).join()).toContain(fault);
  });
});

describe('what fromAcp put under `_meta`', () => {
  const content = [
    {type: 'content', content: {type: 'text', text: 'gone'}},
    {type: 'diff', path: '/a', oldText: null, newText: 'b'},
    {type: 'terminal', terminalId: 't'},
  ];
  const annotations = {audience: ['user'], priority: 0.5, lastModified: null};
  const blocks = [
    {type: 'image', data: 'AA==', mimeType: 'image/png', uri: null, annotations},
    {type: 'audio', data: 'AA==', mimeType: 'audio/wav', _meta: {a: 1}},
    {
      type: 'resource_link',
      name: 'n',
      uri: 'file:///a',
      title: 't',
      description: 'd',
      size: 5,
      mimeType: null,
    },
    {type: 'resource', resource: {uri: 'file:///a', text: 'a'}},
    {type: 'resource', resource: {uri: 'file:///a', blob: 'AA==', mimeType: 'x/y'}},
  ];
  const rows: readonly (readonly [AgentEvent, object, object])[] = [
    ...blocks.map(
      block =>
        [
          {type: 'agent_message_chunk', session_id, content: '', _meta: {a: 1, block}},
          {content: block},
          {a: 1, stint: {_placed: ['block']}},
        ] as const,
    ),
    [
      {...updated, status: 'failed', error: 'gone', _meta: {content}},
      {content},
      {stint: {_placed: ['content']}},
    ],
    [
      {
        type: 'tool_call',
        ...call,
        kind: 'other',
        status: 'pending',
        raw_input: {},
        _meta: {title: 'Mode', kind: 'switch_mode', content, locations: [{path: '/a', line: 3}]},
      },
      {title: 'Mode', name: 'read', kind: 'switch_mode', content, locations: [{path: '/a', line: 3}]},
      {stint: {kind: 'other', _placed: ['title', 'kind', 'content', 'locations']}},
    ],
  ];

  it.each(rows)('stands at its place again: $type', (event, fields, meta) => {
    const {update} = arrived(event).params;
    expect(update).toMatchObject(fields);
    expect(update._meta).toEqual(meta);
    expect(faultsOf(event)).toEqual([]);
    expect(back(event)).toEqual(event);
  });

  it.each([
    {type: 'image', data: 5, mimeType: 'image/png'},
    {type: 'image', data: 'AA==', mimeType: 'image/png', colour: 'red'},
    {type: 'resource', resource: {uri: 'a'}},
    {type: 'video'},
    {type: 'text', annotations},
  ])('stays under `_meta` where the protocol does not allow it: %j', block => {
    const event: AgentEvent = {type: 'agent_message_chunk', session_id, content: '', _meta: {block}};
    expect(arrived(event).params.update._meta).toEqual({block, stint: {}});
    expect(back(event)).toEqual(event);
  });
});

describe('an event that was sent to ACP and comes back', () => {
  it.each(ALL)('is the same to the byte: $type', event => {
    expect(JSON.stringify(back(event))).toBe(JSON.stringify(event));
  });

  it('is the same, whatever it was', () => {
    fc.assert(
      fc.property(anyEvent, event => {
        expect(back(event)).toEqual(JSON.parse(JSON.stringify(event)));
      }),
      {numRuns: 1000},
    );
  });

  it('is none where somebody else uses the name', () => {
    const update = {sessionUpdate: 'agent_message_chunk', content: {type: 'text', text: 'x'}};
    for (const _meta of [undefined, null, {stint: 5}, {stint: {content: 7}}, {}])
      expect(restoreEvent('session/update', {sessionId: 's', update: {...update, _meta}})).toBeUndefined();
    for (const params of [undefined, null, [], {}, {event: 5}, {event: {type: ''}}])
      expect(restoreEvent('_stint/agent_event', params)).toBeUndefined();
  });
});
