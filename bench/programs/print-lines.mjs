/**
 * Prints lines of 80 bytes as fast as it can and writes into a file of its own when it began and how long it took.
 * Arguments: number of lines, that file.
 */
import {writeFileSync, writeSync} from 'node:fs';

const [count, report] = process.argv.slice(2);
const LINE_BYTES = 80;
const BLOCK_LINES = 12_500;

const block = Buffer.from(`${'0123456789abcdef '.repeat(5).slice(0, LINE_BYTES - 1)}\n`.repeat(BLOCK_LINES));
const startedAt = Date.now();
const started = performance.now();
for (let left = Number(count) * LINE_BYTES; left > 0; ) {
  const size = Math.min(block.length, left);
  for (let at = 0; at < size; ) at += writeSync(1, block, at, size - at);
  left -= size;
}
writeFileSync(report, JSON.stringify({startedAt, took: performance.now() - started}));
