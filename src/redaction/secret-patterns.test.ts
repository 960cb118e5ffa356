/** Every false secret is put together from pieces, so that nobody takes this file for a leak. */
import {describe, expect, it} from 'vitest';

import type {UnknownAgentEvent} from '../agent-events/event.ts';
import {createRedactor} from './redactor.ts';
import {SECRET_PATTERNS} from './secret-patterns.ts';

const redact = createRedactor({key: 'k'});
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const HEX = '0123456789abcdef';
/** So many characters that look random. */
const random = (length: number, from = LETTERS) =>
  Array.from({length}, (_, at) => from[(at * 37 + 11) % from.length]).join('');
const join = (...pieces: string[]) => pieces.join('');

function redacted(text: string): string {
  const event = redact({type: 'agent_message_chunk', session_id: 's', content: text}) as UnknownAgentEvent;
  return String(event.content);
}

const PEM_BODY = [random(64), random(64), `${random(30)}==`];
const pem = (name: string, newline = '\n') =>
  [join('-----', 'BEGIN ', name, '-----'), ...PEM_BODY, join('-----', 'END ', name, '-----')].join(newline);
const JWT = join('eyJ', random(20), '.', 'eyJ', random(40), '.', random(43));

/** Kind, and a text whose part between the arrows is secret. */
const SECRETS: readonly (readonly [kind: string, text: string])[] = [
  ['aws-access-key-id', join('id=→AK', 'IA', random(16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'), '← ')],
  ['aws-access-key-id', join('"→AS', 'IA', random(16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'), '←"')],
  ['aws-secret-access-key', join('aws_secret_access_key = →', random(40, `${LETTERS}/+`), '←\n')],
  ['aws-secret-access-key', join('"SecretAccessKey": "→', random(40), '←"')],
  ['aws-secret-access-key', join('AWS_SECRET_ACCESS_KEY=→', random(40), '←\n')],
  ['github', join('x→gh', 'p_', random(36), '←')],
  ['github', join('\\n→gh', 'o_', random(36), '←\\n')],
  ['github', join('→gh', 's_', random(36), '←.')],
  ['github', join('→github', '_pat_', random(22), '_', random(59), '←')],
  ['gitlab', join('→gl', 'pat-', random(20), '←,')],
  ['slack', join('→xo', 'xb-', '123456789012-', random(24), '←')],
  ['slack', join('→xo', 'xp-', '1234-5678-', random(32), '←')],
  [
    'slack',
    join('https://hooks.slack', '.com/services/→T', random(8), '/B', random(8), '/', random(24), '←'),
  ],
  ['stripe', join('→sk', '_live_', random(24), '←')],
  ['stripe', join('→rk', '_live_', random(24), '←')],
  ['anthropic', join('→sk', '-ant-', 'api03-', random(80), '-', random(8), '←')],
  ['openai', join('→s', 'k-', random(48), '←')],
  ['openai', join('→s', 'k-proj-', random(40), '-', random(60), '←')],
  ['openai', join('\\t→s', 'k-', random(48), '←\\n')],
  ['openai', join('\x1b[32m→s', 'k-', random(48), '←\x1b[0m')],
  ['openai', join('a%3D→s', 'k-', random(48), '←')],
  ['google', join('?key=→AI', 'za', random(35), '←&')],
  ['google', join('→GOC', 'SPX-', random(28), '←')],
  ['google', join('→ya', '29.', random(60), '←')],
  ['npm', join('_authToken=→npm', '_', random(36), '←')],
  ['pypi', join('→py', 'pi-', 'Ag', random(100), '←')],
  ['hugging-face', join('→h', 'f_', random(34), '←')],
  ['twilio', join('twilio key →S', 'K', random(32, HEX), '←')],
  ['twilio', join('twilio sid →A', 'C', random(32, HEX), '←')],
  ['twilio', join('TWILIO: authToken: "→', random(32, HEX), '←"')],
  ['azure-storage', join('AccountName=a;Account', 'Key=→', random(86), '==←;EndpointSuffix=x')],
  ['jwt', join('→', JWT, '←')],
  ['jwt', join('Authorization: Bearer →', JWT, '←')],
  ['private-key', `a →${pem('RSA PRIVATE KEY')}← b`],
  ['private-key', `"→${pem('PRIVATE KEY', '\\n')}←\\n"`],
  ['private-key', `→${pem('OPENSSH PRIVATE KEY', '\\\\n')}←`],
  ['private-key', `→${pem('PRIVATE KEY', '\n').split('\n').slice(0, 3).join('\n')}←`],
  ['secret', join('curl -H "Authorization: Bearer →', random(12), '←" x')],
  ['secret', join('authorization: basic →', random(12), '==←')],
  ['secret', join('uses Bearer →', random(30), '← as')],
  ['secret', join('-H "x-api-key: →', random(20), '←"')],
  ['secret', join('postgres://user:→', random(10), '←@db.example/x')],
  ['secret', join('https://:→', random(10), '←@example')],
  ['secret', join('export A_TOKEN=→', random(10), '←; ls')],
  ['secret', join('DB_PASSWORD="→', 'hunter two and three', '←"')],
];

/** Texts that hold none, although they look a little like it. */
const HARMLESS: readonly string[] = [
  join('AK', 'IA', 'lowercase0000000'),
  join('AK', 'IA', random(40, 'ABCDEFGH')),
  `sha256 ${random(64, HEX)} secret`,
  `the secret key is not ${random(20)}`,
  join('gh', 'p_short'),
  join('gl', 'pat-short and global-', random(20)),
  join('xo', 'xb-', 'a-word-that-is-no-token'),
  join('sk', '_live_', 'no'),
  'class="sk-estimator-doc-link sk-toggleable__content-arrow"',
  `task-${random(40)}`,
  `disk-${random(40, HEX)}`,
  join('AI', 'za', random(20)),
  join('npm', '_config_registry_and_many_other_words_more'),
  'pypi-server and pypi-attestations',
  join('h', 'f_hub_download and h', 'f_', random(12)),
  join('S', 'K', random(32, HEX)),
  `eyJ${random(30)} eyJ${random(30)}.${random(30)}.x`,
  join('-----', 'BEGIN PUBLIC KEY-----\n', random(64), '\n-----', 'END PUBLIC KEY-----'),
  join(
    "text.startsWith('-----",
    "BEGIN PRIVATE KEY-----') && text.endsWith('-----",
    "END PRIVATE KEY-----')",
  ),
  join('A file begins with -----', 'BEGIN PRIVATE KEY----- and is secret.'),
  'Authorization: Bearer $TOKEN',
  'Authorization: Bearer <token>',
  'the Bearer authentication-scheme-of-the-web is',
  'https://example.com:8080/a@b and https://example.com/?a=b:c@d',
  'git@github.com:a/b.git and https://user@example.com/',
  `postgres://user:\${PASSWORD}@host`,
  'A_TOKEN=$OTHER B_KEY= C_SECRET=(a)',
  'const api_key = getKey(); tokens: 15, "max_tokens": 5',
  '"next_page_token": "abc", "primary_key": "id", "cache_key": "a:b"',
];

const marked = (text: string) => text.replaceAll(/[→←]/g, '');

describe('the known forms of secrets', () => {
  it.each(SECRETS)('hide a secret of the kind %s: %j', (kind, text) => {
    const [before = '', secret = '', after = ''] = text.split(/[→←]/);
    const result = redacted(marked(text));
    expect(secret).not.toBe('');
    expect(result).toMatch(/\[REDACTED:[a-z-]+:[0-9a-f]{8}\]/);
    expect(result.replace(/\[REDACTED:([a-z-]+):[0-9a-f]{8}\]/, '<$1>')).toBe(`${before}<${kind}>${after}`);
  });

  it.each(SECRETS)('hide a secret of the kind %s in JSON within JSON: %j', (kind, text) => {
    const [, secret = ''] = text.split(/[→←]/);
    const inner = JSON.stringify({a: `x ${marked(text)} y`});
    const result = redacted(JSON.stringify({params: {text: inner}}));
    expect(result).toContain(`[REDACTED:${kind}:`);
    expect(result).not.toContain(JSON.stringify(JSON.stringify(secret).slice(1, -1)).slice(1, -1));
    expect(JSON.parse(JSON.parse(result).params.text)).toHaveProperty('a');
  });

  it.each(HARMLESS)('leave alone: %j', text => {
    expect(redacted(text)).toBe(text);
  });

  it('have an example each', () => {
    const kinds = new Set(SECRETS.map(([kind]) => kind));
    for (const {kind} of SECRET_PATTERNS) expect(kinds).toContain(kind);
  });

  it('see the same key in a private key however its lines end', () => {
    const results = ['\n', '\r\n', '\\n', '\\\\n', '\\r\\n'].map(newline =>
      redacted(pem('PRIVATE KEY', newline)),
    );
    expect(new Set(results).size).toBe(1);
  });
});
