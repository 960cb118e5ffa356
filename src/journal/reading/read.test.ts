import {appendFileSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import fc from 'fast-check';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {numberOf} from '../record-number.ts';
import {listSegments, segmentPath} from '../segment-name.ts';
import {openJournal} from '../writing/append.ts';
import {readChunks, readLastLines, readLines} from './read.ts';

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stint-journal-'));
  path = join(directory, 'output.jsonl');
});
afterEach(() => rmSync(directory, {recursive: true}));

const line = (seq: number, length = 5): string => `{"seq":${seq},"data":"${'é'.repeat(length)}"}`;
const put = (file: string, content: string): void => writeFileSync(file, content, {mode: 0o600});

/** Journals with gaps in their numbers, short and long lines, and segments of any size. */
const journals = fc.record({
  records: fc.array(
    fc.record({
      gap: fc.integer({min: 1, max: 4}),
      length: fc.oneof(fc.nat(100), fc.nat(4_000), fc.nat(60_000)),
    }),
    {maxLength: 60},
  ),
  maxSegmentBytes: fc.oneof(fc.integer({min: 1, max: 5_000}), fc.constant(300_000), fc.constant(100_000_000)),
  torn: fc.constantFrom('', '{"se', '{"seq":99999,"data":"'),
});

function write(journal: typeof journals extends fc.Arbitrary<infer T> ? T : never): string[] {
  rmSync(directory, {recursive: true});
  directory = mkdtempSync(join(tmpdir(), 'stint-journal-'));
  path = join(directory, 'output.jsonl');
  const writer = openJournal({path, maxSegmentBytes: journal.maxSegmentBytes});
  let seq = -1;
  const lines = journal.records.map(({gap, length}) => {
    seq += gap;
    const text = line(seq, length);
    writer.append(Buffer.from(`${text}\n`));
    return text;
  });
  writer.close();
  appendFileSync(segmentPath(path, listSegments(path).at(-1) ?? 0), journal.torn);
  return lines;
}

describe('readLines', () => {
  it('yields every complete line over all segments and nothing of a torn one', () => {
    fc.assert(
      fc.property(journals, journal => {
        const lines = write(journal);
        expect([...readLines(path)].flat()).toEqual(lines);
        let copied = '';
        for (const chunk of readChunks(path)) copied += chunk.toString();
        expect(copied).toBe(lines.map(text => `${text}\n`).join(''));
      }),
      {numRuns: 40},
    );
  });

  it('begins at the first record that is not before the number asked for', () => {
    fc.assert(
      fc.property(journals, fc.nat(250), (journal, from) => {
        const wanted = write(journal).filter(text => Number(numberOf(text, 'seq')) >= from);
        expect([...readLines(path, {from})].flat()).toEqual(wanted);
      }),
      {numRuns: 100},
    );
  });

  it('finds every number of a long journal with gaps, and those in its gaps', () => {
    const writer = openJournal({path, maxSegmentBytes: 70_000});
    const numbers = Array.from({length: 1_500}, (_, at) => at * 2 + (at % 3 === 0 ? 1 : 0));
    for (const seq of numbers) writer.append(Buffer.from(`${line(seq, (seq * 31) % 97)}\n`));
    writer.close();
    expect(listSegments(path).length).toBeGreaterThan(2);
    for (let from = 0; from <= 2_998; from += 5) {
      const first = readLines(path, {from}).next().value?.[0];
      if (numberOf(first ?? '', 'seq') !== numbers.find(seq => seq >= from))
        expect.fail(`from ${from} gave ${first}`);
    }
  });

  it('passes over lines without a number on its way to the first record', () => {
    const numbered = Array.from(
      {length: 2_000},
      (_, seq) => `${line(seq, 20)}\nnot a record ${'x'.repeat(seq % 50)}\n`,
    );
    put(path, numbered.join(''));
    for (const from of [0, 1, 777, 1_999]) {
      const lines = [...readLines(path, {from})].flat();
      expect(lines[0]).toBe(line(from, 20));
      expect(lines.length).toBe((2_000 - from) * 2);
    }
    expect([...readLines(path, {from: 2_000})]).toEqual([]);
    expect([...readLines(path, {from: 0, numberKey: 'index'})]).toEqual([]);
  });

  it('knows the number of agent sessions by its own key', () => {
    put(path, '{"index":0,"a":1}\n{"index":5,"a":2}\n');
    expect([...readLines(path, {from: 1, numberKey: 'index'})].flat()).toEqual(['{"index":5,"a":2}']);
  });

  it('goes on where retention left the oldest segment, and over a gap it made while being read', () => {
    for (const segment of [3, 4, 5, 6]) put(segmentPath(path, segment), `${line(segment)}\n`);
    const reader = readLines(path);
    expect(reader.next().value).toEqual([line(3)]);
    for (const segment of [3, 4]) rmSync(segmentPath(path, segment));
    expect([...reader].flat()).toEqual([line(5), line(6)]);
    expect([...readLines(path, {from: 6})].flat()).toEqual([line(6)]);
  });

  it('reads what was added to a segment after its end was seen, before it goes to the next', () => {
    put(path, `${line(0)}\n`);
    const reader = readLines(path);
    reader.next();
    appendFileSync(path, `${line(1)}\n`);
    put(segmentPath(path, 1), `${line(2)}\n`);
    expect([...reader].flat()).toEqual([line(1), line(2)]);
  });

  it('does not trust bytes behind the last newline that were cut off and written anew', () => {
    put(path, `${line(0)}\n{"seq":1,"data":"to`);
    const reader = readChunks(path);
    expect(reader.next().value?.toString()).toBe(`${line(0)}\n`);
    const writer = openJournal({path});
    writer.append(Buffer.from(`${line(1, 50)}\n`));
    writer.close();
    expect(reader.next().value?.toString()).toBe(`${line(1, 50)}\n`);
  });

  it('reads lines of many MiB, from the start, from a number and from the end', () => {
    const lines = [line(0), line(1, 3 * 1024 * 1024), line(2), line(3, 700_000), line(4)];
    put(path, `${lines.join('\n')}\n`);
    for (let from = 0; from < 5; from += 1) {
      const wanted = lines.slice(from);
      expect([...readLines(path, {from})].flat().every((text, at) => text === wanted[at])).toBe(true);
      expect(readLastLines(path, 5 - from).map(text => numberOf(text, 'seq'))).toEqual(
        [0, 1, 2, 3, 4].slice(from),
      );
    }
  });

  it('goes on behind a segment that is missing', () => {
    for (const segment of [0, 1, 2, 4]) put(segmentPath(path, segment), `${line(segment)}\n`);
    rmSync(segmentPath(path, 1));
    expect([...readLines(path)].flat()).toEqual([line(0), line(2), line(4)]);
    expect([...readLines(path, {from: 1})].flat()).toEqual([line(2), line(4)]);
  });

  it('is empty for a journal that does not exist', () => {
    expect([...readLines(path)]).toEqual([]);
    expect([...readLines(join(directory, 'missing', 'output.jsonl'), {from: 3})]).toEqual([]);
    expect(readLastLines(path, 3)).toEqual([]);
  });
});

describe('readLastLines', () => {
  it('yields the end of what a full read yields', () => {
    fc.assert(
      fc.property(journals, fc.nat(70), (journal, count) => {
        const lines = write(journal);
        expect(readLastLines(path, count)).toEqual(count === 0 ? [] : lines.slice(-count));
      }),
      {numRuns: 60},
    );
  });

  it('does not count a torn line', () => {
    put(path, `${line(0)}\n${line(1)}\n{"seq":2,"da`);
    expect(readLastLines(path, 1)).toEqual([line(1)]);
    expect(readLastLines(path, 9)).toEqual([line(0), line(1)]);
    expect(readLastLines(path, -1)).toEqual([]);
  });

  it('combines with a number: those of the last lines that are not before it', () => {
    put(path, [0, 1, 2, 3, 4].map(seq => `${line(seq)}\n`).join(''));
    expect([...readLines(path, {last: 3, from: 3})].flat()).toEqual([line(3), line(4)]);
    expect([...readLines(path, {last: 2, from: 0})].flat()).toEqual([line(3), line(4)]);
  });
});
