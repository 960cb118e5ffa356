/** Many followers of one job: all get all, and the coordinator stays small. */
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {atMost} from './support/goals.mjs';
import {killed, memoryOf} from './support/processes.mjs';
import {median} from './support/rounds.mjs';
import {withStint} from './support/stint.mjs';

const PROCESSES = 5;
const FOLLOWERS_EACH = 10;
const LINES_PER_SECOND = 10_000;
const SECONDS = 8;
const QUICK_SECONDS = 3;
const PROGRAMS = join(import.meta.dirname, 'programs');

export const name = 'followers';
export const what = `${PROCESSES * FOLLOWERS_EACH} followers of a job that prints 10,000 lines a second`;
export const against = '–';
export const goal = atMost(200, ' MiB');

export async function run({quick, rounds}) {
  const lines = LINES_PER_SECOND * (quick ? QUICK_SECONDS : SECONDS);
  return withStint(async stint => {
    const results = [];
    for (let round = rounds(3); round > 0; round--) results.push(await followed(stint, lines));
    const memory = memoryOf(await stint.coordinator(), 'VmHWM');
    const lost = results.reduce((sum, each) => sum + each.lost, 0);
    const middle = field => median(results.map(each => each[field]));
    return [
      {
        what: `${what}: lines that reach them, in sum`,
        stint: `${(middle('perSecond') / 1000).toFixed(0)} k/s`,
        goal: undefined,
      },
      {
        what: `${what}: how long after the last line all have all`,
        stint: `${middle('behind').toFixed(0)} ms`,
        goal: undefined,
      },
      {
        what: `${what}: the most memory of the coordinator`,
        stint: `${memory.toFixed(0)} MiB`,
        value: memory,
      },
      {what: `${what}: lines lost`, stint: String(lost), value: lost, goal: atMost(0)},
    ];
  });
}

/** One job from its first line until every follower has the record that closes its log. */
async function followed(stint, lines) {
  const [go, report] = [join(stint.root, 'go'), join(stint.root, 'printed')];
  const program = [process.execPath, join(PROGRAMS, 'steady-lines.mjs')];
  const key = await stint.submit([...program, String(lines), String(LINES_PER_SECOND), go, report]);
  const groups = Array.from({length: PROCESSES}, () => startFollowers(stint, key, lines));
  try {
    await Promise.all(groups.map(({ready}) => ready));
    const startedAt = Date.now();
    writeFileSync(go, '');
    const results = await Promise.all(groups.map(({result}) => result));
    const total = field => results.reduce((sum, each) => sum + each[field], 0);
    const endedAt = Math.max(...results.map(each => each.endedAt));
    return {
      lost: total('lost'),
      perSecond: total('lines') / ((endedAt - startedAt) / 1000),
      behind: endedAt - Number(readFileSync(report, 'utf8')),
    };
  } finally {
    for (const {pid} of groups) await killed(pid);
    await stint.killJobs([key]);
    await stint.quiet();
    rmSync(stint.directoryOf(key), {recursive: true});
    rmSync(go, {force: true});
  }
}

/** A process of followers: `ready` resolves when all follow, `result` with what came to them. */
function startFollowers(stint, key, lines) {
  const args = [join(PROGRAMS, 'followers.mjs'), stint.state, JSON.stringify(key), FOLLOWERS_EACH, lines];
  const child = spawn(process.execPath, args.map(String), {stdio: ['ignore', 'pipe', 'inherit']});
  let said = '';
  child.stdout.on('data', data => {
    said += data;
  });
  const result = once(child, 'close').then(([code, signal]) => {
    if (code !== 0) throw new Error(`followers ended with ${signal ?? code}`);
    return JSON.parse(said.slice(said.indexOf('{')));
  });
  return {pid: child.pid, ready: Promise.race([once(child.stdout, 'data'), result]), result};
}
