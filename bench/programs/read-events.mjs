/**
 * Reads a session back, several times. Arguments: the way (`records`, or `parse`: only `JSON.parse` of the lines, which are
 * in memory before the clock starts), a path. Prints the nanoseconds per event of each time.
 */
import {readFileSync} from 'node:fs';

import {readRecords} from 'stint/journal';

const TIMES = 5;

const [way, path] = process.argv.slice(2);
const lines = way === 'parse' ? readFileSync(path, 'utf8').trimEnd().split('\n') : [];
const read = {parse, records}[way];
read();
read();
console.log(JSON.stringify(Array.from({length: TIMES}, timed)));

function timed() {
  const before = performance.now();
  const count = read();
  return ((performance.now() - before) / count) * 1e6;
}

function parse() {
  let count = 0;
  for (const line of lines) count += JSON.parse(line).index >= 0 ? 1 : 0;
  return count;
}

function records() {
  let count = 0;
  for (const {values} of readRecords(path, {numberKey: 'index'}))
    for (const {index} of values) count += index >= 0 ? 1 : 0;
  return count;
}
