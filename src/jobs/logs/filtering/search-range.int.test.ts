import {writeFileSync} from 'node:fs';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {type TemporaryDirectory, temporaryDirectory} from '../../../platform/testing/temporary-directory.ts';
import {searchEnd, searchStart} from './search-range.ts';

let directory: TemporaryDirectory;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory.remove());

interface Line {
  readonly seq: number;
  readonly kind?: string;
  readonly partial?: true;
}

const ALL = Number.POSITIVE_INFINITY;
const LINE_BYTES = 100;

/** Every line has 100 bytes. */
function journalOf(lines: readonly Line[]): string {
  const path = directory.at('output.jsonl');
  const texts = lines.map(({seq, kind = 'stdout', partial}) => {
    const empty = JSON.stringify({seq, ts: 1, kind, data: '', partial});
    return JSON.stringify({seq, ts: 1, kind, data: 'x'.repeat(LINE_BYTES - 1 - empty.length), partial});
  });
  writeFileSync(path, texts.map(text => `${text}\n`).join(''), {mode: 0o600});
  return path;
}

function numbers(from: number, to: number): Line[] {
  return Array.from({length: to - from + 1}, (_, at) => ({seq: from + at}));
}

const ERR = Buffer.from('"kind":"stderr"');

describe('a search from the end', () => {
  it('looks at all that costs no more than it may', () => {
    const journal = journalOf(numbers(1, 5000));
    const range = {journal, from: 1, to: 5000, bytes: 500_001};
    expect(searchStart(range, {records: ALL})).toBe(1);
    expect(searchStart({...range, from: 77}, {records: ALL})).toBe(77);
  });

  it('ends soon after that, and where enough was found', () => {
    const journal = journalOf(numbers(1, 50_000));
    const start = searchStart({journal, from: 1, to: 50_000, bytes: 1_000_000}, {records: ALL});
    expect(50_001 - start).toBeGreaterThanOrEqual(10_000);
    expect(50_001 - start).toBeLessThan(20_000);
    expect(searchStart({journal, from: 1, to: 40_000, bytes: ALL}, {records: 100})).toBe(40_001 - 128);
  });

  it('counts only what has the mark, and looks through the rest at little cost', () => {
    const lines = numbers(1, 20_000).map(line => (line.seq % 5000 === 0 ? {...line, kind: 'stderr'} : line));
    const journal = journalOf(lines);
    const range = {
      journal,
      from: 1,
      to: 20_000,
      mayHold: (chunk: Buffer) => chunk.includes(ERR),
      bytes: 800_000,
    };
    expect(searchStart(range, {records: 4, mark: ERR})).toBeLessThanOrEqual(5000);
    expect(searchStart(range, {records: 5, mark: ERR})).toBe(1);
    expect(searchStart({...range, mayHold: undefined}, {records: 4, mark: ERR})).toBeGreaterThan(1);
  });

  it('goes over numbers that are missing, however many, and no further behind them than elsewhere', () => {
    const journal = journalOf([...numbers(1, 60_000), ...numbers(100_000_000, 100_001_000)]);
    const range = {journal, from: 1, to: 100_001_000, bytes: 300_000};
    const start = searchStart(range, {records: ALL});
    expect(start).toBeLessThanOrEqual(60_000);
    expect(start).toBeGreaterThan(20_000);
    expect(searchStart({...range, bytes: ALL}, {records: ALL})).toBe(1);
  });

  it('begins where a line does', () => {
    const pieces = (from: number, to: number): Line[] =>
      numbers(from, to).map(line => ({...line, partial: true}));
    const journal = journalOf([...numbers(1, 860), ...pieces(861, 880), ...numbers(881, 1000)]);
    expect(searchStart({journal, from: 1, to: 1000, bytes: ALL}, {records: 100})).toBe(861);
  });
});

describe('a search from the begin', () => {
  it('ends with the chunk that costs too much', () => {
    const journal = journalOf(numbers(1, 50_000));
    const range = {journal, from: 100, to: 50_000, bytes: 1_000_000};
    const end = searchEnd(range);
    expect(end).toBeGreaterThanOrEqual(10_099);
    expect(end).toBeLessThan(11_500);
    expect(searchEnd({...range, to: 5000})).toBe(5000);
    expect(searchEnd({...range, bytes: ALL})).toBe(50_000);
    expect(searchEnd({...range, bytes: 1})).toBeGreaterThan(100);
  });
});
