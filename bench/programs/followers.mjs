/**
 * Follows one job with so many clients of the library until its log is closed. Arguments: state directory, key of the job
 * as JSON, followers, lines that the job prints. Says `ready` when all have the first record; then prints as JSON how
 * many lines came, how many of all that should have come did not, and when the last one came (Unix ms).
 */
import {Client} from '../../dist/lib/index.js';

const [state, key, ...numbers] = process.argv.slice(2);
const [followers, lines] = numbers.map(Number);
const result = {lines: 0, lost: 0, endedAt: 0};
let waiting = followers;

async function follow() {
  const client = new Client({state});
  let [last, lastLine, came] = [-1, -1, 0];
  for await (const {seq, kind, data} of client.tail(JSON.parse(key))) {
    if (last === -1 && --waiting === 0) console.log('ready');
    if (seq <= last) throw new Error(`record ${seq} came behind record ${last}`);
    last = seq;
    if (kind !== 'stdout') continue;
    const line = Number(data.slice(0, 8));
    if (line <= lastLine) throw new Error(`line ${line} came behind line ${lastLine}`);
    lastLine = line;
    came++;
  }
  client.close();
  result.lines += came;
  result.lost += lines - came;
  result.endedAt = Date.now();
}

await Promise.all(Array.from({length: followers}, follow));
console.log(JSON.stringify(result));
