/** No text makes a redactor slow: one that is ten times as long takes about ten times as long. */
import {describe, expect, it} from 'vitest';

import {createRedactor} from '../redact.ts';

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
  const timeOf = (text: string) => {
    const event = {type: 'x', session_id: 's', text: `${text} twilio eyJ ://`};
    const start = process.cpuUsage();
    redact(event);
    const {user, system} = process.cpuUsage(start);
    return (user + system) / 1000;
  };

  it.each(pieces)('grows no faster than a text of %s', (_what, piece) => {
    timeOf(fill(piece, MB / 20));
    const excess = () => timeOf(fill(piece, 2 * MB)) - 40 * timeOf(fill(piece, MB / 5)) - 200;
    // Were it quadratic it would be 100 times as long, every time; others on the machine are in the way only sometimes.
    expect(excess() < 0 || excess() < 0 || excess() < 0).toBe(true);
  });

  it('is no more than seconds for 10 MB of all that', () => {
    const text = pieces.map(([, piece]) => fill(piece, (10 * MB) / pieces.length)).join(' ');
    expect(text.length).toBeGreaterThan(10 * MB);
    expect(timeOf(text)).toBeLessThan(15_000);
  });
});
