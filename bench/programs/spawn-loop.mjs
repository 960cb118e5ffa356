/** The floor: starts `true` so often, so many at a time, with nothing around it. Arguments: jobs, at a time. Prints milliseconds. */
import {spawn} from 'node:child_process';
import {once} from 'node:events';

const [jobs, lanes] = process.argv.slice(2).map(Number);
let left = jobs;

async function lane() {
  while (left-- > 0) await once(spawn('true', {stdio: 'ignore'}), 'exit');
}

const started = performance.now();
await Promise.all(Array.from({length: lanes}, lane));
console.log(performance.now() - started);
