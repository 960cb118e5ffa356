/**
 * Writes events into a file as fast as it goes. Arguments: the way (`sink`, `floor` or `pino`), the kind of events, a path,
 * where pino is. Prints the nanoseconds per event of several bursts.
 */
import {eventsOf, SIZES} from '../support/agent-events.mjs';
import {WRITERS} from '../support/event-writers.mjs';

const BURST_BYTES = 4_000_000;
const BURSTS = 10;
const WARM_UPS = 4;

const [way, kind, path, installedAt] = process.argv.slice(2);
const events = eventsOf(kind);
const turns = Math.ceil(BURST_BYTES / SIZES[kind] / events.length);
const {write, end} = await WRITERS[way](path, installedAt);

function burst() {
  const before = performance.now();
  for (let turn = 0; turn < turns; turn++) for (const event of events) write(event);
  return ((performance.now() - before) / (turns * events.length)) * 1e6;
}

for (let warmUp = 0; warmUp < WARM_UPS; warmUp++) burst();
const took = Array.from({length: BURSTS}, burst);
end();
console.log(JSON.stringify(took));
