import {describe, expect, it} from 'vitest';

import {eventsOf, prompt, raw, toAgent, toClient, update} from '../../testing/acp-lines.ts';
import type {AcpProtocol} from './connection-state.ts';
import type {AcpLine} from './from-acp.ts';

const session_id = 's';
const content = (...texts: readonly string[]) =>
  texts.map(text => ({type: 'content', content: {type: 'text', text}}));
const call = (fields: object = {}) => update('tool_call', {toolCallId: 'c', title: 'x', ...fields});
const change = (fields: object = {}) => update('tool_call_update', {toolCallId: 'c', ...fields});
const event = (status: string, fields: object = {}) => ({
  type: 'tool_call_update',
  session_id,
  tool_call_id: 'c',
  tool_name: 'x',
  status,
  raw_output: null,
  error: null,
  ...fields,
});
const cancel = toAgent({method: 'session/cancel', params: {sessionId: 's'}});
/** What the last line comes to. */
const last = (lines: readonly AcpLine[], protocol: AcpProtocol = 1) => eventsOf(lines, {protocol}).at(-1);

describe('an update of a tool call', () => {
  const rows: readonly (readonly [string, readonly AcpLine[], object])[] = [
    ['that began', [call(), change({status: 'in_progress'})], event('in_progress')],
    [
      'that is over tells how long it took',
      [call(), change(), change({status: 'completed', rawOutput: {a: 1}})],
      event('completed', {raw_output: {a: 1}, duration_ms: 20}),
    ],
    ['says what changed only', [call({status: 'in_progress'}), change({title: 'x'})], event('in_progress')],
    [
      'says nothing by null',
      [
        call({status: 'in_progress', kind: 'read'}),
        change({status: null, title: null, kind: null, rawInput: null}),
      ],
      event('in_progress'),
    ],
    [
      'has the arguments that became known',
      [call(), change({rawInput: {a: 1}, title: 'Read a'})],
      event('pending', {raw_input: {a: 1}, _meta: {title: 'Read a'}}),
    ],
    [
      'is one when the call is announced again',
      [call(), call({status: 'in_progress'})],
      event('in_progress'),
    ],
    [
      'with `_meta` alone has the status that was',
      [call(), change({status: 'completed'}), change({_meta: {claudeCode: {toolResponse: 1}}})],
      event('completed', {_meta: {claudeCode: {toolResponse: 1}}}),
    ],
    [
      'never opens again what is over',
      [call(), change({status: 'completed'}), change({status: 'in_progress'})],
      event('completed', {_meta: {status: 'in_progress'}}),
    ],
    [
      'with a kind, a status and content that are none is read all the same',
      [call(), change({kind: 7, status: 'odd', rawOutput: 'o', content: [5, {type: 'content'}]})],
      event('pending', {raw_output: 'o', _meta: {content: [5, {type: 'content'}], kind: 7, status: 'odd'}}),
    ],
    ['with a better name has it', [call(), change({name: 'read'})], event('pending', {tool_name: 'read'})],
    [
      'keeps keys of nobody',
      [call(), change({mood: 'good', _meta: {a: 1}})],
      event('pending', {_meta: {a: 1, extra: {mood: 'good'}}}),
    ],
    [
      'has what a runtime sends beside the protocol',
      [
        call(),
        change({
          status: 'failed',
          error: 'gone',
          errorCategory: 'timeout',
          durationMs: 3,
          executionDurationMs: 2,
          executor: {kind: 'mcp_server', serverName: 'files'},
          parsing: false,
          rawInputPartial: '{',
          audit: {session_id: 's'},
        }),
      ],
      event('failed', {
        error: 'gone',
        error_category: 'timeout',
        duration_ms: 3,
        execution_duration_ms: 2,
        executor: {kind: 'mcp_server', server_name: 'files'},
        parsing: false,
        raw_input_partial: '{',
        audit: {session_id: 's'},
      }),
    ],
    [
      'has its executor as an object',
      [call(), change({executor: 'host_bridge'})],
      event('pending', {executor: {kind: 'host_bridge'}}),
    ],
  ];
  it.each(rows)('%s', (_what, lines, expected) => {
    expect(last(lines)).toEqual([expected]);
  });
});

describe('a call that failed', () => {
  const failed = (fields: object) => event('failed', {duration_ms: 10, error_category: 'unknown', ...fields});

  it.each([
    ['the text of its content', change({status: 'failed', content: content('a', 'b')}), {error: 'a\nb'}],
    ['its output that is text', change({status: 'failed', rawOutput: 'no'}), {error: 'no', raw_output: 'no'}],
    [
      'its output as JSON',
      change({status: 'failed', rawOutput: {a: 1}}),
      {error: '{"a":1}', raw_output: {a: 1}},
    ],
    ['nothing where nothing is told', change({status: 'failed'}), {error: null}],
  ])('says why: %s', (_what, line, fields) => {
    const meta = line.raw.includes('"content"') ? {_meta: {content: content('a', 'b')}} : {};
    expect(last([call(), line])).toEqual([failed({...fields, ...meta})]);
  });

  it('says why with the content that came before, arrays replacing each other', () => {
    const lines = [
      call({content: content('old')}),
      change({content: content('new')}),
      change({status: 'failed'}),
    ];
    expect(last(lines)).toMatchObject([{error: 'new'}]);
    const cleared = [call({content: content('old')}), change({content: []}), change({status: 'failed'})];
    expect(last(cleared)).toMatchObject([{error: null}]);
  });

  it('still says so in later updates', () => {
    const lines = [call(), change({status: 'failed', rawOutput: 'no'}), change({_meta: {a: 1}})];
    expect(last(lines)).toEqual([event('failed', {error: 'no', error_category: 'unknown', _meta: {a: 1}})]);
  });

  const ask = (id: number) =>
    toClient({
      id,
      method: 'session/request_permission',
      params: {
        sessionId: 's',
        toolCall: {toolCallId: 'c'},
        options: [
          {optionId: 'y', kind: 'allow_once'},
          {optionId: 'n', kind: 'reject_once'},
        ],
      },
    });
  const choose = (id: number, optionId: string) =>
    toAgent({id, result: {outcome: {outcome: 'selected', optionId}}});
  const stopped = toAgent({id: 1, result: {outcome: {outcome: 'cancelled'}}});

  it.each([
    ['rejected', [ask(1), choose(1, 'n')], 'permission_denied'],
    ['allowed', [ask(1), choose(1, 'y')], 'unknown'],
    ['rejected first and then allowed', [ask(1), choose(1, 'n'), ask(2), choose(2, 'y')], 'unknown'],
    ['cancelled while it was asked for', [ask(1), stopped], 'cancelled'],
    ['cancelled with the session', [cancel], 'cancelled'],
    ['rejected, and the session cancelled', [ask(1), choose(1, 'n'), cancel], 'permission_denied'],
    ['cancelled in the turn before', [cancel, prompt()], 'unknown'],
  ])('has a category: %s', (_what, lines, category) => {
    expect(last([call(), ...lines, change({status: 'failed'})])).toMatchObject([{error_category: category}]);
  });
});

describe('a call that nobody announced', () => {
  const announced = (fields: object = {}) => ({
    type: 'tool_call',
    session_id,
    tool_call_id: 'c',
    tool_name: 'unknown',
    kind: null,
    status: 'pending',
    raw_input: {},
    ...fields,
  });

  it('is announced by its first update', () => {
    expect(last([change({status: 'completed', rawOutput: 'o', kind: 'read', rawInput: {a: 1}})])).toEqual([
      announced({kind: 'read', raw_input: {a: 1}, _meta: {synthetic: true}}),
      event('completed', {tool_name: 'unknown', raw_output: 'o'}),
    ]);
  });

  it('gets its name when it is told', () => {
    expect(last([change(), change({title: 'Read'})])).toMatchObject([{tool_name: 'Read'}]);
  });

  it('is announced by the question whether it may run', () => {
    const options = [{optionId: 'y', name: 'Yes', kind: 'allow_once'}];
    const toolCall = {toolCallId: 'c', title: 'rm', kind: 'delete', rawInput: {path: 'a'}};
    const ask = toClient({
      id: 'q',
      method: 'session/request_permission',
      params: {sessionId: 's', toolCall, options, _meta: {a: 1}},
    });
    const {toolCallId: _, ...told} = toolCall;
    const request = {type: 'permission_request', session_id, tool_call_id: 'c', options};
    expect(last([ask])).toEqual([
      announced({tool_name: 'rm', kind: 'delete', raw_input: {path: 'a'}, _meta: {synthetic: true}}),
      {...request, _meta: {a: 1, tool_call: told}},
    ]);
    expect(last([call(), ask])).toEqual([{...request, _meta: {a: 1, tool_call: told}}]);
  });

  it('may be over at once', () => {
    expect(last([call({status: 'failed', rawOutput: 'no'})])).toEqual([
      announced({tool_name: 'x', status: 'failed'}),
      event('failed', {raw_output: 'no', error: 'no', error_category: 'unknown'}),
    ]);
  });
});

describe('a decision', () => {
  const options = [
    {optionId: 'y', kind: 'allow_always'},
    {optionId: 'n', kind: 'reject_once'},
  ];
  const ask = toClient({
    id: 'q',
    method: 'session/request_permission',
    params: {sessionId: 's', toolCall: {toolCallId: 'c'}, options},
  });
  const decided = (fields: object) => ({
    type: 'permission_decision',
    session_id,
    tool_call_id: 'c',
    ...fields,
  });

  it.each([
    [
      {outcome: 'selected', optionId: 'y'},
      {outcome: 'selected', option_id: 'y', option_kind: 'allow_always'},
    ],
    [
      {outcome: 'selected', optionId: 'z'},
      {outcome: 'selected', option_id: 'z', option_kind: null},
    ],
    [{outcome: 'cancelled'}, {outcome: 'cancelled', option_id: null, option_kind: null}],
  ])('%j', (outcome, fields) => {
    expect(last([ask, toAgent({id: 'q', result: {outcome}})])).toEqual([decided(fields)]);
  });

  it('is kept as it is where it decides nothing', () => {
    for (const result of [{}, {outcome: {outcome: 'selected'}}, {outcome: {outcome: 'maybe'}}]) {
      const line = toAgent({id: 'q', result});
      expect(last([ask, line])).toEqual([raw(line)]);
    }
    const error = toAgent({id: 'q', error: {code: 1, message: 'no'}});
    expect(last([ask, error])).toMatchObject([
      {type: 'rpc_error', _meta: {method: 'session/request_permission'}},
    ]);
  });

  it('does not make a failure by itself', () => {
    expect(
      eventsOf([call(), ask, toAgent({id: 'q', result: {outcome: {outcome: 'selected', optionId: 'n'}}})])
        .flat()
        .map(({type}) => type),
    ).toEqual(['tool_call', 'permission_request', 'permission_decision']);
  });

  it.each([
    ['a tool call', {type: 'tool_call', toolCall: {toolCallId: 'c'}}, 'c'],
    ['a command of one', {type: 'command', command: 'ls', cwd: '/', toolCallId: 'c'}, 'c'],
    ['nothing that has an id', null, ''],
  ])('of protocol 2 may be about %s', (_what, subject, id) => {
    const line = toClient({
      id: 1,
      method: 'session/request_permission',
      params: {sessionId: 's', title: 'May I?', subject, options},
    });
    const answer = toAgent({id: 1, result: {outcome: {outcome: 'cancelled'}}});
    const events = eventsOf([line, answer], {protocol: 2});
    expect(events[0]?.at(-1)).toMatchObject({
      type: 'permission_request',
      tool_call_id: id,
      _meta: {title: 'May I?'},
    });
    expect(events[1]).toMatchObject([{type: 'permission_decision', tool_call_id: id === '' ? null : id}]);
  });
});

describe('a tool call of protocol 2', () => {
  it('is announced by its first update', () => {
    const lines = [change({title: 'x', status: 'in_progress'}), change({status: 'completed'})];
    expect(eventsOf(lines, {protocol: 2})).toEqual([
      [
        {
          type: 'tool_call',
          session_id,
          tool_call_id: 'c',
          tool_name: 'x',
          kind: null,
          status: 'in_progress',
          raw_input: {},
        },
      ],
      [event('completed', {duration_ms: 10})],
    ]);
  });

  it('loses by null what it had, and keeps what is left out', () => {
    const first = change({title: 'x', content: content('a')});
    expect(last([first, change({status: 'failed'})], 2)).toMatchObject([{error: 'a'}]);
    expect(last([first, change({content: null}), change({status: 'failed'})], 2)).toMatchObject([
      {error: null},
    ]);
    expect(last([first, change({rawInput: null})], 2)).toMatchObject([{raw_input: {}}]);
  });

  it('may be cancelled or paused', () => {
    expect(last([change({title: 'x'}), change({status: 'cancelled'})], 2)).toEqual([
      event('failed', {duration_ms: 10, error_category: 'cancelled', _meta: {status: 'cancelled'}}),
    ]);
    expect(last([change({title: 'x'}), change({status: 'paused'})], 2)).toEqual([
      event('in_progress', {_meta: {status: 'paused'}}),
    ]);
  });

  it('gets its content in pieces', () => {
    const piece = (text: string) =>
      update('tool_call_content_chunk', {toolCallId: 'c', content: content(text)[0], _meta: {a: 1}});
    const lines = [change({title: 'x'}), piece('a'), piece('b')];
    expect(last(lines, 2)).toEqual([event('pending', {_meta: {a: 1, content_chunk: content('b')[0]}})]);
    expect(last([...lines, change({status: 'failed'})], 2)).toMatchObject([{error: 'a\nb'}]);
    expect(last([piece('a')], 2)).toMatchObject([{type: 'tool_call', _meta: {synthetic: true}}, {}]);
  });
});

describe('a compaction that codex shows as a tool call', () => {
  it('is no tool call', () => {
    const begun = call({
      title: 'Compact conversation',
      kind: 'think',
      _meta: {contextCompaction: {version: 1, trigger: 'auto', preTokens: 900}},
    });
    const done = change({status: 'completed', _meta: {contextCompaction: {version: 1, postTokens: 100}}});
    const late = change({_meta: {a: 1}});
    expect(eventsOf([begun, done, late])).toEqual([
      [raw(begun)],
      [
        {
          type: 'transcript_compacted',
          session_id,
          mode: 'auto',
          strategy: 'agent',
          archived_messages: 0,
          estimated_tokens_before: 900,
          estimated_tokens_after: 100,
          snapshot_asset_id: null,
          _meta: {
            contextCompaction: {version: 1, postTokens: 100},
            tool_call_id: 'c',
            unknown: ['archived_messages', 'snapshot_asset_id'],
          },
        },
      ],
      [raw(late)],
    ]);
  });

  it('that failed is kept as it is', () => {
    const failed = call({status: 'failed', _meta: {contextCompaction: {version: 1, error: 'no'}}});
    expect(eventsOf([failed])).toEqual([[raw(failed)]]);
  });
});
