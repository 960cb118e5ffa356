import {join, normalize} from 'node:path';

import fc from 'fast-check';
import {describe, expect, it} from 'vitest';

import {jobDirectoryName, nameProblem} from './job-directory-name.ts';

/** Any text, and texts made of what is special to paths, to the encoding and to attempts. */
const names = fc.oneof(
  fc.string({unit: 'binary', minLength: 1, maxLength: 300}),
  fc
    .array(
      fc.constantFrom('.', '..', '/', '\\', '%', '%2E', '~', '@', '@2', ':', ' ', 'a', 'A', 'é', '💥', '-'),
      {
        minLength: 1,
        maxLength: 80,
      },
    )
    .map(parts => parts.join('')),
);
const attempts = fc.integer({min: 1, max: 30});

describe('jobDirectoryName', () => {
  it('keeps what is safe readable', () => {
    expect(jobDirectoryName('build-all_2.0', 1)).toBe('build-all_2.0');
    expect(jobDirectoryName('build', 2)).toBe('build@2');
    expect(jobDirectoryName('a/b', 1)).toBe('a%2Fb');
    expect(jobDirectoryName('../x', 1)).toBe('%2E.%2Fx');
    expect(jobDirectoryName('💥', 1)).toBe('%F0%9F%92%A5');
  });

  it('is one component of a path that stays below its directory, whatever the name', () => {
    fc.assert(
      fc.property(names, attempts, (name, attempt) => {
        const component = jobDirectoryName(name, attempt);
        expect(component).toMatch(/^[A-Za-z0-9_%~-][A-Za-z0-9._%~@-]*$/);
        expect(normalize(join('/jobs', component))).toBe(`/jobs/${component}`);
        expect(Buffer.byteLength(component)).toBeLessThanOrEqual(128);
      }),
      {numRuns: 1000},
    );
  });

  it('is another one for another name or another attempt', () => {
    fc.assert(
      fc.property(names, attempts, names, attempts, (name, attempt, otherName, otherAttempt) => {
        fc.pre(wellFormed(name) !== wellFormed(otherName) || attempt !== otherAttempt);
        expect(jobDirectoryName(name, attempt)).not.toBe(jobDirectoryName(otherName, otherAttempt));
      }),
      {numRuns: 2000},
    );
  });

  it.each([
    ['an attempt', 'a', 2, 'a@2', 1],
    ['the encoding', 'a/b', 1, 'a%2Fb', 1],
    ['a hidden file', '.a', 1, '%2Ea', 1],
    ['a long name that is cut', 'x'.repeat(200), 1, 'x'.repeat(201), 1],
    ['a name that looks cut', 'x'.repeat(200), 1, jobDirectoryName('x'.repeat(200), 1), 1],
    [
      'names cut inside an encoded byte',
      `${'x'.repeat(102)}💥${'y'.repeat(50)}`,
      1,
      `${'x'.repeat(102)}💣${'y'.repeat(50)}`,
      1,
    ],
  ])('does not confuse a name with %s', (_what, name, attempt, otherName, otherAttempt) => {
    expect(jobDirectoryName(name, attempt)).not.toBe(jobDirectoryName(otherName, otherAttempt));
  });
});

describe('nameProblem', () => {
  it.each([
    ['', 'it is empty'],
    [' \t ', 'it is empty'],
    ['a\nb', 'it holds a control character'],
    ['a\u0000b', 'it holds a control character'],
    ['x'.repeat(300), 'it is 300 bytes long, at most 255 are possible'],
    ['💥'.repeat(64), 'it is 256 bytes long, at most 255 are possible'],
  ])('refuses %j', (name, problem) => {
    expect(nameProblem(name)).toBe(problem);
  });

  it.each(['../x', 'a/b', 'a:b', '.', '..', '💥', 'x'.repeat(255), 'a b', '@2', '%'])('allows %j', name => {
    expect(nameProblem(name)).toBeUndefined();
  });
});

/** A lone surrogate has no UTF-8: it is written as U+FFFD, on disk as on the wire. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}
