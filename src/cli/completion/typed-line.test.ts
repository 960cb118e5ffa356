import {expect, it} from 'vitest';

import type {Shell} from '../definitions/shared.ts';
import {readLine} from './typed-line.ts';

function words(line: string, shell: Shell = 'bash'): string[] {
  const {words: finished, current} = readLine(line, shell);
  return [...finished, current].map(({text}) => text);
}

it('words end at blanks that are not quoted', () => {
  expect(words('stint logs np')).toEqual(['stint', 'logs', 'np']);
  expect(words('stint  logs ')).toEqual(['stint', 'logs', '']);
  expect(words('stint "a b" \'c d\' e\\ f')).toEqual(['stint', 'a b', 'c d', 'e f']);
  expect(words('stint "a b')).toEqual(['stint', 'a b']);
  expect(words('stint ""')).toEqual(['stint', '']);
  expect(words('a\\\nb')).toEqual(['ab']);
});

it('a backslash counts as its shell has it', () => {
  expect(words("x 'a\\'b")).toEqual(['x', 'a\\b']);
  expect(words("x 'a\\'b", 'fish')).toEqual(['x', "a'b"]);
  expect(words('x "\\`\\a\\$"')).toEqual(['x', '`\\a$']);
  expect(words('x "\\`\\$"', 'fish')).toEqual(['x', '\\`$']);
  expect(words('x a\\')).toEqual(['x', 'a']);
});

it('nothing is expanded', () => {
  expect(words('x $HOME ~ $(y) `z`')).toEqual(['x', '$HOME', '~', '$(y)', '`z`']);
});

it('what is kept ends behind the last break that is not quoted, or the open quote', () => {
  const kept = (line: string) => readLine(line, 'bash', ' "\':=').current.kept;
  expect(kept('x a:b=c')).toBe(4);
  expect(kept('x a\\:b')).toBe(0);
  expect(kept('x "a:b')).toBe(0);
  expect(kept('x a"b:c')).toBe(1);
  expect(kept('x "a"b')).toBe(1);
});
