import fc from 'fast-check';
import {describe, expect, it} from 'vitest';

import type {SpoolStream} from '../transcoding/spool-transcoder.ts';
import {dealLines, isPlain, lacksOne, type Run, STREAMS, type Written} from './deal-lines.ts';

/** `o` and `e` are runs, a digit behind one how many writes were told apart, `+` before one that it goes on. */
function runsOf(text: string): Run[] {
  return [...text.matchAll(/(\+?)([oe])(\d?)/g)].map(([, plus, stream, writes]) => ({
    stream: stream === 'o' ? 'stdout' : 'stderr',
    writes: writes === '' ? 1 : Number(writes),
    continues: plus === '+',
  }));
}

/** Each line is a byte long. */
function lines(count: number, {sure = count, isOpen = false} = {}): Written {
  return {ends: Array.from({length: count}, (_, at) => at + 1), sure, isOpen};
}

/** `o2 e1`: two lines of stdout, then one of stderr. */
function dealt(runs: string, stdout: Written, stderr: Written, next?: SpoolStream): string {
  const taken = {stdout: 0, stderr: 0};
  return dealLines(runsOf(runs), {stdout, stderr}, next)
    .dealt.map(({stream, upTo}) => {
      const more = upTo - taken[stream];
      taken[stream] = upTo;
      return `${stream === 'stdout' ? 'o' : 'e'}${more}`;
    })
    .join(' ');
}

describe('lines are dealt out along the runs', () => {
  it.each([
    ['one each where there are as many', 'oeoe', lines(2), lines(2), 'o1 e1 o1 e1'],
    ['all to the only run of a stream', 'oeo', lines(2), lines(5), 'o1 e5 o1'],
    ['evenly where nothing tells more', 'oeoe', lines(6), lines(2), 'o3 e1 o3 e1'],
    ['by the writes that were told apart', 'o4eo2e', lines(6), lines(2), 'o4 e1 o2 e1'],
    ['at least one to each', 'o9eoe', lines(3), lines(2), 'o2 e1 o1 e1'],
    ['the last pieces of lines end them', 'oeo', lines(1), lines(1), 'e1 o1'],
    ['but where another line was begun', 'oeo', lines(1, {isOpen: true}), lines(1), 'o1 e1'],
    ['none to a run that goes on', '+oeo', lines(1), lines(1), 'e1 o1'],
    ['some to it where there are more', '+o2eo', lines(3), lines(1), 'o2 e1 o1'],
    ['no more than there are for sure, or runs', 'oeo', lines(4, {sure: 1}), lines(1), 'o1 e1 o1'],
    ['what no run is known of comes last', 'o', lines(1), lines(2), 'o1 e2'],
    ['nothing to nobody', '', lines(0), lines(0), ''],
  ])('%s', (_, runs, stdout, stderr, expected) => {
    expect(dealt(runs, stdout, stderr)).toBe(expected);
  });

  it('leaves a line that was being written to the next run', () => {
    expect(dealt('oe', lines(2), lines(1), 'stdout')).toBe('o1 e1');
    expect(dealt('oe', lines(2), lines(1), 'stderr')).toBe('o2 e1');
    expect(dealt('eo', lines(2), lines(1), 'stdout')).toBe('e1 o2');
  });

  it('gives each line once, in the order of its stream, and no run less than its due', () => {
    const stream = fc.constantFrom<SpoolStream>('stdout', 'stderr');
    const run = fc.record({stream, writes: fc.integer({min: 1, max: 5}), continues: fc.constant(false)});
    const written = fc
      .record({count: fc.nat(12), isSure: fc.boolean(), isOpen: fc.boolean()})
      .map(({count, isSure, isOpen}) => lines(count, {sure: isSure ? count : 0, isOpen}));
    fc.assert(
      fc.property(fc.array(run, {maxLength: 12}), written, written, (runs, stdout, stderr) => {
        const deal = dealLines(runs, {stdout, stderr});
        for (const each of STREAMS) {
          const upTo = deal.dealt.filter(({stream}) => stream === each).map(({upTo}) => upTo);
          expect(upTo).toEqual([...new Set(upTo)].sort((a, b) => a - b));
          expect(upTo.at(-1) ?? 0).toBe(deal.lines[each]);
          const {ends, sure} = each === 'stdout' ? stdout : stderr;
          expect(deal.lines[each]).toBeGreaterThanOrEqual(Math.min(sure, ends.length));
          expect(deal.lines[each]).toBeLessThanOrEqual(ends.length);
        }
      }),
    );
  });
});

describe('what is known now', () => {
  it('suffices where no run but the last can have more than a line', () => {
    const plain = (runs: string, out: number, err: number) =>
      isPlain(runsOf(runs), {stdout: lines(out), stderr: lines(err)});
    expect(plain('oeo', 2, 1)).toBe(true);
    expect(plain('oeo', 1, 0)).toBe(true);
    expect(plain('oe', 1, 7)).toBe(true);
    expect(plain('o', 1, 1)).toBe(true);
    expect(plain('oe', 2, 1)).toBe(false);
  });

  it('lacks one write where one line more is there than runs, and the last run is not of its stream', () => {
    const lacks = (runs: string, out: number, err: number) =>
      lacksOne(runsOf(runs), {stdout: lines(out), stderr: lines(err)});
    expect(lacks('oe', 2, 1)).toBe(true);
    expect(lacks('eo', 2, 1)).toBe(false);
    expect(lacks('oe', 3, 1)).toBe(false);
    expect(lacks('oe', 1, 1)).toBe(false);
  });
});
