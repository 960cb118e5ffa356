import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import fc from 'fast-check';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {followJournal} from '../reading/follow.ts';
import {readLines} from '../reading/read.ts';
import {numberOf, timeOf} from '../record-number.ts';
import {listSegments, segmentPath} from '../segment-name.ts';
import {type JournalOptions, type JournalWriter, openJournal} from '../writing/append.ts';
import {indexPath} from './index-file.ts';
import {INDEX_ENTRY_BYTES, INDEX_HEAD_BYTES} from './sparse-index.ts';

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stint-journal-'));
  path = join(directory, 's1.jsonl');
});
afterEach(() => rmSync(directory, {recursive: true}));

interface Written {
  readonly number: number;
  readonly time: number;
}

const numberKey = 'index';
const line = ({number, time}: Written, bytes: number): string =>
  `{"index":${number},"emitted_at_ms":${time},"data":"${'x'.repeat(bytes)}"}\n`;

/** Opens with an index, appends each record by itself and closes. Half of the records come with a mark. */
function write(records: readonly Written[], bytes: number, options: Partial<JournalOptions> = {}): void {
  const writer = openJournal({path, indexBy: numberKey, ...options});
  for (const record of records) put(writer, record, bytes);
  writer.close();
}

function put(writer: JournalWriter, record: Written, bytes: number): void {
  const mark = record.number % 2 === 0 ? {...record, newest: record.time} : undefined;
  writer.append(Buffer.from(line(record, bytes)), undefined, mark);
}

const series = (count: number, from = 0): Written[] =>
  Array.from({length: count}, (_, at) => ({number: from + at, time: 1000 + 10 * (from + at)}));

/** Numbers from the first one whose time is `time` or later: what a reader must find. */
const since = (records: readonly Written[], time: number): number[] => {
  const first = records.findIndex(record => record.time >= time);
  return first < 0 ? [] : records.slice(first).map(({number}) => number);
};
const found = (fromTime: number): number[] =>
  [...readLines(path, {fromTime, numberKey})].flat().map(text => numberOf(text, numberKey) ?? -1);
const indexes = (): string[] =>
  listSegments(path)
    .map(segment => indexPath(segmentPath(path, segment)))
    .filter(file => existsSync(file));
const entriesIn = (file: string): number => (statSync(file).size - INDEX_HEAD_BYTES) / INDEX_ENTRY_BYTES;

function expectEveryTimeFound(records: readonly Written[]): void {
  for (const time of new Set([0, ...records.flatMap(record => [record.time, record.time + 1])]))
    expect(found(time)).toEqual(since(records, time));
}

describe('reading from a time', () => {
  it('finds the first record that is not before it, whatever the clock did, with and without an index, in any segments', () => {
    const journals = fc.record({
      times: fc.array(fc.integer({min: 0, max: 40}), {maxLength: 30}),
      bytes: fc.constantFrom(10, 90_000, 150_000),
      maxSegmentBytes: fc.constantFrom(1, 400_000, 1_000_000, 100_000_000),
      reopenAt: fc.nat(30),
      without: fc.constantFrom('nothing', 'all', 'first', 'last'),
      time: fc.integer({min: -1, max: 42}),
    });
    fc.assert(
      fc.property(journals, ({times, bytes, maxSegmentBytes, reopenAt, without, time}) => {
        rmSync(directory, {recursive: true});
        mkdirSync(directory, {mode: 0o700});
        const records = times.map((at, number) => ({number, time: at}));
        const remove = () => {
          const all = indexes();
          const chosen = {nothing: [], all, first: all.slice(0, 1), last: all.slice(-1)}[without];
          for (const file of chosen) rmSync(file);
        };
        write(records.slice(0, reopenAt), bytes, {maxSegmentBytes});
        remove();
        write(records.slice(reopenAt), bytes, {maxSegmentBytes});
        expect(found(time)).toEqual(since(records, time));
        remove();
        expect(found(time)).toEqual(since(records, time));
        expect([...readLines(path, {from: time, numberKey})].flat().length).toBe(
          records.filter(({number}) => number >= time).length,
        );
      }),
      {numRuns: 120},
    );
  });

  it('combines with a number and with a count of last lines', () => {
    const records = series(20);
    write(records, 90_000, {maxSegmentBytes: 500_000});
    const numbers = (start: Parameters<typeof readLines>[1]) =>
      [...readLines(path, {...start, numberKey})].flat().map(text => numberOf(text, numberKey));
    expect(numbers({fromTime: 1100, from: 5})[0]).toBe(10);
    expect(numbers({fromTime: 1050, from: 10})[0]).toBe(10);
    expect(numbers({fromTime: 1100, last: 5})[0]).toBe(15);
    expect(numbers({fromTime: 1180, last: 5})).toEqual([18, 19]);
  });

  it('passes over lines without a time there, and records of another key', () => {
    writeFileSync(path, '{"index":0,"x":1}\nrubbish\n{"index":1,"emitted_at_ms":5}\n{"index":2}\n', {
      mode: 0o600,
    });
    expect(found(5)).toEqual([1, 2]);
    expect([...readLines(path, {fromTime: 5})]).toEqual([]);
    expect(timeOf('{"index":1,"emitted_at_ms":5.5,', numberKey)).toBe(5.5);
    expect(timeOf('{"index":1,"emitted_at_ms":"5"}', numberKey)).toBeUndefined();
    expect(timeOf('{"index":1,"emitted_at_ms":5', numberKey)).toBeUndefined();
    expect(timeOf('{"index":1,"x":5}', numberKey)).toBeUndefined();
  });

  it('works for followers, from a time that is still to come', async () => {
    const writer = openJournal({path, indexBy: numberKey});
    for (const record of series(3)) put(writer, record, 10);
    const follower = followJournal(path, {fromTime: 1050, numberKey});
    const first = follower.next();
    for (const record of series(5, 3)) put(writer, record, 10);
    expect((await first).value?.[0]).toContain('"index":5,');
    await follower.return(undefined);
    writer.close();
  });
});

describe('a sparse index', () => {
  it('has an entry for every 256 KiB and none for a journal that is shorter', () => {
    write(series(2), 90_000);
    expect(indexes()).toEqual([]);
    write(series(38, 2), 90_000);
    expect(entriesIn(indexPath(path))).toBe(13);
    expect(statSync(indexPath(path)).mode & 0o777).toBe(0o600);
    expectEveryTimeFound(series(40));
  });

  it('begins anew in each segment, with the newest time until then', () => {
    const records = [{number: 0, time: 9000}, ...series(9, 1)];
    write(records, 50_000, {maxSegmentBytes: 120_000});
    expect(indexes().map(entriesIn)).toEqual([1, 1, 1]);
    expect(listSegments(path)).toEqual([0, 1, 2, 3]);
    expectEveryTimeFound(records);
  });

  it('changes nothing about what is found when it is cut at any byte, and is completed by the next opening', () => {
    const records = series(12);
    write(records, 90_000);
    const whole = readFileSync(indexPath(path));
    expect(entriesIn(indexPath(path))).toBe(3);
    for (let bytes = 0; bytes <= whole.length; bytes += 1) {
      writeFileSync(indexPath(path), whole.subarray(0, bytes));
      for (const time of [1000, 1065, 1110, 1111]) expect(found(time)).toEqual(since(records, time));
      openJournal({path, indexBy: numberKey}).close();
      expect(readFileSync(indexPath(path)).equals(whole)).toBe(true);
    }
  });

  it('changes nothing when any of its bytes is wrong', () => {
    const records = series(12).map(record => ({...record, time: 1000 + ((record.number * 7) % 12)}));
    write(records, 90_000);
    const whole = readFileSync(indexPath(path));
    for (let at = 0; at < whole.length; at += 1) {
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << (at % 8));
      writeFileSync(indexPath(path), damaged);
      for (const time of [1000, 1006, 1011, 1012]) expect(found(time)).toEqual(since(records, time));
      for (const from of [0, 6, 11])
        expect(readLines(path, {from, numberKey}).next().value?.[0]).toContain(`"index":${from},`);
    }
  });

  it.each([
    ['of garbage', () => writeFileSync(indexPath(path), Buffer.alloc(5_000_000, 'garbage'))],
    ['of zeros', () => writeFileSync(indexPath(path), Buffer.alloc(3_200))],
    ['with garbage behind it', () => appendFileSync(indexPath(path), Buffer.alloc(320_000, 7))],
    ['that others may write', () => chmodSync(indexPath(path), 0o666)],
  ])('that is a file %s changes nothing, also when the journal goes on', (_, damage) => {
    write(series(24), 90_000);
    damage();
    expectEveryTimeFound(series(24));
    write(series(24, 24), 90_000);
    expectEveryTimeFound(series(48));
  });

  it('of another journal is noticed', () => {
    // The same numbers at the same places, and other times.
    const records = series(24).map(({number, time}) => ({number, time: time + 5000}));
    write(records, 90_000);
    copyFileSync(indexPath(path), join(directory, 'other'));
    rmSync(path);
    rmSync(indexPath(path));
    const times = records.map(({number, time}) => ({number, time: time - 5000}));
    write(times, 90_000);
    copyFileSync(join(directory, 'other'), indexPath(path));
    expectEveryTimeFound(times);
    write(series(5, 24), 90_000);
    expectEveryTimeFound([...times, ...series(5, 24)]);
  });

  it('that says more than its segment holds, as a power failure can leave it, is cut back', () => {
    write(series(24), 90_000);
    const bytes = readFileSync(path).indexOf('\n', 1_000_000) + 1;
    truncateSync(path, bytes);
    const left = series(Math.round(bytes / 90_050));
    expectEveryTimeFound(left);
    const later = Array.from({length: 20}, (_, at) => ({number: left.length + at, time: 500 + at}));
    write(later, 89_990);
    expectEveryTimeFound([...left, ...later]);
  });

  it('is made when a journal gets one for the first time, for all of its segments', () => {
    const records = series(30).map(record => ({...record, time: 1000 + ((record.number * 11) % 30)}));
    const writer = openJournal({path, maxSegmentBytes: 700_000});
    for (const record of records) put(writer, record, 90_000);
    writer.close();
    expect(indexes()).toEqual([]);
    expectEveryTimeFound(records);
    openJournal({path, indexBy: numberKey}).close();
    expect(indexes().map(entriesIn)).toEqual([2, 3, 3, 2]);
    expectEveryTimeFound(records);
  });

  it('that cannot be written does not stop the journal', () => {
    mkdirSync(indexPath(path), {mode: 0o700});
    mkdirSync(indexPath(segmentPath(path, 1)), {mode: 0o700});
    write(series(20), 90_000, {maxSegmentBytes: 900_000});
    expect(listSegments(path)).toEqual([0, 1]);
    rmSync(indexPath(path), {recursive: true});
    rmSync(indexPath(segmentPath(path, 1)), {recursive: true});
    expectEveryTimeFound(series(20));
  });

  it('finds a number among very long lines', () => {
    write(series(8), 3_000_000);
    for (const {number} of series(8))
      expect(readLines(path, {from: number, numberKey}).next().value?.[0]).toContain(`"index":${number},`);
  });
});
