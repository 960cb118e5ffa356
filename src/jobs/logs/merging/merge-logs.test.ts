import {expect, it} from 'vitest';

import type {LogEntry} from '../log-record.ts';
import {mergeLogs} from './merge-logs.ts';

let open = 0;
let mostOpen = 0;

/** A log with a record at each of these times, read in batches of so many. */
function logOf(name: string, times: readonly number[], {startedAt = times[0] ?? 0, batch = 2} = {}) {
  const entries = times.map(
    (ts, seq): LogEntry => ({record: {seq, ts, kind: 'stdout', data: `${name}${seq}`}}),
  );
  return {
    name,
    startedAt,
    *open() {
      mostOpen = Math.max(mostOpen, ++open);
      try {
        for (let at = 0; at < entries.length; at += batch) yield entries.slice(at, at + batch);
      } finally {
        open -= 1;
      }
    },
  };
}

function merged(logs: readonly ReturnType<typeof logOf>[]): string[] {
  open = 0;
  mostOpen = 0;
  const out = [...mergeLogs(logs)].flatMap(({log, entries, isOver}) =>
    isOver ? [`${log.name}.`] : entries.map(({record}) => String(record.data)),
  );
  expect(open).toBe(0);
  return out;
}

it('takes the records in the order of their times, and of one time the logs in their order', () => {
  expect(merged([logOf('a', [1, 4, 5, 9]), logOf('b', [2, 3, 5, 6])])).toEqual([
    'a0',
    'b0',
    'b1',
    'a1',
    'a2',
    'b2',
    'b3',
    'b.',
    'a3',
    'a.',
  ]);
});

it('keeps the order within a log where a clock was put back', () => {
  expect(merged([logOf('a', [10, 3, 4, 12]), logOf('b', [5, 11])])).toEqual([
    'b0',
    'a0',
    'a1',
    'a2',
    'b1',
    'b.',
    'a3',
    'a.',
  ]);
});

it('opens a log only when its job had started', () => {
  const logs = Array.from({length: 50}, (_, at) => logOf(`${at}:`, [at * 10, at * 10 + 5]));
  expect(merged(logs)).toHaveLength(150);
  expect(mostOpen).toBeLessThanOrEqual(2);
});

it('says when a log is over, also an empty one', () => {
  expect(merged([logOf('a', [])])).toEqual(['a.']);
  expect(merged([])).toEqual([]);
});

it('closes what is open when somebody stops early', () => {
  open = 0;
  for (const _ of mergeLogs([logOf('a', [1, 3]), logOf('b', [2, 4])])) break;
  expect(open).toBe(0);
});
