/** Files may be long, go away or be replaced: all commands say the same of them. Statistics are of what happened, and say of how many. */
import {rmSync, truncateSync} from 'node:fs';

import {bash, node, python} from '../scripts.ts';
import {
  between,
  every,
  type Kind,
  known,
  oneOf,
  PATIENT,
  type Situation,
  STALLS_LATER,
  some,
  type Truth,
} from '../situation.ts';
import type {Stage} from '../stage.ts';

/** Behind this the begin of the file is far away for who reads 64 KiB of its end. */
const MUCH = `for (let n = 0; n < 3000; n++) r('progress', 'inner', {rows_processed: n, note: 'x'.repeat(60)});`;

export const FILES_AND_STATISTICS: Kind = {
  title: '7 files and statistics',
  situations: [
    {
      name: 'is in an outer phase behind a long inner one that ended',
      command: node(`r('start', 'outer'); r('start', 'inner'); ${MUCH} r('done', 'inner'); mark(); stand()`),
      options: PATIENT,
      truth: {
        listed: {phase: 'outer'},
        report: {runs: [{open: [{phase: 'outer'}]}]},
        stats: {running: [{phase: 'outer'}]},
        says: {ls: [/outer/], status: [/outer/], report: [/outer/]},
      },
    },
    {
      name: 'is in an inner phase that is long',
      command: node(`r('start', 'outer'); r('start', 'inner'); ${MUCH} mark(); stand()`),
      options: PATIENT,
      truth: {
        listed: {phase: 'inner', rows_processed: 2999},
        report: {runs: [{open: [{phase: 'outer'}, {phase: 'inner'}]}]},
      },
    },
    {
      name: 'has told its total only at the begin of a long file',
      command: node(`r('start', 'inner', {rows_total: 5000}); ${MUCH} mark(); stand()`),
      options: PATIENT,
      truth: {
        listed: {phase: 'inner', rows_processed: 2999, rows_total: 5000},
        report: {runs: [{rows: {processed: 2999, total: 5000}}]},
      },
    },
    {
      name: 'has told the rows of its batches in a long file',
      command: node(
        `r('start', 'embed'); for (let n = 0; n < 3000; n++) r('progress', 'embed', {batch_index: n, batch_rows: 2, note: 'y'.repeat(40)}); mark(); stand()`,
      ),
      options: PATIENT,
      truth: {listed: {phase: 'embed', rows_processed: 6000}},
    },
    {
      name: 'has two runs, of which one lies at the begin of a long file',
      command: node(
        `r('start', 'embed', {run_id: 'a'}); for (let n = 0; n < 3000; n++) r('progress', 'load', {run_id: 'b', rows_processed: n, note: 'z'.repeat(40)}); r('complete', 'complete', {run_id: 'b'}); mark(); stand()`,
      ),
      when: stage => stage.recorded('stalled'),
      truth: {
        listed: {stalled: true, phase: 'embed'},
        report: {runs: [{open: [{phase: 'embed'}]}, {outcome: 'complete'}]},
      },
    },
    {
      name: 'goes on in a file that was deleted',
      command: node(`
const fd = openSync(PATH, 'a');
for (let n = 1; ; n++) { writeSync(fd, line('progress', 'embed', {rows_processed: n * 10, rows_total: 100000})); if (n === 12) mark(); if (n === 20) mark('later'); pause(0.05); }`),
      options: STALLS_LATER,
      when: async stage => {
        await stage.marked();
        rmSync(stage.progress, {force: true});
        await stage.marked('later');
      },
      truth: {
        listed: {status: 'running', stalled: false, phase: 'embed', rows_processed: known},
        report: {now: {outcome: 'running', phase: 'embed', rows_processed: known}, stalled: false},
        says: {ls: [/embed/], status: [/embed/], report: [/embed/]},
        neverSays: neverReported(),
      },
    },
    removed('removes its file at its end', 'rm "$STINT_PROGRESS_JSONL"'),
    removed('removes its file right behind its last record', 'rows embed 40 40; rm "$STINT_PROGRESS_JSONL"'),
    removed('has a file that is removed when it has ended', ':', stage => rmSync(stage.progress)),
    removed('has a file that is emptied when it has ended', ':', stage => truncateSync(stage.progress)),
    {
      name: 'does batches side by side, each as long as it was',
      command: bash(`
r start embed '"batch_index":0'; r start embed '"batch_index":1'; r start embed '"batch_index":2'; r start embed '"batch_index":3'
pause 0.4
for n in 0 1 2 3; do r done embed '"batch_index":'$n; done; r complete complete`),
      when: stage => stage.recorded('closed'),
      truth: {
        stats: {phases: some('embed at 0.4 s each', isEach('embed', 0.35, 3))},
        report: {runs: [{phases: [{phase: 'embed', count: 4}]}]},
      },
    },
    {
      name: 'does batches side by side, in Python, each as long as it was',
      command: python(`
def batch(n):
    r("start", "embed", batch_index=n, pid=n); pause(0.4); r("done", "embed", batch_index=n, pid=n)
threads = [threading.Thread(target=batch, args=(n,)) for n in range(8)]
for each in threads: each.start()
for each in threads: each.join()
r("complete", "complete")`),
      when: stage => stage.recorded('closed'),
      truth: {stats: {phases: some('embed at 0.4 s each', isEach('embed', 0.35, 3))}},
    },
    {
      name: 'does batches one after the other, each as long as it was',
      command: bash(
        `for n in 0 1 2 3; do r start embed '"batch_index":'$n; pause 0.1; r done embed '"batch_index":'$n; done; r complete complete`,
      ),
      when: stage => stage.recorded('closed'),
      truth: {stats: {phases: some('embed at 0.1 s each', isEach('embed', 0.08, 1))}},
    },
    ran(1, {says: [/\b1 run\b/], neverSays: [/95 ?%/]}),
    ran(3, {says: [/\b3 runs\b/], neverSays: [/95 ?%/]}),
    ran(6, {says: [/\b6 runs\b/, /95 ?%/], neverSays: []}),
    {
      name: 'runs, and ran twice before, of which no quantile is told',
      command: bash('r start embed; mark; stand'),
      options: PATIENT,
      before: stage => runsBefore(stage, 2),
      truth: {
        says: {status: [/usually|before|earlier|2 runs/]},
        neverSays: {status: [/95 ?%/], stats: [/95 ?%/]},
      },
    },
  ],
};

function neverReported(): NonNullable<Truth['neverSays']> {
  const never = [/never reported|no progress|did not report|has not reported/i];
  return {ls: never, status: never, report: never, stats: never};
}

/** Its row knows what the file does not tell any more. */
function removed(what: string, atEnd: string, act: (stage: Stage) => void = () => undefined): Situation {
  return {
    name: what,
    command: bash(
      `r start embed; for n in 1 2 3 4; do rows embed $((n*10)) 40; pause 0.1; done; r done embed; mark; pause 0.3; ${atEnd}`,
    ),
    options: STALLS_LATER,
    when: async stage => {
      await stage.recorded('closed');
      act(stage);
    },
    truth: {
      listed: {status: 'completed', phase: 'embed', rows_processed: 40, rows_total: 40, activity: null},
      report: {
        records: null,
        now: {outcome: 'unfinished', phase: 'embed', open: null, rows_processed: 40, rows_total: 40},
        activity: null,
        summary: {phase: 'embed', rows_processed: 40},
      },
      stats: {phases: some('embed', ({phase}) => phase === 'embed')},
      says: {status: [/embed/], report: [/summary|left of|no longer|not there any more|is gone/i, /embed/]},
      neverSays: neverReported(),
    },
  };
}

/** The seconds of each time lie between these, whatever of them is told. */
function isEach(name: string, low: number, high: number) {
  return ({phase, each_secs}: Record<string, unknown>) => {
    const told = Object.entries((each_secs ?? {}) as Record<string, number>).filter(([key]) =>
      /^(p50|p95|max|min)$/.test(key),
    );
    return (
      phase === name &&
      told.some(([, value]) => value !== null) &&
      told.every(([, value]) => value === null || (value >= low && value <= high))
    );
  };
}

/** The last of so many runs, all alike. */
function ran(
  times: number,
  {says, neverSays}: {readonly says: readonly RegExp[]; readonly neverSays: readonly RegExp[]},
): Situation {
  return {
    name: `ran ${times === 1 ? 'once' : `${times} times`}, and statistics say so`,
    command: shortRun(),
    before: stage => runsBefore(stage, times - 1),
    when: stage => stage.recorded('closed'),
    truth: {
      stats: {
        runs: times,
        outcomes: {completed: times},
        phases: every('phases with their runs', ({runs}) => runs === times),
        duration_secs: {runs: oneOf(times), max: between(0, 10)},
      },
      says: {stats: says},
      neverSays: {stats: neverSays},
    },
  };
}

async function runsBefore(stage: Stage, times: number): Promise<void> {
  for (let time = 0; time < times; time++) {
    await stage.submit(shortRun(), STALLS_LATER);
    await stage.recorded('closed');
  }
}

function shortRun(): string[] {
  return bash('r start embed; pause 0.1; r done embed; r complete complete');
}
