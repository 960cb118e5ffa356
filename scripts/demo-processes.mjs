/**
 * Ends what the demo started: all that carries a mark in its environment. Linux tells the environment of each process;
 * elsewhere the processes are known from stint's own files.
 */
import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';

import {Client} from '../dist/lib/index.js';

/** Kills the coordinator of this state directory and all its jobs. `mark` is `NAME=value`. */
export async function endAll(state, mark) {
  if (process.platform !== 'linux') {
    for (const pid of await known(state)) kill(pid);
    return;
  }
  // Until there is none left: one that is killed may just have started another.
  for (let left = marked(mark); left.length > 0; left = marked(mark)) {
    for (const pid of left) kill(pid);
    await delay(20);
  }
}

function marked(mark) {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .filter(pid => pid !== process.pid && carries(pid, mark));
}

function carries(pid, mark) {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(mark);
  } catch {
    return false; // gone, or of another user
  }
}

/** The coordinator, then the process groups of the jobs that are not closed: only those still have a pid file. */
async function known(state) {
  const health = await new Client({state}).health();
  const groups = readdirSync(state, {recursive: true})
    .filter(path => /^repos[/].*[/]pid$/.test(path))
    .map(path => -Number.parseInt(readFileSync(join(state, path), 'latin1'), 10))
    .filter(group => group < -1);
  return health === undefined ? groups : [health.pid, ...groups];
}

function kill(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // gone meanwhile
  }
}
