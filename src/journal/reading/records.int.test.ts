import {
  appendFileSync,
  closeSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {basename, join} from 'node:path';
import fc from 'fast-check';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {wellFormed} from '../../base/index.ts';
import {segmentPath} from '../segment-name.ts';
import {openJournal} from '../writing/append.ts';
import type {ReadRecordsOptions, SkippedBytes} from './record-reader.ts';
import {followRecords, readRecords} from './records.ts';

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stint-journal-'));
  path = join(directory, 's1.jsonl');
});
afterEach(() => rmSync(directory, {recursive: true, force: true}));

const numberKey = 'index';
const record = (index: number, more: object = {}) => ({index, emitted_at_ms: 100 + index, ...more});
const text = (index: number, more: object = {}): string => JSON.stringify(record(index, more));
const put = (content: string | Buffer, segment = 0): void =>
  writeFileSync(segmentPath(path, segment), content, {mode: 0o600});

interface Read {
  readonly numbers: unknown[];
  readonly texts: string[];
  /** `from-to` of each record, with the segment before it where it is not the first. */
  readonly places: string[];
  readonly skipped: string[];
}

const placed = (segment: number, fromByte: number, toByte: number): string =>
  `${segment === 0 ? '' : `${segment}:`}${fromByte}-${toByte}`;
const named = ({segment, fromByte, toByte, reason}: SkippedBytes): string =>
  `${placed(segment, fromByte, toByte)} ${reason}`;

function read(options: ReadRecordsOptions = {}): Read {
  const all: Read = {numbers: [], texts: [], places: [], skipped: []};
  const onSkipped = (skipped: SkippedBytes) => all.skipped.push(named(skipped));
  for (const batch of readRecords(path, {numberKey, onSkipped, ...options})) {
    for (const [at, value] of batch.values.entries()) {
      const {file, segment, fromByte, toByte} = batch.place(at);
      expect(file).toBe(segmentPath(path, segment));
      expect(JSON.parse(batch.text(at))).toEqual(value);
      all.numbers.push(value.index);
      all.texts.push(batch.text(at));
      all.places.push(placed(segment, fromByte, toByte));
    }
  }
  return all;
}

describe('readRecords', () => {
  it('yields what JSON.parse makes of each line, from a number, a time or the end', () => {
    const journals = fc.record({
      data: fc.array(fc.oneof(fc.jsonValue(), fc.string({unit: 'binary', maxLength: 40_000})), {
        maxLength: 40,
      }),
      maxSegmentBytes: fc.constantFrom(1, 300, 20_000, 1_000_000),
      start: fc.constantFrom('from', 'fromTime', 'last', 'none'),
      at: fc.nat(45),
    });
    fc.assert(
      fc.property(journals, ({data, maxSegmentBytes, start, at}) => {
        rmSync(directory, {recursive: true});
        mkdirSync(directory, {mode: 0o700});
        const writer = openJournal({path, maxSegmentBytes, indexBy: numberKey});
        const lines = data.map((value, index) => wellFormed(text(index, {value})));
        for (const line of lines) writer.append(Buffer.from(`${line}\n`));
        writer.close();
        const first = {from: at, fromTime: at, last: Math.max(0, lines.length - at), none: 0}[start];
        const options = {from: {from: at}, fromTime: {fromTime: 100 + at}, last: {last: at}, none: {}}[start];
        const {texts, skipped} = read(options);
        expect(texts).toEqual(lines.slice(first));
        expect(skipped).toEqual([]);
      }),
      {numRuns: 100},
    );
  });

  it('keeps the exact text of numbers that JavaScript cannot hold', () => {
    const line = '{"index":0,"cost":12345678901234567890.10}';
    put(`${line}\n`);
    expect(read().texts).toEqual([line]);
  });

  it('delivers records with half surrogate pairs and with bytes that are no UTF-8', () => {
    const broken = Buffer.from('{"index":1,"x":"\xff\xc3"}\n', 'latin1');
    put(Buffer.concat([Buffer.from('{"index":0,"x":"\\ud83d"}\n'), broken, Buffer.from(`${text(2)}\n`)]));
    const values = [...readRecords(path)].flatMap(batch => batch.values);
    expect(values).toEqual([{index: 0, x: '\ud83d'}, {index: 1, x: '\ufffd\ufffd'}, record(2)]);
    expect(read().places).toEqual(['0-24', '25-45', '46-77']);
  });

  it('takes CRLF, blank lines and byte order marks for nothing', () => {
    put(`\uFEFF${text(0)}\r\n\r\n  \n${text(1)}\r\n\n`);
    put(`\uFEFF${text(2)}\n\uFEFF${text(3, {x: 'ä'})}\n\uFEFF\n`, 1);
    const {numbers, places, skipped} = read();
    expect(numbers).toEqual([0, 1, 2, 3]);
    expect(places).toEqual(['3-34', '41-72', '1:3-34', '1:38-78']);
    expect(skipped).toEqual([]);
  });

  it('says which bytes it skipped and why', () => {
    const block = '\0'.repeat(4096);
    put(
      `${text(0)}\n${block}${text(1)}\n{"index":2,"x":"${text(3)}${text(4)}\nrubbish\n${text(5)}\n{"index":6`,
    );
    const {numbers, skipped} = read();
    expect(numbers).toEqual([0, 1, 3, 4, 5]);
    expect(skipped).toEqual([
      '32-4128 nul',
      '4160-4176 not_a_record',
      '4239-4246 not_a_record',
      '4279-4289 torn_tail',
    ]);
  });

  it('tells of damage at its place in the order of the records', () => {
    put(`${text(0)}\nrubbish\n`);
    put(`${text(1)}\n`, 1);
    const order: string[] = [];
    for (const {values} of readRecords(path, {onSkipped: skipped => order.push(named(skipped))}))
      order.push(`record ${values.map(({index}) => index)}`);
    expect(order).toEqual(['32-39 not_a_record', 'record 0', 'record 1']);
  });

  it('takes what stands behind the last newline of a segment for torn, whole or not', () => {
    put(`${text(0)}\n${text(1)}`);
    put(`${text(2)}\n${'\0'.repeat(100)}`, 1);
    const {numbers, skipped} = read();
    expect(numbers).toEqual([0, 2]);
    expect(skipped).toEqual(['32-63 torn_tail', '1:32-132 torn_tail']);
  });

  it('delivers every whole record and accounts for every other byte, whatever the damage', () => {
    const good = fc
      .record({size: fc.constantFrom(0, 10, 3000), more: fc.jsonValue()})
      .map(({size, more}) => ({kind: 'good' as const, size, more}));
    const damage = fc
      .oneof(
        fc.constantFrom('rubbish', '}', '"', '\0', '\0\0\0', '[1,2]', 'null', '17', '"{"', '{', '{"index"'),
        fc
          .nat(200)
          .map(bytes => text(77, {plan: [{x: 1}, {y: '}{"'}], content: 'ä'.repeat(20)}).slice(0, bytes)),
        fc.nat(4096).map(bytes => '\0'.repeat(bytes)),
      )
      .map(bytes => ({kind: 'damage' as const, bytes}));
    const blank = fc
      .constantFrom('\r', ' ', '\uFEFF', '\n', '\r\n')
      .map(bytes => ({kind: 'blank' as const, bytes}));
    /** On one line: damage, then records; between two fragments nothing can be told apart. */
    const line = fc.tuple(fc.array(blank, {maxLength: 2}), fc.option(damage), fc.array(good, {maxLength: 3}));
    const segments = fc.array(fc.array(line, {maxLength: 12}), {minLength: 1, maxLength: 3});
    fc.assert(
      fc.property(segments, fc.constantFrom('', '{"index":9'), (lines, tail) => {
        rmSync(directory, {recursive: true});
        mkdirSync(directory, {mode: 0o700});
        let index = 0;
        const wanted: string[] = [];
        const contents = lines.map((segment, number) => {
          let content = '';
          for (const [blanks, bad, goods] of segment) {
            content += blanks.map(({bytes}) => bytes).join('');
            // A whole record in the place of damage is one more record.
            if (bad !== null && !isWhole(bad.bytes)) content += bad.bytes;
            for (const {size, more} of goods) {
              const made = wellFormed(text(index, {more, data: 'x'.repeat(size)}));
              const from = Buffer.byteLength(content);
              wanted.push(placed(number, from, from + Buffer.byteLength(made)));
              content += made;
              index += 1;
            }
            content += '\n';
          }
          content += tail;
          put(content, number);
          return Buffer.from(content);
        });
        const {places, skipped, numbers} = read();
        expect(numbers).toEqual(Array.from({length: index}, (_, at) => at));
        expect(places).toEqual(wanted);
        expectCovered(contents, [...places, ...skipped]);
      }),
      {numRuns: 300},
    );
  });

  it('finds the record that was appended behind a torn one, wherever that was torn', () => {
    const torn = Buffer.from(text(1, {plan: [{a: {}}, {b: '"{\\'}], content: 'größer'}));
    for (let bytes = 1; bytes < torn.length; bytes += 1) {
      put(Buffer.concat([Buffer.from(`${text(0)}\n`), torn.subarray(0, bytes), Buffer.from(`${text(2)}\n`)]));
      const {numbers, skipped} = read();
      expect(numbers).toEqual([0, 2]);
      expect(skipped).toEqual([`32-${32 + bytes} not_a_record`]);
    }
  });

  it('after a repair reads all but the torn record, wherever that was torn, and the torn one is in the side file', () => {
    const tornPath = join(directory, 'torn');
    const torn = Buffer.from(`${text(1, {content: 'größer'})}\n`);
    for (let bytes = 0; bytes <= torn.length; bytes += 1) {
      put(Buffer.concat([Buffer.from(`${text(0)}\n`), torn.subarray(0, bytes)]));
      expect(read().skipped).toEqual(
        bytes === 0 || bytes === torn.length ? [] : [`32-${32 + bytes} torn_tail`],
      );
      const writer = openJournal({path, tornPath});
      writer.append(Buffer.from(`${text(2)}\n`));
      writer.close();
      const {numbers, skipped} = read({strict: true});
      expect(numbers).toEqual(bytes === torn.length ? [0, 1, 2] : [0, 2]);
      expect(skipped).toEqual([]);
    }
  });
});

function isWhole(bytes: string): boolean {
  try {
    const value: unknown = JSON.parse(bytes);
    return typeof value === 'object' && !Array.isArray(value);
  } catch {
    return false;
  }
}

/** A byte that no test writes. */
const TAKEN = 1;

/** Outside of the ranges there may be only what is blank, and no two may overlap. */
function expectCovered(contents: readonly Buffer[], ranges: readonly string[]): void {
  for (const [segment, content] of contents.entries()) {
    const left = Buffer.from(content);
    for (const range of ranges) {
      const [, number = '0', from, to] = /^(?:(\d+):)?(\d+)-(\d+)/.exec(range) ?? [];
      if (Number(number) !== segment) continue;
      expect(left.subarray(Number(from), Number(to)).includes(TAKEN)).toBe(false);
      left.fill(TAKEN, Number(from), Number(to));
    }
    expect(
      left
        .toString('utf8')
        .replaceAll(String.fromCharCode(TAKEN), '')
        .replace(/[\s\uFEFF]/g, ''),
    ).toBe('');
  }
}

describe('readRecords from a place', () => {
  it('finds a record that shares its line with others', () => {
    put(`${text(0)}\n${text(1)}${text(2)}\n{"index":3,"emi${text(4)}\n\uFEFF${text(5)}\n`);
    for (const [first, numbers] of [
      [1, [1, 2, 4, 5]],
      [2, [2, 4, 5]],
      [4, [4, 5]],
      [5, [5]],
    ] as const) {
      expect(read({from: first}).numbers).toEqual(numbers);
      expect(read({fromTime: 100 + first}).numbers).toEqual(numbers);
    }
  });

  it('tells of damage where the record asked for was, and of none before it', () => {
    put(`rubbish\n${text(0)}\nrubbish\n${text(1)}\nrubbish\n${text(3)}\nrubbish\n`);
    const last = '120-127 not_a_record';
    expect(read({from: 1})).toMatchObject({numbers: [1, 3], skipped: ['80-87 not_a_record', last]});
    expect(read({from: 2})).toMatchObject({numbers: [3], skipped: ['80-87 not_a_record', last]});
    expect(read({from: 3})).toMatchObject({numbers: [3], skipped: [last]});
    expect(read({from: 4})).toMatchObject({numbers: [], skipped: [last]});
    expect(read({fromTime: 103})).toMatchObject({numbers: [3], skipped: [last]});
    expect(read({fromTime: 104})).toMatchObject({numbers: [], skipped: []});
    expect(read({last: 2})).toMatchObject({numbers: [3], skipped: [last]});
  });

  it('is the same with an index that was made over damaged lines, and without', () => {
    const records = Array.from({length: 40}, (_, at) => at);
    const damaged = records.map(index => {
      const torn = index % 3 === 0 ? `{"index":${index},"emitted_at_ms":99` : '';
      const end = index % 4 === 0 ? '' : '\n';
      const time = 100 + ((index * 13) % 40);
      return `${torn}{"index":${index},"emitted_at_ms":${time},"x":"${'x'.repeat(60_000)}"}${end}`;
    });
    put(damaged.join(''));
    const wanted = (time: number) =>
      records.slice(records.findIndex(index => 100 + ((index * 13) % 40) >= time));
    const check = () => {
      for (let time = 100; time < 140; time += 1)
        expect(read({fromTime: time}).numbers).toEqual(wanted(time));
    };
    check();
    openJournal({path, indexBy: numberKey}).close();
    check();
  });
});

describe('a strict reader', () => {
  const failure = (act: () => unknown) => {
    try {
      act();
    } catch (error) {
      return error as {code: string; message: string; details: unknown};
    }
    throw new Error('nothing was thrown');
  };

  it.each([
    ['NULs', `\0\0${text(1)}`, 'nul', 32, 34],
    ['rubbish', 'rubbish', 'not_a_record', 32, 39],
    ['glued records', `${text(1)}${text(2)}`, 'not_a_record', 32, 94],
    ['a byte order mark', `\uFEFF${text(1)}`, 'not_a_record', 32, 66],
    ['a fragment before a record', `{"ind${text(1)}`, 'not_a_record', 32, 37],
  ])(
    'fails at %s, behind the records before it, and names the bytes',
    (_, damage, reason, fromByte, toByte) => {
      put(`${text(0)}\n${damage}\n${text(9)}\n`);
      const numbers: unknown[] = [];
      const error = failure(() => {
        for (const {values} of readRecords(path, {strict: true}))
          numbers.push(...values.map(({index}) => index));
      });
      expect(numbers).toEqual([0]);
      expect(error.code).toBe('NOT_A_STINT_FILE');
      expect(error.message).toContain(`${path}: bytes ${fromByte} to ${toByte}`);
      expect(error.details).toEqual({file: path, segment: 0, fromByte, toByte, reason});
    },
  );

  it('passes over CRLF, blank lines and a torn tail, which it reports', () => {
    put(`${text(0)}\r\n\n${text(1)}\n{"index":2`);
    expect(read({strict: true})).toMatchObject({numbers: [0, 1], skipped: ['66-76 torn_tail']});
  });

  it('fails at a torn tail that has a segment behind it, and at a line that is too long', () => {
    put(`${text(0)}\n{"index":1`);
    put(`${text(1)}\n`, 1);
    expect(failure(() => read({strict: true})).message).toContain(`${path}: bytes 32 to 42 are a torn line`);
    put(`${text(0)}\n${text(1, {x: 'x'.repeat(100)})}\n`);
    expect(failure(() => read({strict: true, maxLineBytes: 100})).message).toContain('too long');
  });

  it('does not look at what is before the first record wanted', () => {
    put(`rubbish\n${text(0)}\nrubbish\n${text(1)}\n`);
    expect(read({strict: true, from: 1}).numbers).toEqual([1]);
  });
});

describe('long lines', () => {
  const MIB = 1024 * 1024;

  /** A record on a line of exactly so many bytes, its newline not counted. */
  function writeLong(fd: number, index: number, bytes: number): void {
    const empty = text(index, {x: ''});
    const block = Buffer.alloc(MIB, 'x');
    writeSync(fd, empty.slice(0, -2));
    let left = bytes - empty.length;
    for (; left > 0; left -= block.length) writeSync(fd, block, 0, Math.min(left, block.length));
    writeSync(fd, '"}\n');
  }

  it('are read up to 64 MiB; one byte more, and much more, is passed over in bounded memory', () => {
    const fd = openSync(path, 'w', 0o600);
    writeLong(fd, 0, 64 * MIB);
    writeLong(fd, 1, 64 * MIB + 1);
    const before = 128 * MIB + 3;
    writeSync(fd, `${text(2)}\n`);
    // A hole in the file, which reads as NULs.
    ftruncateSync(fd, before + 32 + 256 * MIB);
    closeSync(fd);
    appendFileSync(path, `\n${text(3)}\n`);
    const started = process.memoryUsage().rss;
    let most = 0;
    const skipped: string[] = [];
    const numbers: unknown[] = [];
    for (const batch of readRecords(path, {onSkipped: bytes => skipped.push(named(bytes))})) {
      most = Math.max(most, process.memoryUsage().rss - started);
      for (const [at, value] of batch.values.entries()) {
        numbers.push(value.index);
        if (value.index === 0) expect(batch.place(at)).toMatchObject({fromByte: 0, toByte: 64 * MIB});
      }
    }
    expect(numbers).toEqual([0, 2, 3]);
    expect(skipped).toEqual([
      `${64 * MIB + 1}-${128 * MIB + 2} too_long`,
      `${before + 32}-${before + 32 + 256 * MIB} too_long`,
    ]);
    expect(most).toBeLessThan(600 * MIB);
  });

  it('have another limit where one is given, within a chunk and beyond', () => {
    for (const bytes of [200, 100_000, 3_000_000]) {
      const fd = openSync(path, 'w', 0o600);
      for (const [index, more] of [0, 1, 0, 1].entries()) writeLong(fd, index, bytes + more);
      closeSync(fd);
      expect(read({maxLineBytes: bytes})).toMatchObject({
        numbers: [0, 2],
        skipped: [`${bytes + 1}-${2 * bytes + 2} too_long`, `${3 * bytes + 4}-${4 * bytes + 5} too_long`],
      });
    }
    expect(() => read({maxLineBytes: 0})).toThrow(/maxLineBytes is 0/);
  });

  it('that have no end yet are a torn tail', () => {
    put(`${text(0)}\n${'x'.repeat(3 * MIB)}`);
    expect(read({maxLineBytes: 1000}).skipped).toEqual([`32-${32 + 3 * MIB} torn_tail`]);
    expect(read().skipped).toEqual([`32-${32 + 3 * MIB} torn_tail`]);
  });
});

describe('a batch', () => {
  it('tells text and place only until the next one is read', () => {
    put(`${text(0)}\n`);
    put(`${text(1)}\n`, 1);
    const records = readRecords(path);
    const first = records.next().value;
    if (first === undefined) throw new Error('nothing was read');
    expect(first.text(0)).toBe(text(0));
    expect(() => first.place(1)).toThrow(/record 1 in a batch of 1/);
    records.next();
    expect(first.values).toEqual([record(0)]);
    expect(() => first.text(0)).toThrow(/next batch was read/);
    expect(() => first.place(0)).toThrow(/next batch was read/);
    records.return();
  });
});

describe('followRecords', () => {
  it('loses and doubles no record across rotations, and passes over damage', async () => {
    const writer = openJournal({path, maxSegmentBytes: 500});
    const end = new AbortController();
    const skipped: string[] = [];
    const onSkipped = ({file, reason}: SkippedBytes) => skipped.push(`${basename(file)} ${reason}`);
    const numbers: unknown[] = [];
    const follower = followRecords(path, {signal: end.signal, onSkipped});
    let next = 0;
    const write = () => {
      writer.append(Buffer.from(`${text(next)}\n${next === 50 ? 'rubbish\n' : ''}`));
      next += 1;
    };
    for (let at = 0; at < 20; at += 1) write();
    for await (const {values} of follower) {
      numbers.push(...values.map(({index}) => index));
      while (next < 200 && numbers.length === next) write();
      if (numbers.length === 200) end.abort();
    }
    writer.close();
    expect(numbers).toEqual(Array.from({length: 200}, (_, at) => at));
    expect(skipped).toEqual(['s1-000003.jsonl not_a_record']);
  });

  it('begins at a time that is still to come', async () => {
    const writer = openJournal({path, indexBy: numberKey});
    writer.append(Buffer.from(`${text(0)}\n`));
    const follower = followRecords(path, {fromTime: 102, numberKey});
    const first = follower.next();
    writer.append(Buffer.from(`${text(1)}\n`));
    writer.append(Buffer.from(`${text(2)}\n`));
    expect((await first).value?.values).toEqual([record(2)]);
    await follower.return(undefined);
    writer.close();
  });
});
