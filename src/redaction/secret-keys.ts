/** Which keys of an object tell that their values are secret. */
import {isSecretName} from './secret-names.ts';

/** How such a key ends when only its letters and digits are left, in lower case. */
const ENDINGS =
  /(?:password|passwd|passphrase|secret|authorization|apikey|secretkey|privatekey|accesskey|(?:access|refresh|auth|session|bearer|id|api|security)token)$/;
const WHOLE: ReadonlySet<string> = new Set(['token', 'cookie', 'setcookie']);

/** Expressions for how such a key ends as it is written. */
const WRITTEN = ['password', 'passwd', 'passphrase', 'secret', 'authorization', 'cookie', 'key', 'token'];

export interface SecretKeys {
  /** `api_key`, `apiKey`, `X-Api-Key`, `OPENAI_API_KEY`, …, and the names that were given, however they are written. */
  readonly isSecret: (key: string) => boolean;
  /** What one of them ends with, in any case: regular expressions. */
  readonly endings: readonly string[];
}

export function secretKeys(given: readonly string[] = []): SecretKeys {
  const names = new Set([...WHOLE, ...given.map(plain).filter(name => name !== '')]);
  const isSecret = (key: string) => {
    const name = plain(key);
    if (names.has(name) || ENDINGS.test(name) || given.includes(key)) return true;
    return key === key.toUpperCase() && isSecretName(key);
  };
  const last = given.flatMap(name => /[\p{L}\p{N}](?=[^\p{L}\p{N}]*$)/u.exec(name)?.[0] ?? []);
  return {isSecret, endings: [...WRITTEN, ...Array.from(new Set(last), char => `${char}[_.-]{0,3}`)]};
}

function plain(key: string): string {
  return key.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}
