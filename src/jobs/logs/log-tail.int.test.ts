import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

import fc from 'fast-check';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {readLines} from '../../journal/index.ts';
import {JoinedLines} from './joined-lines.ts';
import type {LogFilter} from './log-filter.ts';
import {isUnfinishedLine, type LogRecord} from './log-record.ts';
import {tailOf} from './log-tail.ts';
import {TextSink} from './text-sink.ts';

let directory: string;
let journal: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'stint-tail-'));
  journal = join(directory, 'output.jsonl');
});
afterAll(() => rmSync(directory, {recursive: true}));

/** Makes a piece as long as those of a line that was cut. */
const REST = 'x'.repeat(65_536);

const OUTPUT: LogFilter = {
  kinds: new Set(['stdout', 'stderr']),
  from: 0,
  to: Number.MAX_SAFE_INTEGER,
  ageMs: undefined,
  tail: undefined,
  all: false,
};

const records = fc
  .array(
    fc.record({
      kind: fc.constantFrom('stdout', 'stdout', 'stderr', 'status'),
      partial: fc.integer({min: 0, max: 3}).map(chance => chance > 0),
      isCut: fc.integer({min: 0, max: 3}).map(chance => chance > 0),
      gap: fc.integer({min: 0, max: 6}).map(chance => chance === 0),
    }),
    {maxLength: 60},
  )
  .map(each => {
    let seq = 0;
    return each.map(({kind, partial, isCut, gap}): LogRecord => {
      seq += gap ? 2 : 1;
      const data = kind === 'status' ? {event: 'adopted'} : `${kind} ${seq};`;
      if (kind === 'status' || !partial) return {seq, ts: 1, kind, data};
      return {seq, ts: 1, kind, data: isCut ? `${data}${REST}` : data, partial};
    });
  });

function write(all: readonly LogRecord[]): void {
  writeFileSync(journal, all.map(record => `${JSON.stringify(record)}\n`).join(''), {mode: 0o600});
}

function printed(filter: LogFilter): string[] {
  let text = '';
  const add = (piece: string | Uint8Array) => {
    text += String(piece);
  };
  const output = {write: add, lines: new JoinedLines(add, {mostKept: 1e9}), onTerminal: false, isLost: false};
  const printer = new TextSink(filter, output, '');
  for (const lines of readLines(journal, {from: filter.from})) printer.takeLines(lines);
  printer.end();
  return text.split('\n').slice(0, -1);
}

it('gives the last lines of all that are printed, however they are cut', () => {
  const kinds = fc.constantFrom(['stdout', 'stderr'], ['stdout'], ['stderr'], ['stdout', 'stderr', 'status']);
  fc.assert(
    fc.property(records, kinds, fc.nat(12), fc.nat(40), (all, wanted, count, from) => {
      write(all);
      const filter = {...OUTPUT, kinds: new Set(wanted), from};
      const whole = printed(filter);
      const tail = tailOf(journal, filter, count);
      // A line without an end holds up those of other streams, unless it is none of the last ones.
      const inOrder = all.some(isUnfinishedLine) ? byStream : (lines: readonly string[]) => lines;
      expect(inOrder(printed(tail.filter))).toEqual(inOrder(count === 0 ? [] : whole.slice(-count)));
      if (tail.isAll) expect(whole.length).toBeLessThanOrEqual(count);
    }),
    {numRuns: 60},
  );
});

function byStream(lines: readonly string[]): string[][] {
  return ['stdout', 'stderr', '#'].map(begin => lines.filter(line => line.startsWith(begin)));
}

it('gives of two lines without an end the one that had to wait, behind what came meanwhile', () => {
  write([
    {seq: 0, ts: 1, kind: 'stdout', data: 'a', partial: true},
    {seq: 1, ts: 1, kind: 'stderr', data: 'b', partial: true},
    {seq: 2, ts: 1, kind: 'status', data: {event: 'adopted'}},
  ]);
  const filter = {...OUTPUT, kinds: new Set(['stdout', 'stderr', 'status'])};
  expect(printed(filter)).toEqual(['a', '# adopted', 'b']);
  expect(printed(tailOf(journal, filter, 1).filter)).toEqual(['b']);
});

it('counts records where records are printed', () => {
  write([1, 2, 3].map(seq => ({seq, ts: 1, kind: 'stdout', data: REST, partial: true})));
  expect(tailOf(journal, OUTPUT, 2, {ofRecords: true}).filter.from).toBe(2);
  expect(tailOf(journal, OUTPUT, 2).filter.from).toBe(1);
});

it('looks no further back than it is told to', () => {
  write(Array.from({length: 300}, (_, seq) => ({seq, ts: 1, kind: 'stdout', data: REST, partial: true})));
  expect(tailOf(journal, OUTPUT, 1).filter.from).toBe(0);
  expect(tailOf(journal, OUTPUT, 1, {mostRecords: 100}).filter.from).toBe(200);
});
