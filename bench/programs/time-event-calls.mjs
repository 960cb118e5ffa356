/**
 * Times every single call that takes an event. Arguments: the way (`sink` or `floor`), the pace (`full`, or `turns`: a few
 * calls in each turn of the event loop), how many calls, a path. Prints, in microseconds: what 99 % of the calls do not
 * exceed; the longest call; the longest when the time that it spent in the file system, and waiting for a core that others
 * had, is taken off (`longestOwn`); the longest time that a call spent in the file system.
 */
import fs from 'node:fs';
import {syncBuiltinESMExports} from 'node:module';
import {setTimeout as delay} from 'node:timers/promises';

import {eventsOf} from '../support/agent-events.mjs';

const PER_TURN = 10;
const SLOW_MS = 0.5;
/** How many calls apart the time that was waited so far is looked up: that costs more than a call does. */
const LOOK_UP = 128;

const schedule = fs.openSync('/proc/thread-self/schedstat', 'r');
const scheduled = Buffer.alloc(64);
const readSync = fs.readSync;
/** Of the call that is under way. */
let [inFiles, waitedInFiles] = [0, 0];
timeFileCalls();
// Only now: they take the functions as they are when they are loaded.
const {WRITERS} = await import('../support/event-writers.mjs');

const [way, pace, calls, path] = process.argv.slice(2);
const events = eventsOf('short');
const {write, end} = await WRITERS[way](path);
const total = new Float64Array(Number(calls));
let [longestOwn, longestInFiles] = [0, 0];
for (let at = 0; at < 20_000; at++) write(events[at % events.length]);
let waited = waitedMs();
if (pace === 'full') for (let at = 0; at < total.length; at++) timed(at);
else await inTurns();
end();
console.log(
  JSON.stringify({
    p99: total.toSorted()[Math.ceil(total.length * 0.99) - 1] * 1000,
    longest: total.reduce((most, each) => Math.max(most, each), 0) * 1000,
    longestOwn: longestOwn * 1000,
    longestInFiles: longestInFiles * 1000,
  }),
);

function timed(at) {
  const event = events[at % events.length];
  if (at % LOOK_UP === 0) waited = waitedMs();
  inFiles = 0;
  waitedInFiles = 0;
  const before = performance.now();
  write(event);
  const took = performance.now() - before;
  total[at] = took;
  if (inFiles > longestInFiles) longestInFiles = inFiles;
  if (took > SLOW_MS) lookAtSlow(took);
  else if (took - inFiles > longestOwn) longestOwn = took - inFiles;
}

function lookAtSlow(took) {
  const waitedElsewhere = waitedMs() - waited - waitedInFiles;
  longestOwn = Math.max(longestOwn, took - inFiles - Math.max(0, waitedElsewhere));
  waited = waitedMs();
}

async function inTurns() {
  for (let at = 0; at < total.length; at += PER_TURN) {
    const to = Math.min(at + PER_TURN, total.length);
    for (let each = at; each < to; each++) timed(each);
    await delay(1);
    waited = waitedMs();
  }
}

/** How long this thread could have run and did not, because others had the core. */
function waitedMs() {
  const length = readSync(schedule, scheduled, 0, scheduled.length, 0);
  return Number(scheduled.latin1Slice(0, length).split(' ')[1]) / 1e6;
}

function timeFileCalls() {
  for (const name of Object.keys(fs).filter(each => each.endsWith('Sync'))) {
    const original = fs[name];
    fs[name] = (...args) => {
      const waitedBefore = waitedMs();
      const before = performance.now();
      try {
        return original(...args);
      } finally {
        inFiles += performance.now() - before;
        waitedInFiles += waitedMs() - waitedBefore;
      }
    };
  }
  syncBuiltinESMExports();
}
