/**
 * Runs one measurement in a process of its own, for a bounded time: one that hangs, or breaks the process it runs in, costs
 * its own rows and not the table. Whatever it left behind (coordinators, jobs, daemons of others) is ended afterwards. All
 * of it was made below one directory, and says so in its environment, its command line or its current directory.
 */
import {fork} from 'node:child_process';
import {once} from 'node:events';
import {readdirSync, readFileSync, readlinkSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';

import {remove, temporaryDirectory} from './place.mjs';

const PROGRAM = join(import.meta.dirname, '..', 'programs', 'measure.mjs');
/** The slowest one takes some four minutes on an idle machine. */
const LIMIT_MS = 15 * 60_000;
const MOST_SWEEPS = 50;
const BETWEEN_SWEEPS_MS = 20;

/** Resolves with the rows of the table that the measurement made; rejects with what kept it from having any. */
export async function measuredApart(name, quick, limitMs = LIMIT_MS) {
  const directory = temporaryDirectory();
  const child = fork(PROGRAM, [name, ...(quick ? ['--quick'] : [])], {
    // BENCH_DIRECTORY is not taken away from what is measured, as all that begins with STINT_ is.
    env: {
      ...process.env,
      STINT_BENCH_TMP: directory,
      BENCH_DIRECTORY: directory,
      XDG_CACHE_HOME: directory,
    },
  });
  let isLate = false;
  const limit = setTimeout(() => {
    isLate = true;
    child.kill('SIGKILL');
  }, limitMs);
  try {
    let answer;
    child.once('message', message => {
      answer = message;
    });
    const [code, signal] = await once(child, 'exit');
    if (answer?.rows !== undefined) return answer.rows;
    if (isLate) throw new Error(`it was stopped after ${limitMs / 1000} s`);
    throw new Error(answer?.error ?? `its process ended with ${signal ?? code}`);
  } finally {
    clearTimeout(limit);
    child.kill('SIGKILL');
    await endAllBelow(directory);
    remove(directory);
  }
}

/** Kills round by round, because processes may start others meanwhile. */
async function endAllBelow(directory) {
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    const left = processesBelow(directory);
    if (left.length === 0) return;
    for (const pid of left) tryKill(pid);
    await delay(BETWEEN_SWEEPS_MS);
  }
  console.error(`still there: ${processesBelow(directory).join(', ')}`);
}

function processesBelow(directory) {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter(pid => facts(pid).some(text => text.includes(directory)))
    .map(Number);
}

/** Nothing of one that is gone, a zombie, or somebody else's. */
function facts(pid) {
  return [
    () => readFileSync(`/proc/${pid}/environ`, 'latin1'),
    () => readFileSync(`/proc/${pid}/cmdline`, 'latin1'),
    () => readlinkSync(`/proc/${pid}/cwd`),
  ].map(look => {
    try {
      return look();
    } catch {
      return '';
    }
  });
}

function tryKill(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has ended meanwhile
  }
}
