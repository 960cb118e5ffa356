import {describe, expect, it} from 'vitest';

import {COPY_SLACK_BYTES, JsonEscaper, MAX_ESCAPED_BYTES} from './json-escape.ts';

describe('JsonEscaper', () => {
  it('writes every ASCII character as JSON.stringify does, wherever in a word of four it stands', () => {
    for (let code = 0; code < 0x80; code++) {
      if (code === 0x0a) continue;
      for (let before = 0; before < 5; before++) {
        for (let behind = 0; behind < 6; behind++) {
          const line = 'a'.repeat(before) + String.fromCharCode(code) + 'z'.repeat(behind);
          expect(copied(Buffer.from(line)).text).toBe(JSON.stringify(line).slice(1, -1));
        }
      }
    }
  });

  it('copies characters beyond ASCII as they are', () => {
    const line = 'é€😀\u2028\u2029\ufeff\u007f\u0080\uffff "x" \\ 漢字';
    expect(copied(Buffer.from(`${line}\n`)).text).toBe(JSON.stringify(line).slice(1, -1));
  });

  it('marks two special bytes of one word each on its own', () => {
    for (const line of [
      '""""',
      '\\\\\\\\',
      '\u0000!\u0001!',
      '!" #',
      '\u001f \u001f ',
      '"\\"\\ab',
      '\u0080"\u00ff\\',
    ]) {
      expect(copied(Buffer.from(`${line}\n`)).text).toBe(JSON.stringify(line).slice(1, -1));
    }
  });

  it('stops behind the line end and reads no further', () => {
    expect(copied(Buffer.from('ab\ncd\n'))).toEqual({text: 'ab', read: 3});
    expect(copied(Buffer.from('ab\r\ncd\n'))).toEqual({text: 'ab', read: 4});
    expect(copied(Buffer.from('\n\n'))).toEqual({text: '', read: 1});
    expect(copied(Buffer.from('a\rb\r\r\n'))).toEqual({text: 'a\\rb\\r', read: 6});
  });

  it('stops at the end it is given when no line end comes before', () => {
    const source = Buffer.from('abcdefg\r\n');
    expect(copied(source, 7)).toEqual({text: 'abcdefg', read: 7});
    expect(copied(source, 8)).toEqual({text: 'abcdefg\\r', read: 8});
  });

  it('stays within the worst case and its slack', () => {
    const source = Buffer.alloc(33, 1);
    expect(copied(source).text).toBe('\\u0001'.repeat(33));
  });
});

function copied(source: Buffer, end = source.length): {text: string; read: number} {
  const target = Buffer.alloc(source.length * MAX_ESCAPED_BYTES + COPY_SLACK_BYTES);
  const escaper = new JsonEscaper(viewOf(target));
  escaper.copyLine(viewOf(source), 0, end, 0);
  return {text: target.toString('utf8', 0, escaper.written), read: escaper.read};
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
