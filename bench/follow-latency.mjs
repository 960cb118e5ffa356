/** How long a line is under way from the job that writes it to whoever reads what `stint logs -f` prints. */
import {spawn} from 'node:child_process';
import {mkdirSync, rmSync} from 'node:fs';
import {join} from 'node:path';

import {makeRepository} from './support/git.mjs';
import {atMost} from './support/goals.mjs';
import {startPm2} from './support/pm2.mjs';
import {killed} from './support/processes.mjs';
import {interleaved, median, quantile} from './support/rounds.mjs';
import {BIN, withStint} from './support/stint.mjs';

const LINES = 1000;
const WARM_UP_LINES = 200;
/** A minute is what the job lives. */
const PATIENCE_MS = 50_000;
const JOB = [process.execPath, join(import.meta.dirname, 'programs', 'timed-lines.mjs')];

export const name = 'follow-latency';
export const what = 'a line written by a job until it is read from `stint logs -f`';
export const against = '`pm2 logs --raw`';
export const goal = atMost(1);

export async function run({rounds}) {
  return withStint(async stint => {
    stint.place = await makeRepository(stint.work, stint.repo);
    const pm2 = await startPm2();
    try {
      const variants = {
        stint: () => throughStint(stint, key => stintLogs(stint, key)),
        journal: () => throughStint(stint, key => tail(stint.journalOf(key)[0])),
        file: () => intoFile(stint.root),
        ...(pm2 && {pm2: () => throughPm2(pm2)}),
      };
      return rows(await interleaved(variants, rounds(5)));
    } finally {
      await pm2?.dispose();
    }
  });
}

function rows(results) {
  return [0.5, 0.99].flatMap(share => {
    const middle = variant => results[variant] && median(results[variant].map(each => quantile(each, share)));
    const [mine, pm2] = [middle('stint'), middle('pm2')];
    const row = {what: `${what}, p${share * 100}`, stint: ms(mine)};
    const aside = (label, value) => ({
      ...row,
      against: `${label}: ${ms(value)}`,
      ratio: mine / value,
      goal: undefined,
    });
    return [
      {
        ...row,
        against: pm2 === undefined ? `${against}: not installed` : `${against}: ${ms(pm2)}`,
        ratio: pm2 && mine / pm2,
      },
      aside('`tail -f` of `job > file`', middle('file')),
      aside('`tail -f` of the journal of stint', middle('journal')),
    ];
  });
}

function ms(value) {
  return `${value.toFixed(2)} ms`;
}

async function throughStint(stint, follower) {
  const key = await stint.submit(JOB);
  try {
    await stint.started(key);
    return await latencies(follower(key));
  } finally {
    await stint.killJobs([key]);
    await stint.quiet();
  }
}

function stintLogs(stint, {invocation, name: job}) {
  return spawn(process.execPath, [BIN, 'logs', '-f', '--tail', '0', `${invocation}:${job}`], {
    cwd: stint.work,
    env: {...process.env, STINT_STATE_DIR: stint.state},
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function intoFile(root) {
  const directory = join(root, 'plain');
  mkdirSync(directory);
  const file = join(directory, 'output');
  const job = spawn('sh', ['-c', 'exec "$@" >"$0"', file, ...JOB], {stdio: 'ignore'});
  try {
    return await latencies(tail(file));
  } finally {
    await killed(job.pid);
    rmSync(directory, {recursive: true});
  }
}

/** By its name and not by its descriptor, so that the file need not be there yet. */
function tail(file) {
  return spawn('tail', ['--lines=0', '-F', file], {stdio: ['ignore', 'pipe', 'ignore']});
}

async function throughPm2(pm2) {
  const log = await pm2.start(JOB, {logType: 'raw'});
  try {
    return await latencies(pm2.follow(log));
  } finally {
    await pm2.forget(log);
  }
}

/** Milliseconds that each line was under way to what the follower prints; ends the follower. */
async function latencies(follower) {
  const found = [];
  const patience = setTimeout(() => follower.kill('SIGKILL'), PATIENCE_MS);
  try {
    let rest = '';
    for await (const data of follower.stdout) {
      const readAt = process.hrtime.bigint();
      const lines = (rest + data).split('\n');
      rest = lines.pop();
      for (const line of lines) {
        const writtenAt = /\bwritten=(\d+)/.exec(line)?.[1];
        if (writtenAt !== undefined) found.push(Number(readAt - BigInt(writtenAt)) / 1e6);
      }
      if (found.length >= WARM_UP_LINES + LINES) break;
    }
  } finally {
    clearTimeout(patience);
    await killed(follower.pid);
  }
  if (found.length < WARM_UP_LINES + LINES)
    throw new Error(`only ${found.length} lines came from ${follower.spawnargs.join(' ')}`);
  return found.slice(WARM_UP_LINES, WARM_UP_LINES + LINES);
}
