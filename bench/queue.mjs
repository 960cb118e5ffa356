/** What waiting jobs cost: those that wait for a place, for each of them, and those that wait for one that ends. */
import {randomBytes} from 'node:crypto';

import {isEnded} from '../dist/lib/coordinator/domain/index.js';
import {StartQueue} from '../dist/lib/coordinator/usecases/queue/start-queue.js';
import {WaitingJobs} from '../dist/lib/coordinator/usecases/queue/waiting-jobs.js';
import {atMost} from './support/goals.mjs';
import {medians} from './support/rounds.mjs';
import {withStint} from './support/stint.mjs';

const FEW = 10;
const MANY = 1000;
const WAITING = 10_000;
const LANES = 4;

export const name = 'queue';
export const what = '1,000 × `true` in one submission, 4 at a time, for each';
export const against = '10 of them';
export const goal = atMost(1.2);

export async function run({rounds}) {
  return withStint(async stint => {
    await stint.setParallel(LANES);
    const perJob = async count => (await allOf(stint, count)) / count;
    const took = await medians(
      {
        few: () => perJob(FEW),
        many: () => perJob(MANY),
        met: () => decided(true),
        never: () => decided(false),
      },
      rounds(7),
    );
    const moment = (label, ms) => ({
      what: label,
      stint: `${ms.toFixed(1)} ms`,
      against: 'in this process, without the coordinator',
      ratio: ms,
      goal: atMost(50, ' ms'),
    });
    return [
      {stint: each(took.many), against: `${against}: ${each(took.few)}`, ratio: took.many / took.few},
      moment('10,000 jobs wait for one: what becomes of them when it ends well', took.met),
      moment('when it fails, so that all of them are skipped', took.never),
    ];
  });
}

function each(ms) {
  return `${ms.toFixed(2)} ms`;
}

/** Milliseconds until all of so many jobs of one submission have ended. */
async function allOf(stint, count) {
  const invocation = randomBytes(6).toString('hex');
  const jobs = Array.from({length: count}, (_, at) => ({
    name: `job-${at}`,
    command: ['true'],
    tags: [],
    sample_every: 1,
    linger_ms: 10_000,
  }));
  const {repo, place, work} = stint;
  const from = performance.now();
  await stint.client.submit({
    invocation,
    repo,
    place,
    trigger_command: 'true',
    hook_type: null,
    cwd: work,
    umask: 0o022,
    env: [`PATH=${process.env.PATH}`],
    checkout: {worktree: null, branch: null, commit: null, dirty: null},
    jobs,
  });
  await Promise.all(jobs.map(({name}) => stint.client.wait({repo, invocation, name, attempt: 1})));
  const took = performance.now() - from;
  await stint.quiet();
  return took;
}

/** Milliseconds of the decision alone: nothing is started, stored or recorded. */
async function decided(isMet) {
  const invocation = {id: '3fa9c1d2e4b5', createdAt: 0};
  const jobNamed = (jobName, needs) => ({
    spec: {
      repo: 'r',
      invocation,
      name: jobName,
      attempt: 1,
      needs,
      now: false,
      service: false,
      priority: 0,
      group: null,
    },
    state: {status: 'queued'},
  });
  const needed = jobNamed('needed', []);
  const rows = {state: {status: 'running', startedAt: 1, pid: 2}};
  const timer = () => () => undefined;
  const queue = new StartQueue({parallel: 1, groups: new Map(), timer, start: () => undefined});
  queue.occupy(needed);
  let skipped = 0;
  const waiting = new WaitingJobs({
    queue,
    find: () => undefined,
    findLast: () => ({...needed, ...rows}),
    timer,
    now: () => 0,
    skip: () => {
      skipped += 1;
    },
  });
  const need = {invocation: invocation.id, name: 'needed', end: 'completed'};
  waiting.add(Array.from({length: WAITING}, (_, at) => jobNamed(`job-${at}`, [need])));
  const state = {status: isMet ? 'completed' : 'failed', finishedAt: 5};
  if (!isEnded(state)) throw new Error('it has not ended');
  const from = performance.now();
  waiting.ended({...needed, state}, true);
  const took = performance.now() - from;
  const left = queue.counts.queued;
  if (left !== (isMet ? WAITING : 0) || skipped !== (isMet ? 0 : WAITING))
    throw new Error(`${left} wait and ${skipped} were skipped`);
  queue.stop();
  return took;
}
