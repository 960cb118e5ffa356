/** Prints blocks of 500 lines of 80 bytes and reckons in between, so that whoever reads them can keep up; then says how long that took. */
import {createHash} from 'node:crypto';
import {writeFileSync, writeSync} from 'node:fs';

const [, , blocks, report] = process.argv;
const block = Buffer.from(`${'x'.repeat(79)}\n`.repeat(500));
const data = Buffer.alloc(512 * 1024);
const startedAt = Date.now();
const begun = performance.now();
for (let at = 0; at < Number(blocks); at++) {
  writeSync(1, block);
  createHash('sha1').update(data).digest();
}
writeFileSync(report, JSON.stringify({startedAt, took: performance.now() - begun}));
