/** Counters belong to a phase and have bounds; a rate is that of lately; an ETA is told only while rows get on. */
import {bash, node, python} from '../scripts.ts';
import {
  between,
  Check,
  type Expected,
  type Kind,
  known,
  not,
  PATIENT,
  type Situation,
  STALLS_LATER,
  unknown,
} from '../situation.ts';
import type {Stage} from '../stage.ts';

/** 10 rows each 50 ms, on a busy machine rather fewer. */
const ABOUT_200 = between(40, 260);
const NO_ETA = {eta_secs: null, eta_range_secs: unknown} as const;

export const ROWS: Kind = {
  title: '5 rows, rate, ETA',
  situations: [
    counted('a total of 1e308', '"rows_processed":9,"rows_total":1e308', {
      rows_processed: 9,
      rows_total: null,
    }),
    counted('a total that is no number of JavaScript', '"rows_processed":9,"rows_total":1e999', {
      rows_processed: 9,
      rows_total: null,
    }),
    counted('a total above 2^53', '"rows_processed":9,"rows_total":9007199254740993', {
      rows_processed: 9,
      rows_total: null,
    }),
    counted('a negative total', '"rows_processed":9,"rows_total":-5', {rows_processed: 9, rows_total: null}),
    counted('a total that is a text', '"rows_processed":9,"rows_total":"NaN"', {
      rows_processed: 9,
      rows_total: null,
    }),
    counted('negative rows', '"rows_processed":-9,"rows_total":50', {rows_processed: null}),
    counted('rows that are a text', '"rows_processed":"NaN","rows_total":50', {rows_processed: null}),
    counted('1e300 rows', '"rows_processed":1e300,"rows_total":50', {rows_processed: null}),
    counted('more rows than there are', '"rows_processed":900,"rows_total":16', {
      rows_processed: 900,
      rows_total: null,
    }),
    counted('a total of 0', '"rows_processed":0,"rows_total":0', {rows_processed: 0, ...NO_ETA}),
    {
      name: 'tells the total of another phase, and rows are not set against it',
      command: bash('r start load; rows load 16 16; r done load; r start embed; rows embed 900; mark; stand'),
      truth: {
        listed: {phase: 'embed', rows_processed: 900, rows_total: null, eta_secs: null},
        neverSays: {ls: [/900(\/| of )16/], status: [/900 of 16/], report: [/900 of 16/]},
      },
    },
    {
      name: 'is in a phase that counts nothing, within one that counts',
      command: bash('r start embed; rows embed 690 1000; r start link; mark; stand'),
      options: PATIENT,
      truth: {
        listed: {phase: 'link', rows_processed: 690, rows_total: 1000, rows_phase: 'embed'},
        report: {now: {phase: 'link', rows_processed: 690, rows_phase: 'embed'}},
        says: {
          ls: [/link \(embed 690\/1000/],
          status: [/690 of 1000.*in embed/],
          report: [/690 of 1,000.*in embed/],
        },
        neverSays: {ls: [/link 690/]},
      },
    },
    {
      name: 'ended in a phase that counted nothing, behind one that counted',
      command: bash(
        'r start embed; rows embed 690 1000; r done embed; r start link; r done link; r complete complete',
      ),
      when: stage => stage.recorded('closed'),
      truth: {
        listed: {phase: 'complete', rows_processed: 690, rows_total: 1000, rows_phase: 'embed'},
        says: {status: [/690 of 1000.*in embed/]},
      },
    },
    {
      name: 'tells a total in a phase that counts nothing, and rows in another',
      command: bash(`r start scan '"rows_total":16'; r start embed; rows embed 900; mark; stand`),
      truth: {
        listed: {rows_processed: 900, rows_total: null},
        neverSays: {ls: [/900(\/| of )16/], status: [/900 of 16/], report: [/900 of 16/]},
      },
    },
    {
      name: 'goes on at 60 %, and its rate is that of the rest',
      command: bash('r start embed; moves embed 6000 10000'),
      options: STALLS_LATER,
      truth: {listed: {rows_total: 10_000, rows_per_sec: ABOUT_200, eta_secs: between(3, 100)}},
    },
    {
      name: 'goes on at 60 %, as its start tells, and its rate is that of the rest',
      command: bash(
        `r start embed '"rows_processed":6000,"rows_total":10000'; pause 0.1; moves embed 6000 10000`,
      ),
      options: STALLS_LATER,
      truth: {listed: {rows_total: 10_000, rows_per_sec: ABOUT_200, eta_secs: between(3, 100)}},
    },
    {
      name: 'skips done rows at its start, and its rate is that of the rest',
      command: bash(
        'r start embed; rows embed 0 100000; pause 0.02; rows embed 30000 100000; pause 0.02; rows embed 60000 100000; (pause 1; mark later) & moves embed 60000 100000',
      ),
      options: STALLS_LATER,
      when: both('ready', 'later'),
      truth: {listed: {rows_per_sec: ABOUT_200, eta_secs: between(30, 1000), activity: 'moving'}},
    },
    {
      name: 'skips done rows at its start, in Python, and its rate is that of the rest',
      command: python(`
r("start", "embed")
done = 0
for step in range(5): done += 9000; r("progress", "embed", rows_processed=done, rows_total=100000)
for step in range(9999):
    done += 10; r("progress", "embed", rows_processed=done, rows_total=100000)
    if step == 30: mark()
    pause(0.05)`),
      options: STALLS_LATER,
      truth: {listed: {rows_per_sec: ABOUT_200, eta_secs: between(40, 1500)}},
    },
    {
      name: 'says what its rate is reckoned from, and between what its ETA lies',
      command: bash('r start embed; moves embed 0 10000'),
      options: STALLS_LATER,
      truth: {
        listed: {
          rate_basis: {over_ms: between(1, 30_000), records: between(1, 10_000)},
          eta_secs: known,
          eta_range_secs: range(),
        },
        says: {ls: [/ETA/], status: [/eta/]},
      },
    },
    {
      name: 'is stuck and has no ETA',
      command: bash('r start embed; for n in 1 2 3 4; do rows embed $n 10; pause 0.03; done; stand'),
      when: stage => stage.recorded('stalled'),
      truth: {
        listed: {stalled: true, rows_processed: 4, rows_total: 10, ...NO_ETA},
        neverSays: {ls: [/ETA/], status: [/^ {2}eta/m], stats: [/ETA/]},
      },
    },
    {
      name: 'may or may not move and has no ETA',
      command: bash(
        `r start embed; for n in 1 2 3 4; do rows embed $n 10; pause 0.03; done; n=0; while :; do n=$((n+1)); r alive embed '"n":'$n; [ $n = 8 ] && mark; pause 0.05; done`,
      ),
      when: async stage => {
        await stage.marked();
        await stage.outlast('1s');
      },
      truth: {listed: {stalled: false, rows_processed: 4, ...NO_ETA}, neverSays: {ls: [/ETA/]}},
    },
    ended('complete', 'rows embed 4 10; r complete complete', {rows_processed: 4, rows_total: 10}),
    ended('without a total', 'rows embed 500', {rows_processed: 500, rows_total: null}),
    ended(
      'without a total, by a sum of batches',
      `r done embed '"batch_rows":20'; r done embed '"batch_rows":30'`,
      {rows_processed: 50, rows_total: null},
    ),
    {
      name: 'tells its rows a little out of order, which is no new begin',
      command: bash(
        'r start embed; for n in 100 110 105 120 115 130; do rows embed $n 1000; pause 0.15; done; mark; stand',
      ),
      options: PATIENT,
      truth: {
        listed: {rows_processed: 130, rows_total: 1000, rows_per_sec: known},
        report: rowsOfEmbed(between(30, 130)),
      },
    },
    {
      name: 'tells its rows out of order by threads, in Node, and the newest is not the last',
      command: node(
        `r('start', 'embed'); for (const n of [1000, 1020, 1010, 1040, 1030]) r('progress', 'embed', {rows_processed: n, rows_total: 5000}); mark(); stand()`,
      ),
      options: PATIENT,
      truth: {
        listed: {rows_processed: between(1030, 1040), rows_total: 5000},
        report: rowsOfEmbed(between(40, 1040)),
      },
    },
    {
      name: 'really begins anew',
      command: bash(
        'r start embed; for n in 400 800 5 10; do rows embed $n 1000; pause 0.03; done; mark; stand',
      ),
      options: PATIENT,
      truth: {listed: {rows_processed: 10, rows_total: 1000}},
    },
    {
      name: 'counts without a total while it runs',
      command: bash('r start embed; moves embed'),
      options: STALLS_LATER,
      truth: {
        listed: {
          rows_processed: not(null, undefined),
          rows_total: null,
          rows_per_sec: ABOUT_200,
          eta_secs: null,
        },
      },
    },
  ],
};

/** A record with such counters; what is said of them is never more than what is known. */
function counted(what: string, more: string, listed: Readonly<Record<string, Expected>>): Situation {
  return {
    name: `tells ${what}`,
    command: bash(`r start embed; r progress embed '${more}'; mark; stand`),
    options: PATIENT,
    truth: {
      listed: {status: 'running', phase: 'embed', eta_secs: null, ...listed},
      says: {ls: [/embed/], status: [/embed/], report: [/embed/]},
      neverSays: {ls: [/\d%/], status: [/\d%/]},
    },
  };
}

function ended(
  what: string,
  script: string,
  listed: {readonly rows_processed: number; readonly rows_total: number | null},
): Situation {
  const {rows_processed, rows_total} = listed;
  return {
    name: `ended, ${what}, and keeps its count`,
    command: bash(`r start embed; ${script}`),
    when: stage => stage.recorded('closed'),
    truth: {
      listed: {...listed, ...NO_ETA, rows_per_sec: null},
      report: {runs: [{rows: {processed: rows_processed, total: rows_total}, eta: null}]},
      neverSays: {ls: [/ETA/], status: [/^ {2}eta/m]},
    },
  };
}

function both(...marks: readonly string[]) {
  return async (stage: Stage) => {
    for (const mark of marks) await stage.marked(mark);
  };
}

function range(): Check {
  return new Check('[low, high], or null where the rate does not vary', value => {
    if (value === null) return true;
    if (!Array.isArray(value)) return false;
    const [low, high] = value as unknown[];
    return typeof low === 'number' && typeof high === 'number' && low >= 0 && low <= high;
  });
}

/** Of the only run, by its phases. */
function rowsOfEmbed(rows: Check): Expected {
  return {runs: [{phases: [{phase: 'embed', rows}]}]};
}
