/** How long jobs are without a coordinator's eyes on them, from the start of the next one on. */
import {atMost} from './support/goals.mjs';
import {until} from './support/processes.mjs';
import {interleaved, median} from './support/rounds.mjs';
import {withStint} from './support/stint.mjs';

const JOBS = 100;

export const name = 'adoption';
export const what = 'coordinator restarted after kill -9 with 100 running jobs: all adopted';
export const against = '–';
export const goal = atMost(500, ' ms');

export async function run({rounds}) {
  return withStint(async stint => {
    await stint.setParallel(2 * JOBS);
    const jobs = [];
    try {
      for (let at = 0; at < JOBS; at++) jobs.push(await stint.submit(['sleep', '3600']));
      const {restart} = await interleaved({restart: () => restarted(stint, jobs)}, rounds(7));
      const took = median(restart);
      return [{stint: `${took.toFixed(0)} ms`, against, value: took}];
    } finally {
      await stint.killJobs(jobs);
    }
  });
}

async function restarted(stint, jobs) {
  await stint.end('SIGKILL');
  const started = Date.now();
  await stint.client.connect();
  await until(() => jobs.every(job => takenOverAt(stint, job, started) !== undefined));
  return Math.max(...jobs.map(job => takenOverAt(stint, job, started))) - started;
}

/**
 * The coordinator takes jobs over before it serves, but records that right after: as `adopted`, or as `started` where the
 * one before was killed before it could record that. Undefined as long as it has not.
 */
function takenOverAt(stint, job, since) {
  const {ts, data} = stint.statusOf(job).at(-1) ?? {};
  return ts >= since && (data.event === 'adopted' || data.event === 'started') ? ts : undefined;
}
