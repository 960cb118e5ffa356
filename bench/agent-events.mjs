/**
 * What it costs to have an agent's events in a file: through the sink, through pino, and by the least that can be done,
 * which is `JSON.stringify` of the event (without an envelope) and a newline, written in pieces of 64 KiB. Each in a process
 * of its own that was warm before the clock started, all with the same events.
 */
import {join} from 'node:path';

import {atLeast, atMost} from './support/goals.mjs';
import {installed} from './support/installed.mjs';
import {remove, temporaryDirectory} from './support/place.mjs';
import {output} from './support/processes.mjs';
import {interleaved, median} from './support/rounds.mjs';

const PROGRAMS = join(import.meta.dirname, 'programs');
const PINO = '10.4.0';
const FLOOR = '`JSON.stringify` and a `writeSync` per 64 KiB';

export const name = 'agent-events';
export const what = 'recording 200-byte events';
export const against = FLOOR;
export const goal = atLeast(0.75);

export async function run({quick, rounds}) {
  return [
    ...(await recording(rounds(5))),
    ...(await singleCalls(quick ? 200_000 : 500_000, rounds(5))),
    ...(await memory(quick ? 2_000_000 : 10_000_000)),
    ...(await reading(rounds(3))),
    ...(await seeking(quick ? 0.25 : 1)),
  ];
}

async function recording(rounds) {
  const pino = await installed('pino', PINO);
  const ways = ['sink', 'floor', ...(pino ? [`pino=${pino}`] : [])];
  const record = kind => () =>
    inDirectory(directory => child(['record-events.mjs', directory, kind, ...ways]));
  const results = await interleaved(
    {short: record('short'), long: record('long'), text: record('text')},
    rounds,
    {warmUp: false},
  );
  return [
    ...recorded(results.short, 'recording 200-byte events', {floor: atLeast(0.75), pino: atLeast(3)}),
    ...recorded(results.long, 'recording 2 KB events', {floor: atLeast(0.9), pino: atLeast(1.8)}),
    ...recorded(results.text, 'recording 200-byte events in many scripts', {}),
  ];
}

/** The ways took turns in each process, so each process has its own ratio: the median of these is the news. */
function recorded(runs, subject, goals) {
  const taken = runs.map(run =>
    Object.fromEntries(Object.entries(run).map(([way, all]) => [way, median(all)])),
  );
  const of = way => median(taken.map(each => each[way]));
  const hasPino = 'pino' in taken[0];
  const ratioTo = way => median(taken.map(each => each[way] / each.sink));
  return [
    {
      what: subject,
      stint: rate(of('sink')),
      against: `${FLOOR}: ${rate(of('floor'))}`,
      ratio: ratioTo('floor'),
      goal: goals.floor,
    },
    {
      what: subject,
      stint: rate(of('sink')),
      against: hasPino
        ? `pino ${PINO}, \`sync\`, \`minLength: 4096\`: ${rate(of('pino'))}`
        : `pino ${PINO}: not installed`,
      ratio: hasPino ? ratioTo('pino') : undefined,
      goal: goals.pino,
    },
  ];
}

async function singleCalls(calls, rounds) {
  const timed = (way, pace, count) => () =>
    printed(file => ['time-event-calls.mjs', way, pace, String(count), file]);
  const paced = calls / 50;
  const results = await interleaved(
    {
      sink: timed('sink', 'full', calls),
      floor: timed('floor', 'full', calls),
      sinkInTurns: timed('sink', 'turns', paced),
      floorInTurns: timed('floor', 'turns', paced),
    },
    rounds,
    {warmUp: false},
  );
  return [
    ...callRows('one call, as fast as it goes', results.sink, results.floor),
    ...callRows('one call, ten in each turn of the event loop', results.sinkInTurns, results.floorInTurns),
  ];
}

/** What a machine does to a process now and then is not the sink's: of the longest calls the median of the runs counts. */
function callRows(subject, sink, floor) {
  const of = (runs, key) => median(runs.map(run => run[key]));
  const most = (runs, key) => Math.max(...runs.map(run => run[key]));
  const longest = runs =>
    `${millis(of(runs, 'longestOwn') / 1000)} (in the worst run ${millis(most(runs, 'longestOwn') / 1000)}); ` +
    `with the disk and waiting for a core ${millis(most(runs, 'longest') / 1000)}, ` +
    `in the file system ${millis(most(runs, 'longestInFiles') / 1000)}`;
  return [
    {
      what: `${subject}: 99 % take at most`,
      stint: `${of(sink, 'p99').toFixed(1)} µs`,
      against: `the floor: ${of(floor, 'p99').toFixed(1)} µs`,
      goal: atMost(20, ' µs'),
      value: of(sink, 'p99'),
    },
    {
      what: `${subject}: the longest, without file system and waiting for a core`,
      stint: longest(sink),
      against: `the floor: ${longest(floor)}`,
      goal: atMost(5, ' ms'),
      value: of(sink, 'longestOwn') / 1000,
    },
  ];
}

/** With little room for short-lived garbage, of which V8 otherwise keeps more the longer a program runs. */
async function memory(many) {
  const few = many / 10;
  const [early, late] = await printed(
    file => ['event-memory.mjs', file, String(few), String(many)],
    ['--expose-gc', '--max-semi-space-size=1'],
  );
  const shown = ({resident, heap}) => `${mib(resident)} resident, ${mib(heap)} of the heap`;
  return [
    {
      what: `memory after ${many / 1e6} M events, garbage kept small`,
      stint: shown(late),
      against: `after ${few / 1e6} M: ${shown(early)}`,
      difference: `${(late.resident - early.resident).toFixed(1)} MiB`,
      goal: atMost(10, ' MiB more'),
      value: late.resident - early.resident,
    },
  ];
}

async function reading(rounds) {
  return inDirectory(async directory => {
    await child(['record-events.mjs', directory, 'short', 'sink']);
    const file = join(directory, 'sink.jsonl');
    const results = await interleaved(
      {
        records: () => child(['read-events.mjs', 'records', file]),
        parse: () => child(['read-events.mjs', 'parse', file]),
      },
      rounds,
      {warmUp: false},
    );
    const [records, parse] = [results.records, results.parse].map(runs => median(runs.flat()));
    return [
      {
        what: 'reading 200-byte events back',
        stint: rate(records),
        against: `\`JSON.parse\` of the same lines, in memory already: ${rate(parse)}`,
        ratio: parse / records,
        goal: atLeast(0.7),
      },
    ];
  });
}

async function seeking(gigabytes) {
  const results = await printed(file => ['seek-events.mjs', file, String(gigabytes * 2 ** 30)]);
  const row = (how, times) => ({
    what: `from the middle of ${gigabytes} GiB, by ${how}`,
    stint: `${millis(median(times))}, the longest ${millis(Math.max(...times))}`,
    against: '–',
    goal: atMost(20, ' ms'),
    value: Math.max(...times),
  });
  return [
    row('number', results.byNumber),
    row('time', results.byTime),
    row('number, without the index', results.withoutIndex),
  ];
}

/** Runs a program with a new file, which is gone afterwards. */
function printed(command, options) {
  return inDirectory(directory => child(command(join(directory, 'session.jsonl')), options));
}

async function inDirectory(use) {
  const directory = temporaryDirectory();
  try {
    return await use(directory);
  } finally {
    remove(directory);
  }
}

async function child([program, ...args], options = []) {
  return JSON.parse(await output(process.execPath, [...options, join(PROGRAMS, program), ...args]));
}

function rate(nanoseconds) {
  return `${(1e6 / nanoseconds).toFixed(0)} k/s`;
}

function millis(milliseconds) {
  return `${milliseconds.toFixed(1)} ms`;
}

function mib(value) {
  return `${value.toFixed(1)} MiB`;
}
