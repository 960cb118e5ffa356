import {join, normalize} from 'node:path';

import fc from 'fast-check';
import {describe, expect, it} from 'vitest';

import {pathComponent} from './path-component.ts';

/** Any text, also with halves of surrogate pairs, and texts made of what is special to paths and to the encoding. */
const names = fc.oneof(
  fc.array(fc.integer({min: 0, max: 0xffff}), {maxLength: 60}).map(codes => String.fromCharCode(...codes)),
  fc.string({unit: 'binary', maxLength: 300}),
  fc
    .array(
      fc.constantFrom(
        '.',
        '/',
        '\\',
        '%',
        '%2E',
        '~',
        '@',
        ' ',
        'a',
        'A',
        'é',
        '💥',
        '\ud83d',
        '\udca5',
        '\ufffd',
        '\0',
      ),
      {maxLength: 80},
    )
    .map(parts => parts.join('')),
);

describe('pathComponent', () => {
  it.each([
    ['build-all_2.0', 'build-all_2.0'],
    ['a/b', 'a%2Fb'],
    ['..', '%2E.'],
    ['.a', '%2Ea'],
    ['', '%'],
    ['\0', '%00'],
    ['💥', '%F0%9F%92%A5'],
    ['\ud83d', '%ED%A0%BD'],
    ['\ufffd', '%EF%BF%BD'],
  ])('writes %j as %s', (name, component) => {
    expect(pathComponent(name)).toBe(component);
  });

  it('is one component of a path that stays below its directory, whatever the name', () => {
    fc.assert(
      fc.property(names, name => {
        const component = pathComponent(name);
        expect(component).toMatch(/^[A-Za-z0-9_%~-][A-Za-z0-9._%~-]*$/);
        expect(normalize(join('/d', component))).toBe(`/d/${component}`);
        expect(component.length).toBeLessThanOrEqual(120);
      }),
      {numRuns: 1000},
    );
  });

  it('is another one for another name', () => {
    fc.assert(
      fc.property(names, names, (name, other) => {
        fc.pre(name !== other);
        expect(pathComponent(name)).not.toBe(pathComponent(other));
      }),
      {numRuns: 2000},
    );
  });

  it.each([
    ['one that is hidden', '.a', '%2Ea'],
    ['one that is empty', '', '%'],
    ['one that differs where both are cut', 'x'.repeat(200), 'x'.repeat(201)],
    ['one that looks cut', 'x'.repeat(200), pathComponent('x'.repeat(200))],
    ['one with the other half of a pair', '\ud83d', '\udca5'],
    ['one with the sign for what is not known', `${'\ud83d'.repeat(5000)}`, '\ufffd'.repeat(5000)],
    [
      'one that is cut inside an encoded byte',
      `${'x'.repeat(102)}💥${'y'.repeat(50)}`,
      `${'x'.repeat(102)}💣${'y'.repeat(50)}`,
    ],
  ])('does not confuse a name with %s', (_what, name, other) => {
    expect(pathComponent(name)).not.toBe(pathComponent(other));
  });
});
