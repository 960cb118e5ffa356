import fc from 'fast-check';
import {describe, expect, it} from 'vitest';

import {isSecretName, secretValues} from './secret-names.ts';

const suffixes = fc
  .tuple(fc.constantFrom('TOKEN', 'SECRET', 'KEY', 'PASSWORD'), fc.array(fc.boolean(), {maxLength: 8}))
  .map(([word, upper]) => [...word].map((char, at) => (upper[at] ? char : char.toLowerCase())).join(''));
const secretNames = fc
  .tuple(fc.stringMatching(/^[A-Za-z][A-Za-z0-9_]{0,10}$/), suffixes)
  .map(([start, suffix]) => `${start}_${suffix}`);

describe('isSecretName', () => {
  it('knows the four endings in any case', () => {
    fc.assert(
      fc.property(secretNames, name => {
        expect(isSecretName(name)).toBe(true);
      }),
    );
  });

  it.each(['TOKEN', 'KEYBOARD', 'MY_KEYS', 'TOKEN_NAME', 'MONKEY', 'PATH'])(
    'does not take %s for a secret',
    name => {
      expect(isSecretName(name)).toBe(false);
    },
  );
});

describe('secretValues', () => {
  it('takes a value with = and skips what is too short to be told from other text', () => {
    expect(secretValues(['A_KEY=a=b=c', 'B_TOKEN=abc', 'C_TOKEN=', 'PLAIN=abcdef', 'NOTHING'])).toEqual([
      'a=b=c',
    ]);
  });
});
