import fc from 'fast-check';
import {describe, expect, it} from 'vitest';

import {MAX_LINE_BYTES, spanOfRecords} from './spool-lines.ts';
import {type Batch, MIN_OUTPUT_BYTES, SpoolTranscoder} from './spool-transcoder.ts';

const TS = 1767225600123;

describe('SpoolTranscoder against an obvious one', () => {
  it('writes the same records however the spool is sliced, sampled or resumed', () => {
    fc.assert(
      fc.property(spools, runs, (spool, run) => {
        const expected = reference(spool).filter(({seq}) => seq % run.sampleEvery === 0);
        const written = record(spool, run);
        if (run.sampleEvery === 1) expect(joined(written).equals(spool)).toBe(true);
        expect(written.map(({text}) => text)).toEqual(expected.map(({text}) => text));
        for (const [index, {offset}] of written.entries()) {
          if (offset !== undefined) expect(offset).toBe(expected[index]?.behind);
        }
      }),
      {numRuns: 250},
    );
  });

  it('agrees with spanOfRecords on what the records take', () => {
    fc.assert(
      fc.property(
        spools,
        fc.nat({max: 200_000}),
        fc.nat({max: 40}),
        fc.boolean(),
        (spool, size, asked, atEnd) => {
          const length = Math.min(size, spool.length);
          const result = new SpoolTranscoder().transcode(batchOf({chunk: spool, length, atEnd}));
          const span = spanOfRecords(spool, length, result.seq, atEnd);
          expect(span).toEqual({consumed: result.consumed, records: result.seq});

          const behind = [0, ...reference(spool.subarray(0, length)).map(line => line.behind)];
          const fewer = spanOfRecords(spool, length, Math.min(asked, result.seq), atEnd);
          expect(fewer.consumed).toBe(behind[fewer.records]);
        },
      ),
      {numRuns: 150},
    );
  });
});

interface Run {
  sizes: number[];
  sampleEvery: number;
  capacity: number;
  /** After each batch forget everything but the last record that was written. */
  crashing: boolean;
}

const runs: fc.Arbitrary<Run> = fc.record({
  sizes: fc.array(fc.oneof(fc.integer({min: 1, max: 300}), fc.integer({min: 1, max: 150_000})), {
    minLength: 1,
    maxLength: 8,
  }),
  sampleEvery: fc.oneof(fc.constant(1), fc.integer({min: 1, max: 5})),
  capacity: fc.constantFrom(MIN_OUTPUT_BYTES, 1 << 20),
  crashing: fc.boolean(),
});

const fragments = fc
  .constantFrom(
    '\n',
    '\n',
    '\r\n',
    '\r',
    '"',
    '\\',
    '\u0000',
    '\u001f',
    'é',
    '€',
    '😀',
    'plain text',
    '\t{"a":"b"}',
  )
  .map(text => Buffer.from(text));
const noise = fc.uint8Array({maxLength: 12}).map(bytes => Buffer.from(bytes));
/** Runs of one unit that end near the limit, so that cuts fall everywhere around and inside of it. */
const nearLimit = fc
  .tuple(
    fc.constantFrom('x', 'é', '€', '😀', '\u0001', '\xff'),
    fc.integer({min: -5, max: 5}),
    fc.integer({min: 1, max: 2}),
  )
  .map(([unit, more, times]) =>
    Buffer.alloc(MAX_LINE_BYTES * times + more, unit, unit === '\xff' ? 'latin1' : 'utf8'),
  );

const spools = fc
  .array(
    fc.oneof(
      {arbitrary: fragments, weight: 30},
      {arbitrary: noise, weight: 10},
      {arbitrary: nearLimit, weight: 2},
    ),
    {maxLength: 80},
  )
  .map(parts => Buffer.concat(parts));

interface Expected {
  seq: number;
  text: string;
  /** Offset behind the record's own line. */
  behind: number;
}

/** All records of a stream that has ended. */
function reference(spool: Buffer): Expected[] {
  const records: Expected[] = [];
  for (let start = 0; start < spool.length; ) {
    const newline = spool.indexOf('\n', start);
    const stop = newline < 0 ? spool.length : newline;
    const end = newline > start && spool[newline - 1] === 0x0d ? newline - 1 : stop;
    while (end - start > MAX_LINE_BYTES) {
      const cut = referenceCut(spool, start + MAX_LINE_BYTES);
      records.push(referenceRecord(records.length, spool.subarray(start, cut), true, cut));
      start = cut;
    }
    const behind = newline < 0 ? stop : newline + 1;
    const crlf = newline >= 0 && end < newline;
    records.push(referenceRecord(records.length, spool.subarray(start, end), newline < 0, behind, crlf));
    start = behind;
  }
  return records;
}

function referenceCut(spool: Buffer, cut: number): number {
  for (const back of [1, 2, 3]) {
    for (const size of [2, 3, 4].filter(bytes => bytes > back)) {
      const sequence = Buffer.alloc(size, 0x80);
      spool.copy(sequence, 0, cut - back, Math.min(cut + 2, cut - back + size));
      if ([...(decoded(sequence) ?? '')].length === 1) return cut - back;
    }
  }
  return cut;
}

function referenceRecord(
  seq: number,
  bytes: Buffer,
  partial: boolean,
  behind: number,
  crlf = false,
): Expected {
  const text = decoded(bytes);
  const plain = {seq, ts: TS, kind: 'stdout', data: text ?? bytes.toString('base64')};
  const enc = text === undefined ? {enc: 'base64'} : {};
  const extras = {...(partial ? {partial} : {}), ...enc, ...(crlf ? {crlf} : {})};
  return {seq, text: JSON.stringify({...plain, ...extras}), behind};
}

/** The bytes that records stand for. */
function joined(records: readonly Written[]): Buffer {
  return Buffer.concat(
    records.flatMap(({text}) => {
      const {data, partial, enc, crlf} = JSON.parse(text) as {
        data: string;
        partial?: true;
        enc?: 'base64';
        crlf?: true;
      };
      return [Buffer.from(data, enc ?? 'utf8'), Buffer.from(partial ? '' : crlf ? '\r\n' : '\n')];
    }),
  );
}

function decoded(bytes: Buffer): string | undefined {
  const text = bytes.toString('utf8');
  return Buffer.from(text).equals(bytes) ? text : undefined;
}

interface Written {
  text: string;
  /** Of the spool, where the record carries it. */
  offset: number | undefined;
}

/** Reads the spool in slices as a recorder does, a little further whenever a slice held no whole record. */
function record(spool: Buffer, run: Run): Written[] {
  const transcoder = new SpoolTranscoder(run.capacity);
  const all: Written[] = [];
  let offset = 0;
  let seq = 0;
  let size = 0;
  for (let turn = 0; offset < spool.length; turn++) {
    size += run.sizes[turn % run.sizes.length] ?? 1;
    const slice = spool.subarray(offset, offset + size);
    const chunk = Buffer.concat([slice, Buffer.from('\n"garbage"\n')]);
    const batch = batchOf({
      chunk,
      length: slice.length,
      seq,
      offsets: {out: offset, err: 3},
      sampleEvery: run.sampleEvery,
      atEnd: offset + size >= spool.length,
    });
    const result = transcoder.transcode(batch);
    const batchRecords = read(transcoder.output.toString('utf8', 0, result.bytes));
    expect(batchRecords).toHaveLength(result.written);
    const marked = batchRecords.filter(line => line.offset !== undefined);
    expect(marked).toEqual(run.sampleEvery === 1 ? batchRecords.slice(-1) : batchRecords);
    all.push(...batchRecords);

    const last = batchRecords.at(-1);
    if (run.crashing && last?.offset !== undefined) {
      offset = last.offset;
      seq = (JSON.parse(last.text) as {seq: number}).seq + 1;
    } else {
      offset += result.consumed;
      seq = result.seq;
    }
    if (result.consumed > 0) size = 0;
  }
  return all;
}

function read(output: string): Written[] {
  return output
    .split('\n')
    .slice(0, -1)
    .map(line => {
      const offsets = /,"spool":\[(\d+),3\]\}$/.exec(line);
      if (offsets === null) return {text: line, offset: undefined};
      return {text: `${line.slice(0, offsets.index)}}`, offset: Number(offsets[1])};
    });
}

function batchOf(options: Partial<Batch> & {chunk: Buffer; length: number}): Batch {
  return {
    stream: 'stdout',
    offsets: {out: 0, err: 0},
    seq: 0,
    ts: TS,
    late: false,
    isUnordered: false,
    behind: 0,
    sampleEvery: 1,
    atEnd: false,
    ...options,
  };
}
