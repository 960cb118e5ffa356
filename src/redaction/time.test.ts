/** No text makes a redactor slow: one that is ten times as long takes about ten times as long. */
import {describe, expect, it} from 'vitest';

import {createRedactor} from './redactor.ts';

describe('the time that a redactor takes', () => {
  const MB = 1_000_000;
  const fill = (piece: string, length: number) =>
    piece.repeat(Math.ceil(length / piece.length)).slice(0, length);
  const token = ['gh', 'p_', 'a1B2'.repeat(9)].join('');
  const begin = ['-----', 'BEGIN PRIVATE KEY-----'].join('');

  const pieces: readonly (readonly [what: string, piece: string])[] = [
    ['plain words', 'some plain words '],
    ['one letter', 'a'],
    ['backslashes', '\\'],
    ['quotes', '"'],
    ['backslashes and quotes', '\\"'],
    ['colons', ':'],
    ['spaces', ' '],
    ['dashes', '-'],
    ['keys without values', '"password":'],
    ['keys with values', '"password":"x",'],
    ['opened values', '"password":"'],
    ['escaped keys', '\\\\\\"password\\\\\\":'],
    ['names', '"name":"'],
    ['names without values', '"name":"A_KEY","value":'],
    ['addresses', 'https://'],
    ['passwords in addresses', 'https://a:b'],
    ['tokens that begin', 'eyJ'],
    ['tokens in two parts', 'eyJaaaaaaaa.'],
    ['beginnings of tokens', ['gh', 'p_sk', '-xox', 'b-1hf', '_npm', '_AK', 'IA'].join('')],
    ['keys of sk', 'sk-'],
    ['beginnings of keys in PEM', begin],
    ['beginnings of keys in PEM with lines', `${begin}\\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA`],
    ['line ends', '\\n'],
    ['Bearers', 'Bearer '],
    ['Authorizations', 'Authorization: '],
    ['assignments', 'A_TOKEN='],
    ['secret keys', 'secret_access_key '],
    ['twilio', 'twilio auth_token '],
    ['found tokens', `${token} `],
  ];

  const redact = createRedactor({key: 'k', secrets: ['aaaaaaaaaaaaaaaaaaaaaaab', `${begin}x`]});
  const redacted = (text: string) =>
    JSON.stringify(redact({type: 'x', session_id: 's', text: `${text} twilio eyJ ://`}));

  // By the square of its length any of these would be minutes, which no test is given.
  it.each(pieces)('grows no faster than a text of %s', (_what, piece) => {
    expect(redacted(fill(piece, 4 * MB))).toMatch(/^\{"type":"x"/);
  });

  it('is no more than seconds for 10 MB of all that', () => {
    const text = pieces.map(([, piece]) => fill(piece, (10 * MB) / pieces.length)).join(' ');
    expect(text.length).toBeGreaterThan(10 * MB);
    expect(redacted(text)).toMatch(/^\{"type":"x"/);
  });
});
