/**
 * The forms of secrets that are known: only such that hardly any other text has. Each kind is named after who issues it.
 * `mayHoldSecret` has to let through what they match; the tests of this table go through it.
 */
import {privateKeyBlocks} from './private-key-blocks.ts';
import {SECRET_BY_PLACE, type SecretPattern} from './secret-pattern.ts';

/** Where a word begins, also behind an escape of JSON or of a URL, or a colour of a terminal (whose escape is not printable). */
const START =
  /(?:(?<![A-Za-z0-9_-])|(?<=\\[nrtbf]|\\u[0-9a-fA-F]{4}|%[0-9A-F]{2}|(?:[^ -~]|\\u001[bB]|\\x1[bB]|\\033|\\e)\[[0-9;]{0,10}m))/;

/** Twilio's forms alone are those of too many other ids. */
const TWILIO = ['twilio', 'Twilio', 'TWILIO'];

const BY_SHAPE: readonly SecretPattern[] = [
  {
    kind: 'aws-access-key-id',
    hints: ['AKIA', 'ASIA', 'ABIA', 'ACCA'],
    pattern: /(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])/,
  },
  {
    kind: 'aws-secret-access-key',
    hints: ['ecret', 'ECRET'],
    pattern:
      /secret[ _-]?(?:access[ _-]?)?key\\{0,15}["']?[\s:=>]{1,10}\\{0,15}["']?(?<secret>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])/i,
  },
  {
    kind: 'github',
    hints: ['gh', 'github_pat_'],
    pattern: /gh[oprsu]_[A-Za-z0-9_]{36,255}|github_pat_[A-Za-z0-9_]{22,255}/,
  },
  {
    kind: 'gitlab',
    hints: ['gl'],
    pattern:
      /gl(?:pat|dt|rt|ptt|oas|soat|cbt|imt|ft|agent)-[A-Za-z0-9_-]{20,300}(?:\.[0-9a-z]{2}\.[0-9a-z]{9})?/,
  },
  {
    kind: 'slack',
    hints: ['xox', 'xapp-', 'hooks.slack.com'],
    pattern:
      /xox[abceoprs]-\d[A-Za-z0-9-]{9,255}|xoxd-[A-Za-z0-9%]{20,255}|xapp-\d-[A-Za-z0-9-]{20,255}|(?<=hooks\.slack\.com\/services\/)T[A-Za-z0-9/]{20,100}/,
  },
  {
    kind: 'stripe',
    hints: ['k_live_', 'k_test_', 'whsec_'],
    pattern: /(?:[rs]k_(?:live|test)|whsec)_[A-Za-z0-9]{16,255}/,
  },
  {kind: 'anthropic', hints: ['sk-ant-'], pattern: /sk-ant-[A-Za-z0-9_-]{20,255}/},
  {
    kind: 'openai',
    hints: ['sk-'],
    pattern: word(/sk-(?:(?:proj|svcacct|admin|None)-[A-Za-z0-9_-]{20,255}|(?:or-v1-)?[A-Za-z0-9]{32,255})/),
  },
  {
    kind: 'google',
    hints: ['AIza', 'GOCSPX-', 'ya29.'],
    pattern: /AIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])|GOCSPX-[A-Za-z0-9_-]{28}|ya29\.[A-Za-z0-9_-]{20,2048}/,
  },
  {kind: 'npm', hints: ['npm_'], pattern: /npm_[A-Za-z0-9]{36}(?![A-Za-z0-9])/},
  {kind: 'pypi', hints: ['pypi-Ag'], pattern: /pypi-Ag[A-Za-z0-9_-]{48,2048}/},
  {kind: 'hugging-face', hints: ['hf_'], pattern: /hf_[A-Za-z0-9]{34,100}(?![A-Za-z0-9_])/},
  {
    kind: 'twilio',
    hints: TWILIO,
    pattern: word(/(?:SK|AC)[0-9a-f]{32}(?![A-Za-z0-9])/),
  },
  {
    kind: 'twilio',
    hints: TWILIO,
    pattern: /auth_?token\\{0,15}["']?[\s:=]{1,10}\\{0,15}["']?(?<secret>[0-9a-f]{32})(?![A-Za-z0-9])/i,
  },
  {
    kind: 'azure-storage',
    hints: ['AccountKey=', 'SharedAccessKey='],
    pattern: /(?:AccountKey|SharedAccessKey)=(?<secret>[A-Za-z0-9+/]{42,88}={0,2})/,
  },
  {
    kind: 'jwt',
    hints: ['eyJ'],
    pattern: word(/eyJ[A-Za-z0-9_-]{8,8192}\.eyJ[A-Za-z0-9_-]{8,16384}\.[A-Za-z0-9_-]{8,4096}/),
  },
  {kind: 'private-key', hints: ['PRIVATE KEY'], pattern: privateKeyBlocks},
];

const BY_PLACE: readonly SecretPattern[] = [
  {
    kind: SECRET_BY_PLACE,
    hints: ['uthorization', 'UTHORIZATION'],
    pattern:
      /authorization\\{0,15}["']?\s{0,3}[:=]\s{0,3}\\{0,15}["']?(?:bearer|basic|token|apikey|negotiate)\s{1,3}(?<secret>[A-Za-z0-9._~+/=-]{8,16384})/i,
  },
  {
    kind: SECRET_BY_PLACE,
    hints: ['earer '],
    pattern: /[Bb]earer {1,3}(?<secret>(?=[A-Za-z._~+/=-]{0,60}\d)[A-Za-z0-9._~+/=-]{20,16384})/,
  },
  {
    kind: SECRET_BY_PLACE,
    hints: ['-key', '-Key', '-KEY', '-token', '-Token', '-TOKEN'],
    pattern: /(?:api-key|auth-token|private-token)\s{0,3}:\s{0,3}(?<secret>[A-Za-z0-9._~+/=-]{8,4096})/i,
  },
  {
    kind: SECRET_BY_PLACE, // of `scheme://user:password@host`
    hints: ['://'],
    pattern: /(?<=[A-Za-z0-9]):\/\/[^\s/:@?#"'<>\\]{0,255}:(?<secret>(?![${<])[^\s/@?#"'<>\\]{1,255})@/,
  },
  {
    kind: SECRET_BY_PLACE, // of `A_TOKEN=value` in a line of shell or an .env file
    hints: ['_TOKEN=', '_SECRET=', '_KEY=', '_PASSWORD='],
    pattern:
      /[A-Z0-9]_(?:TOKEN|SECRET|KEY|PASSWORD)=(?<secret>[^\s"'\\;&|<>()$`{},][^\s"'\\;&|<>()`]{3,4095})/,
  },
  {
    kind: SECRET_BY_PLACE,
    hints: ['_TOKEN=', '_SECRET=', '_KEY=', '_PASSWORD='],
    pattern:
      /[A-Z0-9]_(?:TOKEN|SECRET|KEY|PASSWORD)=(?<quote>\\{0,15}["'])(?<secret>[^\s"'\\$][^"'\\\r\n]{3,4095})\k<quote>/,
  },
];

/** What a redactor looks for unless it is told otherwise; the first that finds a span names its kind. */
export const SECRET_PATTERNS: readonly SecretPattern[] = [...BY_SHAPE, ...BY_PLACE];

function word(pattern: RegExp): RegExp {
  return new RegExp(`${START.source}(?:${pattern.source})`, pattern.flags);
}
