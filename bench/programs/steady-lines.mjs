/**
 * Prints numbered lines of 80 bytes, so many a second, as soon as a file is there. Arguments: lines, lines a second, the
 * file, and a file of its own for when it printed the last one (Unix ms).
 */
import {existsSync, writeFileSync, writeSync} from 'node:fs';
import {setTimeout as delay} from 'node:timers/promises';

const [count, perSecond] = process.argv.slice(2, 4).map(Number);
const [go, report] = process.argv.slice(4);
const PAUSE_MS = 5;
const PATIENCE_MS = 60_000;
const TEXT = ' 0123456789abcdef'.repeat(5).slice(0, 79 - 8);

while (!existsSync(go) && performance.now() < PATIENCE_MS) await delay(PAUSE_MS);
const started = performance.now();
for (let next = 0; next < count; ) {
  const due = Math.min(count, Math.floor(((performance.now() - started) / 1000) * perSecond));
  let lines = '';
  for (; next < due; next++) lines += `${String(next).padStart(8, '0')}${TEXT}\n`;
  writeSync(1, lines);
  await delay(PAUSE_MS);
}
writeFileSync(report, String(Date.now()));
