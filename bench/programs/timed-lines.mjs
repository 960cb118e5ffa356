/**
 * Prints a line every few milliseconds, each with the time at which it was written (nanoseconds of the monotonic clock,
 * which all processes share), until it is killed or a minute has passed.
 */
import {writeSync} from 'node:fs';
import {setTimeout as delay} from 'node:timers/promises';

const LIFETIME_MS = 60_000;
const SHORTEST_MS = 1;
const SPREAD_MS = 6;

while (performance.now() < LIFETIME_MS) {
  await delay(SHORTEST_MS + Math.random() * SPREAD_MS);
  writeSync(1, `written=${process.hrtime.bigint()} and some text as a log has it\n`);
}
