/**
 * Writes events into files as fast as it goes, in bursts, each way in turn. Arguments: a directory, the kind of events, the
 * ways (`sink`, `floor`, `pino=` and where that is). Prints the nanoseconds per event of every burst, by the name of the way.
 */
import {join} from 'node:path';

import {eventsOf} from '../support/agent-events.mjs';
import {WRITERS} from '../support/event-writers.mjs';

const BURST_BYTES = 4_000_000;
const BURSTS = 8;
const WARM_UPS = 3;

const [directory, kind, ...ways] = process.argv.slice(2);
const events = eventsOf(kind);
const turns = Math.ceil(BURST_BYTES / JSON.stringify(events).length);
const writers = [];
for (const way of ways) {
  const [name, installedAt] = way.split('=');
  writers.push({name, ...(await WRITERS[name](join(directory, `${name}.jsonl`), installedAt))});
}
const results = Object.fromEntries(writers.map(({name}) => [name, []]));
for (let round = -WARM_UPS; round < BURSTS; round++) {
  for (let turn = 0; turn < writers.length; turn++) {
    const {name, write} = writers[(round + WARM_UPS + turn) % writers.length];
    const took = burst(write);
    if (round >= 0) results[name].push(took);
  }
}
for (const {end} of writers) end();
console.log(JSON.stringify(results));

function burst(write) {
  const before = performance.now();
  for (let turn = 0; turn < turns; turn++) for (const event of events) write(event);
  return ((performance.now() - before) / (turns * events.length)) * 1e6;
}
