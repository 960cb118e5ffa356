import {describe, expect, it} from 'vitest';

import type {ProgressRecord} from '../record.ts';
import {afterEnd} from './after-end.ts';
import {ProgressAnalysis} from './analysis.ts';
import {summaryOf} from './summary.ts';

function reportOf(...told: readonly (readonly [run: string, phase: string, sub: string])[]) {
  const analysis = new ProgressAnalysis();
  for (const [at, [run_id, phase, sub_phase]] of told.entries()) {
    const record = {ts_ms: 1000 + at, run_id, event: `${phase}_${sub_phase}`, phase, sub_phase};
    analysis.add(record as ProgressRecord);
  }
  return analysis.report(5000);
}

describe('the runs of a job that has ended', () => {
  const report = reportOf(
    ['a', 'embed', 'start'],
    ['b', 'embed', 'start'],
    ['b', 'complete', 'complete'],
    ['c', 'embed', 'start'],
  );

  it('do not go on where they never said how they ended, all others are told as they are', () => {
    expect(report.runs.map(({outcome}) => outcome)).toEqual(['running', 'complete', 'running']);
    const ended = afterEnd(report);
    expect(Object.keys(ended)).toEqual(Object.keys(report));
    expect(ended.runs.map(({outcome, eta}) => [outcome, eta])).toEqual([
      ['unfinished', null],
      ['complete', null],
      ['unfinished', null],
    ]);
    expect(ended.runs.map(({open}) => open.length)).toEqual([1, 0, 1]);
  });

  it('are kept as unfinished', () => {
    expect(summaryOf(report)?.outcome).toBe('unfinished');
    expect(summaryOf(afterEnd(report))?.outcome).toBe('unfinished');
    expect(summaryOf(reportOf(['b', 'complete', 'complete']))?.outcome).toBe('complete');
  });
});
