import fc from 'fast-check';
import {describe, expect, it} from 'vitest';

import {secretValues} from './secret-names.ts';
import {redactShellText} from './shell-text.ts';

const suffixes = fc
  .tuple(fc.constantFrom('TOKEN', 'SECRET', 'KEY', 'PASSWORD'), fc.array(fc.boolean(), {maxLength: 8}))
  .map(([word, upper]) => [...word].map((char, at) => (upper[at] ? char : char.toLowerCase())).join(''));
const secretNames = fc
  .tuple(fc.stringMatching(/^[A-Za-z][A-Za-z0-9_]{0,10}$/), suffixes)
  .map(([start, suffix]) => `${start}_${suffix}`);
/** Printable and without quotes: what a shell word can be. */
const values = fc.stringMatching(/^[A-Za-z0-9+/.:@-]{4,30}$/);

describe('redactShellText', () => {
  it('leaves no value of a secret variable in a text, wherever it stands', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(secretNames, values), {minLength: 1, maxLength: 6}),
        fc.array(fc.string(), {minLength: 7, maxLength: 7}),
        (variables, between) => {
          const secrets = secretValues(variables.map(([name, value]) => `${name}=${value}`));
          const text = variables.map(([, value], at) => `${between[at]} ${value} `).join('');
          const redacted = redactShellText(text, secrets);
          for (const [, value] of variables) expect(redacted).not.toContain(value);
        },
      ),
    );
  });

  it('hides what is given to a secret name in the text itself', () => {
    fc.assert(
      fc.property(secretNames, values, fc.constantFrom('', '"', "'"), (name, value, quote) => {
        const redacted = redactShellText(`cmd --env ${name}=${quote}${value}${quote} next`, []);
        expect(redacted).toBe(`cmd --env ${name}=*** next`);
      }),
    );
  });

  it('hides the longer of two values of which one contains the other as a whole', () => {
    const secrets = secretValues(['A_KEY=hunter', 'B_KEY=hunter2-and-more']);
    expect(redactShellText('x hunter2-and-more hunter y', secrets)).toBe('x *** *** y');
  });

  it('hides a value that a line of shell writes with quotes of its own', () => {
    const typed = `stint run --env 'A_TOKEN=it'\\''s me' -- curl 'it'\\''s me'`;
    expect(redactShellText(typed, secretValues(["A_TOKEN=it's me"]))).toBe(
      "stint run --env 'A_TOKEN=***' -- curl '***'",
    );
  });

  it('hides the whole of a quoted value that is given to a secret name', () => {
    expect(redactShellText(`env 'A_TOKEN=my '\\''own'\\'' secret' cmd 'B=my own'`, [])).toBe(
      "env 'A_TOKEN=***' cmd 'B=my own'",
    );
    expect(redactShellText("A_TOKEN='my secret' cmd", [])).toBe('A_TOKEN=*** cmd');
  });

  it.each([
    [`cd a && A_KEY='my own' cmd`, 'cd a && A_KEY=*** cmd'],
    [`A_KEY="my \\" own" cmd`, 'A_KEY=*** cmd'],
    ['A_KEY=my\\ own; cmd', 'A_KEY=***; cmd'],
    [`A_KEY=a'my'"own b" cmd`, 'A_KEY=*** cmd'],
    [`A_KEY="my own`, 'A_KEY=***'],
    [`env "a_key=my own" cmd`, 'env "a_key=***" cmd'],
    [`run '--env=A_KEY=my own' cmd`, `run '--env=A_KEY=***' cmd`],
    [`run -c 'cd a; A_KEY='\\''my own'\\'' cmd' x`, `run -c 'cd a; A_KEY=***' x`],
    ['A_KEY=my\\', 'A_KEY=***'],
  ])('hides the value in %j', (text, wanted) => {
    expect(redactShellText(text, [])).toBe(wanted);
  });

  it('leaves a text without secrets as it is', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z ./-]{0,60}$/), text => {
        expect(redactShellText(text, secretValues(['PATH=/bin', 'A_KEY=S3CRET']))).toBe(text);
      }),
    );
  });
});
