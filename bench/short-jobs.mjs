/** Jobs that do nothing: what stint costs per job, beside starting processes with nothing around them and beside queues. */
import {join} from 'node:path';

import {atLeast} from './support/goals.mjs';
import {remove, temporaryDirectory} from './support/place.mjs';
import {isInstalled, output} from './support/processes.mjs';
import {medians} from './support/rounds.mjs';
import {withStint} from './support/stint.mjs';

const JOBS = 500;
const LANES = 4;
const PROGRAMS = join(import.meta.dirname, 'programs');

export const name = 'short-jobs';
export const what = '500 × `true`, 4 at a time, through one library client';
export const against = 'a bare `child_process.spawn` loop';
export const goal = atLeast(0.3);

export async function run({rounds}) {
  return withStint(async stint => {
    await stint.setParallel(LANES);
    const variants = {bare: () => node('spawn-loop.mjs'), stint: () => throughStint(stint)};
    if (isInstalled('nq')) variants.nq = inDirectory(nq);
    if (isInstalled('tsp')) variants.tsp = inDirectory(taskSpooler);
    const took = await medians(variants, rounds(7));
    return [
      row(took, 'bare', {}),
      row(took, 'nq', {against: 'nq, four queues', goal: atLeast(1)}),
      row(took, 'tsp', {against: 'task-spooler, four slots', goal: undefined}),
    ];
  });
}

function row(took, other, more) {
  const label = more.against ?? against;
  if (took[other] === undefined)
    return {...more, stint: rate(took.stint), against: `${label}: not installed`};
  return {
    ...more,
    stint: rate(took.stint),
    against: `${label}: ${rate(took[other])}`,
    ratio: took[other] / took.stint,
  };
}

function rate(ms) {
  return `${((JOBS / ms) * 1000).toFixed(0)} jobs/s`;
}

async function node(program, ...args) {
  return Number(await output(process.execPath, [join(PROGRAMS, program), ...args, JOBS, LANES].map(String)));
}

async function throughStint(stint) {
  const took = await node('client-loop.mjs', stint.state, stint.work);
  await stint.quiet();
  return took;
}

function inDirectory(use) {
  return async () => {
    const directory = temporaryDirectory();
    try {
      return await use(directory);
    } finally {
      remove(directory);
    }
  };
}

/** nq runs the jobs of a directory one after the other, so there are four directories. */
async function nq(directory) {
  const lane = `mkdir "$0/$1"; export NQDIR="$0/$1"; i=0; while [ $i -lt ${JOBS / LANES} ]; do nq -q true; i=$((i + 1)); done; nq -w`;
  return timed(() => inLanes(lane, directory));
}

/** Its jobs end in about the order in which they began, so the last few are waited for. */
async function taskSpooler(directory) {
  const env = {
    ...process.env,
    TS_SOCKET: join(directory, 'socket'),
    TMPDIR: directory,
    TS_SLOTS: String(LANES),
  };
  const lane = `i=0; while [ $i -lt ${JOBS / LANES} ]; do id=$(tsp true); i=$((i + 1)); done; tsp -w "$id"`;
  try {
    return await timed(() => inLanes(lane, directory, env));
  } finally {
    await output('tsp', ['-K'], {env});
  }
}

async function inLanes(script, directory, env = process.env) {
  const lanes = Array.from({length: LANES}, (_, at) =>
    output('sh', ['-c', script, directory, String(at)], {env}),
  );
  await Promise.all(lanes);
}

async function timed(use) {
  const started = performance.now();
  await use();
  return performance.now() - started;
}
