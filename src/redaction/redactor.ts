/**
 * Keeps secrets out of what is recorded. A redactor gives a copy of a record with a placeholder for each secret,
 * `[REDACTED:<kind>:<8 hex digits>]`, where the digits are of an HMAC-SHA256 under a key: equal secrets stay equal, and
 * nobody without the key can try out what they were. The record that it is given is never changed.
 *
 * It finds what has a known form, what stands at a known place (a password in a URL, a value of `api_key`), and what it was
 * told. A secret that comes in pieces over several records, or is no string, is not found.
 */
import {StintError} from '../base/index.ts';
import {givenSecrets} from './given-secrets.ts';
import {behindScheme, keyedValues} from './keyed-values.ts';
import {secretTest} from './may-hold-secret.ts';
import {textFinder, withPlaceholders} from './redact-text.ts';
import {redactedCopy} from './redacted-copy.ts';
import {secretKeys} from './secret-keys.ts';
import {SECRET_BY_PLACE, type SecretPattern} from './secret-pattern.ts';
import {SECRET_PATTERNS} from './secret-patterns.ts';

/** The record without its secrets: a copy, or the record itself where it holds none. */
export type Redactor = <T extends object>(record: T) => T;

export interface RedactorOptions {
  /** Of the placeholders, at least one byte. Secret, and the same wherever placeholders are to be compared. */
  readonly key: string | Uint8Array;
  /** Instead of `SECRET_PATTERNS`. */
  readonly patterns?: readonly SecretPattern[];
  /** Texts that are secret wherever they stand. One of fewer than four characters is left out. */
  readonly secrets?: readonly string[];
  /** Names of further keys whose values are secret; case and what is no letter or digit make no difference. */
  readonly secretKeys?: readonly string[];
}

/**
 * A redactor for strings anywhere in a record (an event of an agent), also keys, and JSON within strings. It leaves alone numbers, `type`,
 * `session_id` and the record's other `…_id`s, and signed or encrypted fields, which a change would make worthless. Gives the
 * record itself when it finds nothing. Takes time in proportion to the record's size. Throws a `StintError` with code `USAGE`
 * for an empty key or a kind that no placeholder can hold; the redactor throws a `RangeError` for a record that is nested
 * too deep, or in itself, which JSON cannot write either.
 */
export function createRedactor(options: RedactorOptions): Redactor {
  const {key, patterns = SECRET_PATTERNS, secrets = []} = options;
  check(key, patterns);
  const keys = secretKeys(options.secretKeys);
  const mayHold = secretTest(keys.endings);
  const known = patterns.filter(pattern => SECRET_PATTERNS.includes(pattern));
  const others = patterns.filter(pattern => !SECRET_PATTERNS.includes(pattern));
  const findOthers = textFinder(secrets.length > 0 ? [givenSecrets(secrets), ...others] : others);
  const findKnown = textFinder([...known, {kind: SECRET_BY_PLACE, pattern: keyedValues(keys)}]);

  const redactText = (text: string, isSecret: boolean) => {
    const mayHoldKnown = isSecret || mayHold(text);
    const findings = mayHoldKnown ? [findOthers(text), findKnown(text)].flat() : findOthers(text);
    if (isSecret) findings.push({start: behindScheme(text, 0), end: text.length, kind: SECRET_BY_PLACE});
    return findings.length === 0 ? text : withPlaceholders(text, findings, key);
  };
  return redactedCopy(redactText, keys.isSecret);
}

function check(key: string | Uint8Array, patterns: readonly SecretPattern[]): void {
  if (key.length === 0)
    throw new StintError('USAGE', 'Secrets cannot be redacted: the key is empty.', {
      hint: 'Give 16 random bytes or more.',
    });
  for (const {kind} of patterns) {
    if (!/^[a-z0-9-]+$/.test(kind))
      throw new StintError('USAGE', `Secrets cannot be redacted: '${kind}' cannot stand in a placeholder.`, {
        hint: 'A kind has lower-case letters, digits and dashes.',
      });
  }
}
