/**
 * Records very many events and looks at the memory of this process, each time after a garbage collection. Needs
 * `--expose-gc`. Arguments: a path, and after how many events to look. Prints MiB, resident and of the heap. Segments that
 * are full are deleted on the way.
 */
import {readdirSync, readFileSync, rmSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {setImmediate as nextTurn} from 'node:timers/promises';

import {openJsonlSink} from 'stint/agent-events';

import {eventsOf} from '../support/agent-events.mjs';

const TURN = 1000;
const CLEAN_UP = 500_000;

const [path, ...looks] = process.argv.slice(2);
const events = eventsOf('short');
const sink = openJsonlSink({path});
const results = [];
for (const look of looks.map(Number)) {
  while (sink.eventCount < look) await record();
  globalThis.gc();
  const resident = Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'latin1'))[1]);
  results.push({resident: resident / 1024, heap: process.memoryUsage().heapUsed / 2 ** 20});
}
if (sink.health().dropped > 0) throw new Error(`${sink.health().dropped} events were dropped`);
sink.close();
console.log(JSON.stringify(results));

async function record() {
  for (let at = 0; at < TURN; at++) sink.handleEvent(events[at]);
  await nextTurn();
  if (sink.eventCount % CLEAN_UP === 0) removeFull();
}

/** All but the newest. */
function removeFull() {
  const directory = dirname(path);
  const segments = readdirSync(directory).filter(name => name.endsWith('.jsonl'));
  const numbered = segments.sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  for (const name of numbered.slice(0, -1)) {
    rmSync(join(directory, name));
    rmSync(join(directory, `${name}.idx`), {force: true});
  }
}
