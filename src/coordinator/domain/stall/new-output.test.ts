import {describe, expect, it} from 'vitest';

import {isNewOutput, printedLines} from './new-output.ts';

describe('output is news', () => {
  it.each<[string, string | undefined, string]>([
    ['when it is the first', '', 'a\n'],
    ['when a line is another one', 'a\n', 'b\n'],
    ['when one of many lines is another one', 'a\n', 'a\na\nb\na\n'],
    ['when a counter goes on', '\r1 of 9', '\r2 of 9\r'],
    ['when a glyph turns', '-\r', '\\\r|\r'],
    ['when a line that is begun is another one already', 'wait\n', 'wad'],
    ['when a line grows', 'a\n..', '.'],
    ['when it is two lines of which nobody knows what was before', undefined, 'rn\na\nb\n'],
    ['when it is the begin of the first line', '', 'a'],
  ])('%s', (_, before, added) => {
    expect(isNewOutput(before, added)).toBe(true);
  });
});

describe('output is no news', () => {
  it.each<[string, string | undefined, string]>([
    ['when it is the line before once more', 'a\n', 'a\n'],
    ['however often', 'x\na\n', 'a\n'.repeat(100)],
    ['when the line comes in pieces', 'waiting\nwai', 'ting\nwait'],
    ['when it is blank', 'a\n', '\n \n\r\n'],
    ['when it is printed in the same place', '\rwaiting', '\rwaiting\r'],
    ['when it is drawn anew', 'wait\n', '\u001b[2K\u001b[1G\u001b[32mwait\u001b[0m\n'],
    ['when it is the same by backspaces', '\b-', '\b-\b'],
    ['when all that is known of it is one line', undefined, 'ting\nwaiting\nwaiting\nwai'],
    ['when only the cursor moves', 'a\nb', '\u001b[?25l'],
  ])('%s', (_, before, added) => {
    expect(isNewOutput(before, added)).toBe(false);
  });
});

it('tells which lines a text prints', () => {
  expect(printedLines('a\r\n\u001b[1mb\u001b[0m \r\rc')).toEqual(['a', 'b', 'c']);
});
