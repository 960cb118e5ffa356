/** How fast output becomes records, from the job's start until its log is complete, and the memory that takes. */
import {atLeast, atMost} from './support/goals.mjs';
import {throughPm2, throughStint} from './support/output-job.mjs';
import {startPm2} from './support/pm2.mjs';
import {interleaved, median} from './support/rounds.mjs';
import {withStint} from './support/stint.mjs';

const LINES = 5_000_000;

export const name = 'records';
export const what = 'turning 5 M lines into records, until the log is complete';
export const against = 'pm2 with `--log-type json`';
export const goal = atLeast(1.2);

export async function run({rounds}) {
  return withStint(async stint => {
    const pm2 = await startPm2();
    try {
      const others = pm2 === undefined ? {} : {pm2: () => throughPm2(pm2, LINES)};
      const results = await interleaved({stint: () => throughStint(stint, LINES), ...others}, rounds(5));
      return rows(summary(results.stint), results.pm2 && summary(results.pm2));
    } finally {
      await pm2?.dispose();
    }
  });
}

function rows(stint, pm2) {
  if (stint.lost > 0) throw new Error(`stint lost ${stint.lost} lines`);
  const lost = pm2 && pm2.lost > 0 ? `, lost ${pm2.lost} lines in ${pm2.lossy} of ${pm2.runs} runs` : '';
  return [
    {
      stint: rate(stint.perSecond),
      against: pm2 ? `${against}: ${rate(pm2.perSecond)}${lost}` : `${against}: not installed`,
      ratio: pm2 && stint.perSecond / pm2.perSecond,
    },
    {
      what: 'the most memory of the coordinator meanwhile',
      stint: `${stint.memory.toFixed(0)} MiB`,
      against: pm2 ? `pm2: ${pm2.memory.toFixed(0)} MiB` : 'pm2: not installed',
      goal: atMost(150, ' MiB'),
      value: stint.memory,
    },
  ];
}

function summary(runs) {
  const missing = runs.map(({recorded}) => LINES - recorded);
  return {
    perSecond: median(runs.map(({perSecond}) => perSecond)),
    memory: Math.max(...runs.map(({memory}) => memory)),
    lost: missing.reduce((sum, each) => sum + each, 0),
    lossy: missing.filter(each => each !== 0).length,
    runs: runs.length,
  };
}

function rate(perSecond) {
  return `${(perSecond / 1e6).toFixed(2)} M lines/s`;
}
