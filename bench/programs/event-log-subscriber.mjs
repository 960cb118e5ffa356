/**
 * Follows a topic that another process appends to. Arguments: options of the log as JSON, a topic, how many. Says `ready`
 * half a second after it began to wait; then prints the milliseconds that each entry was under way.
 */
import {openEventLog} from 'stint/event-log';

const [options, topic, count] = process.argv.slice(2);
const log = await openEventLog(JSON.parse(options));
const entries = log.subscribe(topic);
const first = entries.next();
setTimeout(() => console.log('ready'), 500);
const took = [];
let expected = 1;
for (let {value} = await first; ; {value} = await entries.next()) {
  const readAt = process.hrtime.bigint();
  if (value.id !== expected++) throw new Error(`entry ${value.id} came instead of ${expected - 1}`);
  took.push(Number(readAt - BigInt(value.payload.at)) / 1e6);
  if (took.length === Number(count)) break;
}
await log.close();
console.log(JSON.stringify(took));
