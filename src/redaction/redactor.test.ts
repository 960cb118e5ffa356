import {createHmac} from 'node:crypto';

import fc from 'fast-check';
import {describe, expect, it} from 'vitest';

import {parseAgentEvent} from '../agent-events/envelope.ts';
import type {AgentEvent, UnknownAgentEvent} from '../agent-events/event.ts';
import {createRedactor, type RedactorOptions} from './redactor.ts';
import type {SecretPattern} from './secret-pattern.ts';

/** Put together, so that nobody takes it for a leak. */
const TOKEN = ['gh', 'p_', 'a1B2'.repeat(9)].join('');
const hex = (secret: string, key = 'k') => createHmac('sha256', key).update(secret).digest('hex').slice(0, 8);
const hidden = (secret: string, kind = 'secret', key = 'k') => `[REDACTED:${kind}:${hex(secret, key)}]`;

type Given = Omit<RedactorOptions, 'key'>;
/** What is left of some input of a tool. */
function redacted(input: unknown, options: Given = {}): unknown {
  const event = {type: 'tool_call', session_id: 's', tool_call_id: 't', raw_input: input};
  return (createRedactor({key: 'k', ...options})(event) as UnknownAgentEvent).raw_input;
}

describe('a placeholder', () => {
  it('has the kind and eight digits of an HMAC under the key', () => {
    expect(redacted(`a ${TOKEN} b`)).toBe(`a ${hidden(TOKEN, 'github')} b`);
  });

  it('is the same for the same secret, wherever it stands, and another one for another', () => {
    const password = 'it\'s "my\\own" é/ü';
    const raw = JSON.stringify({method: 'x', params: {password, text: JSON.stringify({password})}});
    const event = {
      password,
      nested: [{api_key: password}, {env: [{name: 'A_KEY', value: password}]}],
      Authorization: `Bearer ${password}`,
      raw,
      other: {password: `${password}!`},
    };
    const result = redacted(event) as Record<string, unknown>;
    expect(result).toEqual({
      password: hidden(password),
      nested: [{api_key: hidden(password)}, {env: [{name: 'A_KEY', value: hidden(password)}]}],
      Authorization: `Bearer ${hidden(password)}`,
      raw: expect.any(String),
      other: {password: hidden(`${password}!`)},
    });
    const {params} = JSON.parse(String(result.raw));
    expect(params).toEqual({password: hidden(password), text: JSON.stringify({password: hidden(password)})});
    expect(redacted(event, {secrets: [password]})).toMatchObject({
      password: hidden(password),
      raw: result.raw,
    });
  });

  it('is another one under another key', () => {
    const event: AgentEvent = {type: 'agent_message_chunk', session_id: 's', content: TOKEN};
    const [one, other, bytes] = ['k', 'l', Buffer.from('k')].map(key => createRedactor({key})(event));
    expect(one).toEqual({...event, content: hidden(TOKEN, 'github')});
    expect(other).toEqual({...event, content: hidden(TOKEN, 'github', 'l')});
    expect(bytes).toEqual(one);
  });

  it('is left as it is by a redactor', () => {
    const event = {password: 'hunter2', a: `x ${TOKEN}`, url: 'https://u:hunter2@h/', b: 'A_TOKEN=hunter2'};
    const once = redacted({...event, raw: JSON.stringify(event), Authorization: 'Bearer hunter2'});
    expect(redacted(once)).toBe(once);
  });
});

describe('a redactor', () => {
  it('changes nothing in the event that it is given', () => {
    const event = deepFrozen({
      type: 'tool_call_update',
      session_id: 's',
      raw_output: {list: [1, {text: TOKEN, same: {deep: true}}], same: [1, 2]},
    });
    const copy = createRedactor({key: 'k'})(event);
    expect(copy).toEqual({
      type: 'tool_call_update',
      session_id: 's',
      raw_output: {list: [1, {text: hidden(TOKEN, 'github'), same: {deep: true}}], same: [1, 2]},
    });
    expect(Object.keys(copy)).toEqual(Object.keys(event));
  });

  it('gives the event itself when it holds no secret', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        const event = {type: 'plan', session_id: 's', plan: value, at: new Date(0)};
        expect(createRedactor({key: 'k'})(event)).toBe(event);
      }),
    );
  });

  it('leaves alone the type, the ids, numbers, and what is signed or encrypted', () => {
    const event = {
      type: TOKEN,
      session_id: TOKEN,
      tool_call_id: TOKEN,
      id: TOKEN,
      password: 12345678,
      _meta: {
        thinking: {thinking: 'x', signature: TOKEN, thoughtSignature: TOKEN, encrypted_content: TOKEN},
        blocks: [
          {type: 'redacted_thinking', data: TOKEN},
          {password: true, token: null},
        ],
      },
    };
    expect(createRedactor({key: 'k', secrets: [TOKEN, '12345678']})(event)).toBe(event);
  });

  it('finds secrets in keys, also in one that is named like a prototype', () => {
    const input = JSON.parse(`{"__proto__": {"${TOKEN}": 1}, "a": {"b ${TOKEN}": "x"}}`);
    expect(JSON.stringify(redacted(input))).toBe(
      `{"__proto__":{"${hidden(TOKEN, 'github')}":1},"a":{"b ${hidden(TOKEN, 'github')}":"x"}}`,
    );
  });

  it('finds secrets in what is written for an object', () => {
    const input = {a: {toJSON: () => ({text: TOKEN})}, b: Object(TOKEN), c: {toJSON: () => 'harmless'}};
    const written = JSON.stringify(redacted(input));
    expect(written).toBe(
      JSON.stringify({a: {text: hidden(TOKEN, 'github')}, b: hidden(TOKEN, 'github'), c: 'harmless'}),
    );
  });

  it('hides the longest when several overlap, and leaves no rest of the others', () => {
    const secrets = ['hunter', 'hunter2-and', '2-and-more'];
    expect(redacted('x hunter2-and-more hunter y', {secrets})).toBe(
      `x ${hidden('hunter2-and-more')} ${hidden('hunter')} y`,
    );
    expect(redacted(`${TOKEN}x`, {secrets: ['B2a1B2']})).toBe(hidden(`${TOKEN}x`, 'github'));
  });

  it.each([
    '{"password":"hunter2"}',
    '{ "apiKey" : "hunter2" }',
    '{"a":{"client_secret":"hunter2","b":1}}',
    '{"OPENAI_API_KEY":"hunter2"}',
    '{"x-api-key":"hunter2"}',
    "{'access_token': 'hunter2'}",
    '{"env":[{"name":"A_TOKEN","value":"hunter2"}]}',
    '{"password":"hunter2',
    '[{\\"password\\":\\"hunter2\\"}]',
    '[{\\\\\\"password\\\\\\":\\\\\\"hunter2\\\\\\"}]',
    '{"Authorization": "Basic hunter2"}',
  ])('hides the value of a secret key in the text %s and nothing else', text => {
    expect(redacted(text)).toBe(text.replace('hunter2', hidden('hunter2')));
  });

  it('hides all of a value that has quotes and backslashes, at any depth', () => {
    fc.assert(
      fc.property(fc.string({minLength: 1}), fc.integer({min: 1, max: 4}), (secret, depth) => {
        fc.pre(secret.trim() === secret && !/^(bearer|basic|token|digest)\s/i.test(secret));
        let [text, wanted] = [
          {password: secret, b: 'c'},
          {password: hidden(secret), b: 'c'},
        ].map(each => JSON.stringify(each));
        for (let level = 1; level < depth; level++)
          [text, wanted] = [text, wanted].map(each => JSON.stringify([each]));
        expect(redacted(text)).toBe(wanted);
      }),
    );
  });

  it('knows further names of keys', () => {
    const input = {
      'X-Pass Code': 'hunter2',
      text: '{"xPassCode":"hunter2","y":"z"}',
      ключ: 'hunter2',
      '': 'x',
    };
    expect(redacted(input)).toBe(input);
    expect(redacted(input, {secretKeys: ['x_passcode', 'Ключ', '*']})).toEqual({
      'X-Pass Code': hidden('hunter2'),
      text: `{"xPassCode":"${hidden('hunter2')}","y":"z"}`,
      ключ: hidden('hunter2'),
      '': 'x',
    });
  });

  it('takes other patterns instead of its own', () => {
    const pin: SecretPattern = {kind: 'pin', pattern: /pin (?<secret>\d{4})?/y};
    const all: SecretPattern = {kind: 'all', hints: ['!'], pattern: text => [{start: 1, end: text.length}]};
    const options = {patterns: [pin, all]};
    expect(redacted(`pin 1234 pin x ${TOKEN}`, options)).toBe(
      `pin ${hidden('1234', 'pin')} ${hidden('pin ', 'pin')}x ${TOKEN}`,
    );
    expect(redacted('abc!', options)).toBe(`a${hidden('bc!', 'all')}`);
  });

  it.each([
    [{key: ''}, 'Secrets cannot be redacted: the key is empty.'],
    [{key: new Uint8Array()}, 'Secrets cannot be redacted: the key is empty.'],
    [
      {key: 'k', patterns: [{kind: 'A:b', pattern: /x/}]},
      "Secrets cannot be redacted: 'A:b' cannot stand in a placeholder.",
    ],
  ])('is refused for %j', (options, message) => {
    expect(() => createRedactor(options)).toThrow(expect.objectContaining({code: 'USAGE', message}));
  });
});

describe('no given secret is left', () => {
  /** Nothing that keys or placeholders have in common with them. */
  const secrets = fc.oneof(
    fc.stringMatching(/^[G-Z!-/ "'\\\n\t\u00e9\u{1f4a5}]{8,30}$/u),
    fc.stringMatching(/^[G-Z]{8,30}$/),
  );
  const events = (secret: string) => {
    const piece = fc.oneof(
      fc.constant(secret),
      fc.string({maxLength: 5}),
      fc.constantFrom('"', '\\', ' ', 'Bearer ', 'password":"', "'", JSON.stringify({a: secret}), TOKEN),
    );
    const text = fc.array(piece, {maxLength: 5}).map(pieces => pieces.join(''));
    const {value} = fc.letrec<{value: unknown}>(tie => ({
      value: fc.oneof(
        {depthSize: 'small'},
        text,
        text.map(each => JSON.stringify({raw: JSON.stringify([each])})),
        fc.integer(),
        fc.array(tie('value'), {maxLength: 4}),
        fc.dictionary(text, tie('value'), {maxKeys: 4}),
      ),
    }));
    return value;
  };
  const cases = secrets.chain(secret => fc.tuple(fc.constant(secret), events(secret)));

  it('anywhere in what is written', () => {
    fc.assert(
      fc.property(cases, ([secret, value]) => {
        const redact = createRedactor({key: 'k', secrets: [secret]});
        const before = JSON.stringify(value);
        const written = JSON.stringify(redact({type: 'session_info', session_id: 's', info: value}));
        const [one = '', two = ''] = [1, 2].map(times => nested(secret, times));
        for (const form of [secret, one, two]) expect(written.includes(form)).toBe(false);
        expect(JSON.stringify(value)).toBe(before);
        expect(parseAgentEvent(written)).toMatchObject({type: 'session_info', session_id: 's'});
      }),
      {numRuns: 1000},
    );
  });
});

function nested(text: string, times: number): string {
  return times === 0 ? text : nested(JSON.stringify(text).slice(1, -1), times - 1);
}

function deepFrozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) for (const each of Object.values(value)) deepFrozen(each);
  return Object.freeze(value);
}
