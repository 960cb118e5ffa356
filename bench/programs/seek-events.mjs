/**
 * Makes a session of many bytes and starts to read it near its middle, each time somewhere else. Arguments: a path, bytes.
 * Prints the milliseconds until the first record was there: found by its number, by its time, and by its number once the
 * index was deleted.
 */
import {readdirSync, rmSync} from 'node:fs';
import {dirname, join} from 'node:path';

import {openJsonlSink} from 'stint/agent-events';
import {readRecords} from 'stint/journal';

import {eventsOf} from '../support/agent-events.mjs';

const TIMES = 20;
const BEGAN = 1_767_225_600_000;
/** Milliseconds between two events. */
const APART = 7;
/** What the envelope and the newline add to an event. */
const ENVELOPE_BYTES = 65;

const [path, bytes] = process.argv.slice(2);
const events = eventsOf('short');
const count = Math.ceil(Number(bytes) / (200 + ENVELOPE_BYTES));
record();
const byNumber = Array.from({length: TIMES}, (_, at) => timed(placeOf(at), from => ({from})));
const byTime = Array.from({length: TIMES}, (_, at) =>
  timed(placeOf(at) + 50, from => ({fromTime: BEGAN + from * APART})),
);
removeIndex();
const withoutIndex = Array.from({length: TIMES}, (_, at) => timed(placeOf(at) + 100, from => ({from})));
console.log(JSON.stringify({byNumber, byTime, withoutIndex}));

function record() {
  let clock = BEGAN;
  const now = () => {
    const time = clock;
    clock += APART;
    return time;
  };
  const sink = openJsonlSink({path, now});
  for (let at = 0; at < count; at++) sink.handleEvent(events[at % events.length]);
  const {dropped} = sink.health();
  sink.close();
  if (dropped > 0) throw new Error(`${dropped} events were dropped`);
}

/** Within a tenth of the session around its middle. */
function placeOf(at) {
  return Math.floor(count * (0.45 + (0.1 * ((at * 7) % TIMES)) / TIMES));
}

function timed(wanted, startOf) {
  const before = performance.now();
  for (const {values} of readRecords(path, {...startOf(wanted), numberKey: 'index'})) {
    const took = performance.now() - before;
    if (values[0].index !== wanted) throw new Error(`${values[0].index} was read instead of ${wanted}`);
    return took;
  }
  throw new Error(`nothing was read from ${wanted} on`);
}

function removeIndex() {
  const directory = dirname(path);
  for (const name of readdirSync(directory).filter(each => each.endsWith('.idx')))
    rmSync(join(directory, name));
}
