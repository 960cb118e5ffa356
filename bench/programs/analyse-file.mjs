/** Reads a file of progress records: `analyse` it, or only `parse` its lines. Prints milliseconds and the peak memory. */
import {closeSync, openSync, readFileSync, readSync} from 'node:fs';

import {analyseProgressFile} from 'stint/progress';

const [how, path] = process.argv.slice(2);
const before = performance.now();
const records = how === 'analyse' ? analysed() : parsed();
const took = performance.now() - before;
const [, peak] = /^VmHWM:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'latin1'));
console.log(JSON.stringify({records, took, peakMiB: Number(peak) / 1024}));

function analysed() {
  return analyseProgressFile(path).report().records;
}

/** In chunks, as the analysis reads it. */
function parsed() {
  const file = openSync(path, 'r');
  const chunk = Buffer.alloc(256 * 1024);
  let rest = Buffer.alloc(0);
  let count = 0;
  for (let length = readSync(file, chunk); length > 0; length = readSync(file, chunk)) {
    const text = Buffer.concat([rest, chunk.subarray(0, length)]);
    const end = text.lastIndexOf(10);
    for (const line of text.toString('utf8', 0, end).split('\n')) {
      JSON.parse(line);
      count++;
    }
    rest = Buffer.from(text.subarray(end + 1));
  }
  closeSync(file);
  return count;
}
