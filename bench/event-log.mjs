/** The event log: how fast it is appended to, and how soon a subscriber in another process has what is appended. */
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';

import {atLeast, atMost} from './support/goals.mjs';
import {NODES} from './support/nodes.mjs';
import {remove, temporaryDirectory} from './support/place.mjs';
import {killed, output} from './support/processes.mjs';
import {median, quantile} from './support/rounds.mjs';

const PROGRAMS = join(import.meta.dirname, 'programs');
const LONG = 1_000_000;
const QUICK_LONG = 100_000;
const SHORT = 1000;
/** A round is some milliseconds: what else the machine does then disturbs a few of them, and not their median. */
const ROUNDS_EACH = 5;
const WARM_UP = 100;
const PAUSE_MS = 5;
const IDLE_MS = 1000;

export const name = 'event-log';
export const what = '`appendMany` of 1,000 entries, SQLite';
export const against = 'the same rows by hand, 1,000 in a transaction';
export const goal = atLeast(0.7);

export async function run({quick, rounds}) {
  const longest = quick ? QUICK_LONG : LONG;
  const size = quick ? {runs: 1, count: 200} : {runs: 3, count: 500};
  const rows = [];
  for (const {program, title} of NODES) {
    const directory = temporaryDirectory();
    const place = {backend: 'sqlite', path: join(directory, 'events.db')};
    try {
      const measured = await printed(program, 'event-log-rate.mjs', directory, ROUNDS_EACH * rounds(15));
      rows.push(...rates(measured, title));
      rows.push(await lengths(program, place, longest, `SQLite (${title})`, rounds));
      rows.push(...(await latencies(program, place, `SQLite (${title})`, size)));
    } finally {
      remove(directory);
    }
  }
  const directory = temporaryDirectory();
  const place = {backend: 'file', directory: join(directory, 'events')};
  try {
    rows.push(await lengths(process.execPath, {backend: 'memory'}, longest, 'memory', rounds));
    rows.push(await lengths(process.execPath, place, longest, 'file', rounds));
    rows.push(...(await latencies(process.execPath, place, 'file', size)));
    return rows;
  } finally {
    remove(directory);
  }
}

function rates(results, title) {
  const [many, handMany, single, handSingle, chained] = [
    results.many,
    results.handMany,
    results.single,
    results.handSingle,
    results.chained,
  ].map(median);
  return [
    {
      what: `${what} (${title})`,
      stint: perSecond(many),
      against: `${against}: ${perSecond(handMany)}`,
      ratio: many / handMany,
    },
    {
      what: `single \`append\`s in a loop, SQLite (${title})`,
      stint: perSecond(single),
      against: `one row per transaction by hand: ${perSecond(handSingle)}`,
      ratio: single / handSingle,
      goal: atLeast(2.5),
    },
    {
      what: `${what}, with a hash chain (${title})`,
      stint: perSecond(chained),
      against: `without: ${perSecond(many)}`,
      ratio: chained / many,
      goal: undefined,
    },
  ];
}

async function lengths(node, place, longest, where, rounds) {
  const args = [JSON.stringify(place), longest, SHORT, ROUNDS_EACH * rounds(15)];
  const results = await printed(node, 'event-log-length.mjs', ...args);
  const [long, short] = [median(results.long), median(results.short)];
  return {
    what: `an \`append\` to a topic of ${longest.toLocaleString('en')} entries, ${where}`,
    stint: `${long.toFixed(2)} µs`,
    against: `to one of 1,000: ${short.toFixed(2)} µs`,
    ratio: long / short,
    goal: atMost(1.2),
  };
}

/** Entries from one process to another, and whether the one that waits looks for them. */
async function latencies(node, place, where, {runs, count}) {
  const results = [];
  for (let run = 0; run < runs; run++)
    results.push(await latency(node, JSON.stringify(place), `latency-${run}`, count));
  const what = `from \`append\` to a subscriber in another process, ${where}`;
  const at = (share, limit) => {
    const value = median(results.map(({took}) => quantile(took, share)));
    const goal = atMost(limit, ' ms');
    return {what: `${what}, p${share * 100}`, stint: ms(value), against: '–', value, goal};
  };
  const wakeUps = median(results.map(each => each.wakeUps));
  return [
    at(0.5, 1),
    at(0.99, 5),
    {
      what: `how often that subscriber wakes up in ${IDLE_MS} ms without entries, ${where}`,
      stint: String(wakeUps),
      against: '–',
      value: wakeUps,
      goal: atMost(2),
    },
  ];
}

async function latency(node, place, topic, count) {
  const program = each => join(PROGRAMS, `event-log-${each}.mjs`);
  const args = [program('subscriber'), place, topic, String(WARM_UP + count)];
  const child = spawn(node, args, {stdio: ['ignore', 'pipe', 'inherit']});
  try {
    const said = linesOf(child);
    await said.next();
    const before = wakeUpsOf(child.pid);
    await delay(IDLE_MS);
    const wakeUps = wakeUpsOf(child.pid) - before;
    await output(node, [program('writer'), place, topic, String(WARM_UP + count), String(PAUSE_MS)]);
    const took = JSON.parse((await said.next()).value).slice(WARM_UP);
    return {took, wakeUps};
  } finally {
    await killed(child.pid);
  }
}

/** How often the main thread of a process has waited for something. One that looks from time to time wakes up each time. */
function wakeUpsOf(pid) {
  return Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

/** What a program prints, line by line; throws when it ends before. */
async function* linesOf(child) {
  const closed = once(child, 'close');
  let text = '';
  for await (const data of child.stdout.setEncoding('utf8')) {
    const lines = (text + data).split('\n');
    text = lines.pop();
    yield* lines;
  }
  throw new Error(`the subscriber ended with ${(await closed).join(' ')}`);
}

async function printed(node, program, ...args) {
  return JSON.parse(await output(node, [join(PROGRAMS, program), ...args.map(String)]));
}

function perSecond(rate) {
  return `${(rate / 1000).toFixed(0)} k/s`;
}

function ms(value) {
  return `${value.toFixed(2)} ms`;
}
