import {describe, expect, it} from 'vitest';

import {stringifyWellFormed} from '../../../../base/index.ts';
import {MAX_LINE_BYTES} from './spool-lines.ts';
import {type Batch, MIN_OUTPUT_BYTES, SpoolTranscoder, type Transcoded} from './spool-transcoder.ts';

describe('SpoolTranscoder', () => {
  it('writes one record per line, keys in order, and the offsets on the last', () => {
    expect(transcode('hello\nworld\n', {seq: 7, ts: 1767225600123, offsets: {out: 100, err: 40}})).toEqual({
      text:
        '{"seq":7,"ts":1767225600123,"kind":"stdout","data":"hello"}\n' +
        '{"seq":8,"ts":1767225600123,"kind":"stdout","data":"world","spool":[112,40]}\n',
      result: {bytes: 137, consumed: 12, seq: 9, written: 2},
    });
  });

  it('advances the offset of the stream it reads', () => {
    expect(transcode('a\n', {stream: 'stderr', offsets: {out: 5, err: 6}}).text).toBe(
      '{"seq":0,"ts":1,"kind":"stderr","data":"a","spool":[5,8]}\n',
    );
  });

  it.each([
    ['an empty line', '\n', ''],
    ['an empty line with \\r\\n', '\r\n', ''],
    ['\\r\\n as line end', 'ab\r\n', 'ab'],
    ['a lone \\r', 'a\rb\n', 'a\rb'],
    ['\\r before \\r\\n', 'a\r\r\n', 'a\r'],
    ['quotes and backslashes', '"\\"\n', '"\\"'],
    ['control characters', '\u0000\u0001\b\t\v\f\u001b[0m\u001f\n', '\u0000\u0001\b\t\v\f\u001b[0m\u001f'],
    ['characters beyond ASCII', 'é€😀\ufeff\n', 'é€😀\ufeff'],
    ['what others take for line ends, as escapes', 'a\u0085"\u2028\\u2029\r\n', 'a\u0085"\u2028\\u2029'],
    ['such a one at the end of the line', '’“…\u2029\n', '’“…\u2029'],
  ])('keeps %s', (_name, spool, data) => {
    const expected = stringifyWellFormed({
      seq: 0,
      ts: 1,
      kind: 'stdout',
      data,
      ...(spool.endsWith('\r\n') ? {crlf: true} : {}),
      spool: [Buffer.byteLength(spool), 0],
    });
    expect(transcode(spool).text).toBe(`${expected}\n`);
  });

  it('leaves an unfinished line for later', () => {
    expect(transcode('a\nunfinished').result).toMatchObject({consumed: 2, seq: 1, written: 1});
    expect(transcode('unfinished').result).toEqual({bytes: 0, consumed: 0, seq: 0, written: 0});
    expect(transcode('a\r').result.consumed).toBe(0);
    expect(transcode('').result).toEqual({bytes: 0, consumed: 0, seq: 0, written: 0});
  });

  it('writes a last line without newline as partial when nothing can follow', () => {
    const {text, result} = transcode('a\nrest\r', {atEnd: true});
    expect(text.split('\n')[1]).toBe(
      '{"seq":1,"ts":1,"kind":"stdout","data":"rest\\r","partial":true,"spool":[7,0]}',
    );
    expect(result.consumed).toBe(7);
    expect(transcode('', {atEnd: true}).result.written).toBe(0);
  });

  it('splits a long line and marks all pieces but the last', () => {
    const spool = `${'x'.repeat(MAX_LINE_BYTES)}y\nz\n`;
    const records = parsed(transcode(spool).text);
    expect(records.map(({data, partial, spool: offsets}) => [data?.length, partial, offsets])).toEqual([
      [MAX_LINE_BYTES, true, undefined],
      [1, undefined, undefined],
      [1, undefined, [spool.length, 0]],
    ]);
  });

  it('splits between characters', () => {
    const line = `${'x'.repeat(MAX_LINE_BYTES - 1)}€uro`;
    const records = parsed(transcode(`${line}\n`).text);
    expect(records.map(record => record.data).join('')).toBe(line);
    expect(records.every(record => record.enc === undefined)).toBe(true);
  });

  it('writes what is no UTF-8 as base64 and its neighbours as text', () => {
    const bad = Buffer.from([0x63, 0x61, 0x66, 0xe9]);
    const spool = Buffer.concat([Buffer.from('é\n'), bad, Buffer.from('\r\n"\n')]);
    expect(transcode(spool).text).toBe(
      '{"seq":0,"ts":1,"kind":"stdout","data":"é"}\n' +
        `{"seq":1,"ts":1,"kind":"stdout","data":"${bad.toString('base64')}","enc":"base64","crlf":true}\n` +
        '{"seq":2,"ts":1,"kind":"stdout","data":"\\"","spool":[11,0]}\n',
    );
  });

  it('joins a character that two slices tear', () => {
    const spool = Buffer.from('a\né\n');
    expect(transcode(spool.subarray(0, 3)).result.consumed).toBe(2);
    expect(parsed(transcode(spool.subarray(2)).text)[0]?.data).toBe('é');
  });

  it('puts the extras in order', () => {
    const tail = transcode(Buffer.from([0xff]), {atEnd: true, late: true}).text;
    expect(tail).toBe(
      '{"seq":0,"ts":1,"kind":"stdout","data":"/w==","partial":true,"enc":"base64","late":true,"spool":[1,0]}\n',
    );
  });

  it('marks every late record', () => {
    expect(parsed(transcode('a\nb\n', {late: true}).text).map(record => record.late)).toEqual([true, true]);
  });

  it('keeps the records whose number the sampling divides, counts the others, and puts the offsets on each', () => {
    const {text, result} = transcode('a\nb\nc\nd\ne\n', {seq: 5, sampleEvery: 3});
    expect(parsed(text)).toEqual([
      {seq: 6, ts: 1, kind: 'stdout', data: 'b', spool: [4, 0]},
      {seq: 9, ts: 1, kind: 'stdout', data: 'e', spool: [10, 0]},
    ]);
    expect(result).toMatchObject({consumed: 10, seq: 10, written: 2});
  });

  it('puts the offset behind the last record it wrote, not behind those it dropped', () => {
    const {text, result} = transcode('a\r\nbb\ncc\n', {sampleEvery: 10});
    expect(parsed(text)).toEqual([{seq: 0, ts: 1, kind: 'stdout', data: 'a', crlf: true, spool: [3, 0]}]);
    expect(result).toMatchObject({consumed: 9, seq: 3, written: 1});
  });

  it('writes nothing when sampling drops all', () => {
    expect(transcode('a\nb\n', {seq: 1, sampleEvery: 5}).result).toEqual({
      bytes: 0,
      consumed: 4,
      seq: 3,
      written: 0,
    });
  });

  it('stops before its output overflows and goes on from there', () => {
    const line = Buffer.alloc(MAX_LINE_BYTES, 1);
    const spool = Buffer.concat([line, Buffer.from('\n'), line, Buffer.from('\n')]);
    const transcoder = new SpoolTranscoder(MIN_OUTPUT_BYTES);
    const first = transcoder.transcode(batchOf(spool));
    expect(first).toMatchObject({consumed: MAX_LINE_BYTES + 1, seq: 1, written: 1});
    const rest = spool.subarray(first.consumed);
    const second = transcoder.transcode(batchOf(rest, {seq: 1, offsets: {out: first.consumed, err: 0}}));
    expect(second).toMatchObject({consumed: rest.length, seq: 2, written: 1});
    const [record] = parsed(transcoder.output.toString('utf8', 0, second.bytes));
    expect(record?.spool).toEqual([spool.length, 0]);
  });

  it('stops likewise among many short lines, whose records are far longer than they are', () => {
    const spool = Buffer.from('\n'.repeat(20_000));
    const transcoder = new SpoolTranscoder(MIN_OUTPUT_BYTES);
    let seq = 0;
    while (seq < spool.length) {
      const rest = spool.subarray(seq);
      const result = transcoder.transcode(batchOf(rest, {seq, offsets: {out: seq, err: 0}}));
      const records = parsed(transcoder.output.toString('utf8', 0, result.bytes));
      expect(result.written).toBeGreaterThan(0);
      expect(records).toHaveLength(result.consumed);
      expect(records.at(-1)?.spool).toEqual([result.seq, 0]);
      seq = result.seq;
    }
    expect(seq).toBe(spool.length);
  });

  it('puts a batch behind those that are kept, and leaves what has no room for the next write', () => {
    const transcoder = new SpoolTranscoder(MIN_OUTPUT_BYTES);
    const first = transcoder.transcode(batchOf(Buffer.from('a\n')));
    const more = {stream: 'stderr', offsets: {out: 2, err: 0}, seq: 1, behind: first.bytes} as const;
    const second = transcoder.transcode(batchOf(Buffer.from('b\n'), more));
    expect(parsed(transcoder.output.toString('utf8', 0, second.bytes))).toEqual([
      {seq: 0, ts: 1, kind: 'stdout', data: 'a'},
      {seq: 1, ts: 1, kind: 'stderr', data: 'b', spool: [2, 2]},
    ]);
    const long = Buffer.alloc(MAX_LINE_BYTES + 1, 1).fill(10, MAX_LINE_BYTES);
    const third = transcoder.transcode(batchOf(long, {...more, seq: 2, behind: second.bytes}));
    expect(third).toEqual({bytes: second.bytes, consumed: 0, seq: 2, written: 0});
  });

  it('refuses an output that could not hold the longest record', () => {
    expect(() => new SpoolTranscoder(MIN_OUTPUT_BYTES - 1)).toThrow(RangeError);
  });

  it('looks at no byte behind the length', () => {
    const chunk = Buffer.from('ab\ncd\n');
    expect(transcode(chunk, {length: 5}).result.consumed).toBe(3);
    expect(parsed(transcode(chunk, {length: 4, atEnd: true}).text)[1]).toMatchObject({
      data: 'c',
      partial: true,
    });
  });

  it('writes large numbers in full', () => {
    const seq = Number.MAX_SAFE_INTEGER - 1;
    const {text} = transcode('a\nb\n', {
      seq,
      ts: 8_640_000_000_000_000,
      offsets: {out: 2 ** 52, err: 2 ** 53},
    });
    expect(parsed(text)).toEqual([
      {seq, ts: 8_640_000_000_000_000, kind: 'stdout', data: 'a'},
      {seq: seq + 1, ts: 8_640_000_000_000_000, kind: 'stdout', data: 'b', spool: [2 ** 52 + 4, 2 ** 53]},
    ]);
  });
});

function transcode(spool: string | Buffer, options: Partial<Batch> = {}): {text: string; result: Transcoded} {
  const transcoder = new SpoolTranscoder();
  const result = transcoder.transcode(batchOf(Buffer.from(spool), options));
  return {text: transcoder.output.toString('utf8', 0, result.bytes), result};
}

function batchOf(chunk: Buffer, options: Partial<Batch> = {}): Batch {
  return {
    chunk,
    length: chunk.length,
    stream: 'stdout',
    offsets: {out: 0, err: 0},
    seq: 0,
    ts: 1,
    late: false,
    isUnordered: false,
    behind: 0,
    sampleEvery: 1,
    atEnd: false,
    ...options,
  };
}

interface Line {
  data?: string;
  partial?: boolean;
  enc?: string;
  late?: boolean;
  spool?: number[];
}

function parsed(text: string): Line[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map(line => JSON.parse(line) as Line);
}
