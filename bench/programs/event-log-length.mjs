/**
 * Appends to a long and to a short topic of one event log in turn. Arguments: options of the log as JSON, entries of the
 * long topic, of the short one, rounds. Prints the microseconds per entry of every round.
 */
import {openEventLog} from 'stint/event-log';

const [options, ...numbers] = process.argv.slice(2);
const [longest, shortest, rounds] = numbers.map(Number);
const AT_ONCE = 50;
const TIMES = 10;
const WARM_UP = 2;
const entry = {kind: 'progress', payload: {step: 1, text: 'all is well '.repeat(12)}};

const log = await openEventLog(JSON.parse(options));
// Another short one in every round, because it grows. The last topic of a database is at its end, where appending is
// cheaper, so that is neither of the two.
for (let round = -WARM_UP; round < rounds; round++) await fill(`short-${round}`, shortest);
for (let left = longest; left > 0; left -= 1000) await fill('long', Math.min(1000, left));
await fill('last', shortest);
const results = {long: [], short: []};
for (let round = -WARM_UP; round < rounds; round++) {
  const turns = round % 2 === 0 ? ['long', 'short'] : ['short', 'long'];
  for (const name of turns) {
    const took = await perEntry(name === 'long' ? 'long' : `short-${round}`);
    if (round >= 0) results[name].push(took);
  }
}
const latest = await log.latest('long');
if (latest !== longest + (rounds + WARM_UP) * TIMES * AT_ONCE)
  throw new Error(`the long topic has ${latest} entries`);
await log.close();
console.log(JSON.stringify(results));

async function fill(topic, count) {
  await log.appendMany(topic, Array(count).fill(entry));
}

async function perEntry(topic) {
  const before = performance.now();
  for (let time = 0; time < TIMES; time++)
    await Promise.all(Array.from({length: AT_ONCE}, () => log.append(topic, entry)));
  return ((performance.now() - before) * 1000) / (TIMES * AT_ONCE);
}
