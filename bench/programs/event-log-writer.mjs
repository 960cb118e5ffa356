/**
 * Appends an entry from time to time, with the moment on the clock that all processes have in common. Arguments: options
 * of the log as JSON, a topic, how many, milliseconds between them.
 */
import {setTimeout as delay} from 'node:timers/promises';

import {openEventLog} from 'stint/event-log';

const [options, topic, count, pauseMs] = process.argv.slice(2);
const log = await openEventLog(JSON.parse(options));
for (let at = 0; at < Number(count); at++) {
  await delay(Number(pauseMs));
  await log.append(topic, {kind: 'sent', payload: {at: String(process.hrtime.bigint())}});
}
await log.close();
