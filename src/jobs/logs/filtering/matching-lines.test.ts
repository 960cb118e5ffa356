import {describe, expect, it} from 'vitest';

import {parsePattern} from '../../../base/index.ts';
import type {LogEntry} from '../log-record.ts';
import {MatchingLines, type MatchOptions} from './matching-lines.ts';

/** A record of stdout for each text; one that ends with `…` has no line end. */
function entries(texts: readonly string[]): LogEntry[] {
  return texts.map((text, seq) => ({
    record: {
      seq,
      ts: 1,
      kind: 'stdout',
      data: text.replace(/…$/, ''),
      ...(text.endsWith('…') ? {partial: true} : {}),
    },
  }));
}

/** What is printed, with `--` where lines were left out, in one batch and record by record alike. */
function printed(texts: readonly string[], pattern: string, options: Partial<MatchOptions> = {}): string[] {
  const run = (batches: readonly LogEntry[][]) => {
    const lines = new MatchingLines({pattern: parsePattern(pattern, '--grep'), context: 0, ...options});
    const out = [...batches.flatMap(batch => lines.take(batch)), ...lines.end()];
    return out.flatMap(({record, isApart}, at) => [
      ...(isApart && at > 0 ? ['--'] : []),
      String(record.data),
    ]);
  };
  const whole = run([entries(texts)]);
  expect(run(entries(texts).map(entry => [entry]))).toEqual(whole);
  return whole;
}

describe('the lines that match', () => {
  const texts = ['1', '2', 'a3', '4', 'a5', '6', '7', '8', '9', 'a10'];

  it('come alone', () => {
    expect(printed(texts, 'a')).toEqual(['a3', '--', 'a5', '--', 'a10']);
  });

  it('come with those around them, each once, and a division where some were left out', () => {
    expect(printed(texts, 'a', {context: 1})).toEqual(['2', 'a3', '4', 'a5', '6', '--', '9', 'a10']);
    expect(printed(texts, 'a', {context: 100})).toEqual(texts);
    expect(printed(texts, 'nothing', {context: 3})).toEqual([]);
  });

  it('come without the first ones', () => {
    expect(printed(texts, 'a', {context: 1, skip: 2})).toEqual(['9', 'a10']);
    expect(printed(texts, 'a', {skip: 9})).toEqual([]);
  });

  it('are looked at as a whole, and printed as a whole', () => {
    expect(printed(['x…', 'ye…', 's', 'no'], 'xyes')).toEqual(['x', 'ye', 's']);
    expect(printed(['x…', 'y…'], 'xy')).toEqual(['x', 'y']);
    expect(printed(['x…', 'no'], 'x$')).toEqual([]);
  });

  it('do not go on where records are missing', () => {
    const lines = new MatchingLines({pattern: parsePattern('ab', '--grep'), context: 0});
    const [a, b] = entries(['a…', 'b']) as [LogEntry, LogEntry];
    expect([...lines.take([a, {...b, isBehindGap: true}]), ...lines.end()]).toEqual([]);
  });
});

it('statuses are looked at as they are printed', () => {
  const lines = new MatchingLines({pattern: parsePattern('# finished exit_code=3', '--grep'), context: 0});
  const record = {seq: 0, ts: 1, kind: 'status', data: {event: 'finished', exit_code: 3}};
  expect(lines.take([{record}])).toHaveLength(1);
});
