import {describe, expect, it} from 'vitest';

import {CUT_LOOKAHEAD_BYTES, LineCutter, MAX_LINE_BYTES, spanOfRecords} from './spool-lines.ts';

describe('LineCutter', () => {
  it('takes a line without its \\n or \\r\\n and leaves a lone \\r in the data', () => {
    expect(cuts('ab\ncd\r\n\n\r\ne\rf\n')).toEqual([
      {end: 2, next: 3, partial: false},
      {end: 5, next: 7, partial: false},
      {end: 7, next: 8, partial: false},
      {end: 8, next: 10, partial: false},
      {end: 13, next: 14, partial: false},
    ]);
  });

  it('leaves an unfinished line alone until the stream ends', () => {
    expect(cuts('ab\ncd')).toEqual([{end: 2, next: 3, partial: false}]);
    expect(cuts('ab\r')).toEqual([]);
    expect(cuts('ab\r', true)).toEqual([{end: 3, next: 3, partial: true}]);
    expect(cuts('', true)).toEqual([]);
  });

  it.each(['\n', '\r\n'])('keeps a line of exactly the limit whole before %j', ending => {
    const line = 'x'.repeat(MAX_LINE_BYTES);
    expect(cuts(line + ending)).toEqual([
      {end: MAX_LINE_BYTES, next: MAX_LINE_BYTES + ending.length, partial: false},
    ]);
  });

  it('does not decide on a cut before it has seen two bytes more', () => {
    const line = 'x'.repeat(MAX_LINE_BYTES);
    expect(cuts(line)).toEqual([]);
    expect(cuts(`${line}\r`)).toEqual([]);
    expect(cuts(`${line}x`)).toEqual([]);
    expect(cuts(`${line}xx`)).toEqual([{end: MAX_LINE_BYTES, next: MAX_LINE_BYTES, partial: true}]);
    expect(cuts(`${line}x`, true)).toHaveLength(2);
    expect(cuts(`${line}\r`, true)).toHaveLength(2);
    expect(cuts(line, true)).toEqual([{end: MAX_LINE_BYTES, next: MAX_LINE_BYTES, partial: true}]);
  });

  it('cuts a longer line into pieces of the limit, the last of which is not partial', () => {
    expect(cuts(`${'x'.repeat(2 * MAX_LINE_BYTES + 1)}\r\ny\n`)).toEqual([
      {end: MAX_LINE_BYTES, next: MAX_LINE_BYTES, partial: true},
      {end: 2 * MAX_LINE_BYTES, next: 2 * MAX_LINE_BYTES, partial: true},
      {end: 2 * MAX_LINE_BYTES + 1, next: 2 * MAX_LINE_BYTES + 3, partial: false},
      {end: 2 * MAX_LINE_BYTES + 4, next: 2 * MAX_LINE_BYTES + 5, partial: false},
    ]);
  });

  it.each(['é', '€', '😀'])('backs a cut up to the start of %s', character => {
    const size = Buffer.byteLength(character);
    for (let inside = 0; inside <= size; inside++) {
      const first = 'x'.repeat(MAX_LINE_BYTES - inside) + character;
      const backed = inside > 0 && inside < size ? inside : 0;
      expect(cuts(`${first}yyyy\n`)[0]?.end).toBe(MAX_LINE_BYTES - backed);
    }
  });

  it.each([
    ['a stray continuation', [0x80, 0x80, 0x80, 0x80]],
    ['an overlong form', [0xe0, 0x80, 0x80, 0x79]],
    ['a surrogate', [0xed, 0xa0, 0x80, 0x79]],
    ['a code point beyond Unicode', [0xf5, 0x80, 0x80, 0x80]],
    ['a broken sequence', [0xe2, 0x82, 0x79, 0x79]],
  ])('backs a cut up for no %s', (_name, bytes) => {
    const line = Buffer.concat([
      Buffer.alloc(MAX_LINE_BYTES - 1, 'x'),
      Buffer.from(bytes),
      Buffer.from('yy\n'),
    ]);
    expect(cuts(line)[0]?.end).toBe(MAX_LINE_BYTES);
  });

  it('cuts the same with no more than the bytes it asks for', () => {
    const line = Buffer.from(`${'x'.repeat(MAX_LINE_BYTES - 1)}😀😀\n`);
    expect(cuts(line.subarray(0, CUT_LOOKAHEAD_BYTES))[0]).toEqual(cuts(line)[0]);
  });
});

describe('spanOfRecords', () => {
  const chunk = Buffer.from('one\ntwo\r\n\nfour\nrest');

  it('counts the bytes of the records asked for, line ends included', () => {
    expect(spanOfRecords(chunk, chunk.length, 0, false)).toEqual({consumed: 0, records: 0});
    expect(spanOfRecords(chunk, chunk.length, 1, false)).toEqual({consumed: 4, records: 1});
    expect(spanOfRecords(chunk, chunk.length, 3, false)).toEqual({consumed: 10, records: 3});
  });

  it('answers how many there were when fewer are whole', () => {
    expect(spanOfRecords(chunk, chunk.length, 9, false)).toEqual({consumed: 15, records: 4});
    expect(spanOfRecords(chunk, chunk.length, 9, true)).toEqual({consumed: 19, records: 5});
    expect(spanOfRecords(chunk, 5, 9, false)).toEqual({consumed: 4, records: 1});
  });
});

interface Cut {
  end: number;
  next: number;
  partial: boolean;
}

function cuts(text: string | Buffer, atEnd = false): Cut[] {
  const chunk = Buffer.from(text);
  const cutter = new LineCutter();
  const all: Cut[] = [];
  for (let start = 0; cutter.cut(chunk, start, chunk.length, atEnd); start = cutter.next) {
    all.push({end: cutter.end, next: cutter.next, partial: cutter.partial});
  }
  return all;
}
