import fc from 'fast-check';
import {describe, expect, it} from 'vitest';

import {type LinePart, lineParts} from './tolerant-line.ts';

const parts = (line: string): LinePart[] => {
  const bytes = Buffer.from(line);
  return lineParts(bytes, 0, bytes.length);
};
/** What each part says: the text of a record, or the reason and the text of what was skipped. */
const told = (line: string): string[] =>
  parts(line).map(part => {
    const text = Buffer.from(line).toString('utf8', part.from, part.to);
    return part.kind === 'record' ? text : `${part.reason}: ${text}`;
  });

const A = '{"seq":1,"data":"a {\\"b\\":[\\\\"}';
const B = '{"seq":2,"data":{"x":[{"y":"}"}]}}';
const C = '{"seq":3}';

describe('the parts of a line', () => {
  it.each<[string, string, string[]]>([
    ['one record', A, [A]],
    ['nothing', '', []],
    ['white space', ' \t\r', []],
    ['white space around a record', `  ${B}\t\r`, [B]],
    ['a byte order mark', `\uFEFF${B}`, [B]],
    ['a byte order mark alone', '\uFEFF', []],
    ['records of which the newlines were lost', `${A}${B} ${C}`, [A, B, C]],
    ['two files that were joined', `${A}\uFEFF${B}`, [A, B]],
    ['NULs before a record', `\0\0\0${C}`, ['nul: \0\0\0', C]],
    ['NULs behind and between records', `${A}\0${B}\0\0`, [A, 'nul: \0', B, 'nul: \0\0']],
    [
      'NULs inside a record',
      '{"seq":1,"da\0\0ta":1}',
      ['not_a_record: {"seq":1,"da', 'nul: \0\0', 'not_a_record: ta":1}'],
    ],
    ['no JSON', 'rubbish', ['not_a_record: rubbish']],
    ['JSON that is no object', '[1]', ['not_a_record: [1]']],
    ['an array of objects', '[{"a":1},{"b":2}]', ['not_a_record: [{"a":1},{"b":2}]']],
    ['a fragment', '{"seq":1,"data":{"x":1}', ['not_a_record: {"seq":1,"data":{"x":1}']],
    ['braces that match and are no JSON', '{"seq":1,}', ['not_a_record: {"seq":1,}']],
    ['a record with rubbish behind it', `${A}rubbish`, [A, 'not_a_record: rubbish']],
    ['rubbish with a record behind it', `rubbish${B}`, ['not_a_record: rubbish', B]],
    [
      'a fragment that ends behind a whole object',
      `{"seq":0,"plan":[{"x":1},{"y":2}${A}${B}`,
      ['not_a_record: {"seq":0,"plan":[{"x":1},{"y":2}', A, B],
    ],
    ['a record, a fragment, a record', `${A}{"seq":2,"da${C}`, [A, 'not_a_record: {"seq":2,"da', C]],
    [
      'the end of a torn record behind NULs, which holds an object',
      '\0{"x":1},"y":[{"z":2}]}',
      ['nul: \0', 'not_a_record: {"x":1},"y":[{"z":2}]}'],
    ],
  ])('are found in %s', (_, line, wanted) => {
    expect(told(line)).toEqual(wanted);
  });

  it('give the whole record behind a fragment, wherever the one before was torn', () => {
    for (const torn of [A, B]) {
      for (let bytes = 1; bytes < torn.length; bytes += 1) {
        for (const good of [A, B, C]) {
          const fragment = torn.slice(0, bytes);
          expect(told(`${fragment}${good}`)).toEqual([`not_a_record: ${fragment}`, good]);
        }
      }
    }
  });

  it('are all bytes but white space and byte order marks, of any line', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        A,
        B,
        C,
        '{',
        '}',
        '"',
        '\\',
        '\0',
        '{"',
        ',',
        ':',
        '[',
        ']',
        ' ',
        '\r',
        '\uFEFF',
        '1',
        '{}',
      ),
      fc.string(),
      fc.jsonValue().map(value => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(fc.array(piece, {maxLength: 8}), pieces => {
        const line = Buffer.from(pieces.join('').replaceAll('\n', ''));
        let at = 0;
        for (const part of [
          ...lineParts(line, 0, line.length),
          {kind: 'end', from: line.length, to: line.length},
        ]) {
          expect(line.toString('utf8', at, part.from).replace(/[ \t\r\uFEFF]/g, '')).toBe('');
          at = part.to;
          if (part.kind !== 'record') continue;
          const {value} = part as LinePart & {kind: 'record'};
          expect(value).toEqual(JSON.parse(line.toString('utf8', part.from, part.to)));
          expect(Array.isArray(value)).toBe(false);
        }
      }),
      {numRuns: 500},
    );
  });

  it.each([
    ['open brackets', Buffer.alloc(3_000_000, '{"a":')],
    ['starts of strings', Buffer.alloc(3_000_000, '{"')],
    ['objects in a list', Buffer.alloc(3_000_000, '{"a":1},')],
    ['half records', Buffer.alloc(3_000_000, '{"seq":1,"data":["x')],
  ])('are given up in bounded time where the line is a flood of %s', (_, line) => {
    const parts = lineParts(line, 0, line.length); // else this would be hours, which no test is given
    expect(parts.length).toBeGreaterThan(0);
  });
});
