/** What a coordinator costs while nothing happens. */
import {spawn} from 'node:child_process';
import {setTimeout as delay} from 'node:timers/promises';

import {atMost} from './support/goals.mjs';
import {cpuOf, killed, memoryOf} from './support/processes.mjs';
import {withStint} from './support/stint.mjs';

const WATCH_SECONDS = 30;
const QUICK_SECONDS = 3;
/** What starting up and running jobs left to be done is done by then. */
const REST_MS = 2000;

export const name = 'idle';
export const what = 'idle coordinator';
export const against = 'Node with one timer';
export const goal = atMost(30, ' MiB');

export async function run({quick}) {
  const seconds = quick ? QUICK_SECONDS : WATCH_SECONDS;
  return withStint(async stint => {
    const bare = spawn(process.execPath, ['-e', 'setInterval(() => {}, 2 ** 30)'], {stdio: 'ignore'});
    const jobs = [];
    try {
      for (let at = 0; at < 10; at++) await stint.client.wait(await stint.submit(['true']));
      await stint.quiet();
      const idle = await watched(stint, seconds);
      jobs.push(await stint.submit(['sleep', '3600']));
      const silent = await watched(stint, seconds);
      const floor = memoryOf(bare.pid, 'VmRSS');
      return [
        memoryRow('memory of an idle coordinator, after 10 jobs', idle, floor),
        cpuRow(`CPU time of an idle coordinator in ${seconds} s, no job`, idle),
        memoryRow('memory of the coordinator of one silent job', silent, floor),
        cpuRow(`CPU time of the coordinator of one silent job in ${seconds} s`, silent),
      ];
    } finally {
      await stint.killJobs(jobs);
      await killed(bare.pid);
    }
  });
}

async function watched(stint, seconds) {
  const pid = await stint.coordinator();
  await delay(REST_MS);
  const before = cpuOf(pid);
  await delay(seconds * 1000);
  return {cpu: cpuOf(pid) - before, memory: memoryOf(pid, 'VmRSS')};
}

function memoryRow(text, {memory}, floor) {
  return {
    what: text,
    stint: `${memory.toFixed(0)} MiB`,
    against: `${against}: ${floor.toFixed(0)} MiB`,
    value: memory - floor,
    difference: `+${(memory - floor).toFixed(0)} MiB`,
    goal: atMost(30, ' MiB more'),
  };
}

function cpuRow(text, {cpu}) {
  return {what: text, stint: `${cpu} ms`, against: '–', value: cpu, goal: atMost(0, ' ms')};
}
