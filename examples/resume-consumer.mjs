/**
 * Prints the entries of a topic of the event log, and goes on where it was when it is started again, also after a crash.
 *
 *   node examples/resume-consumer.mjs                     the topic `builds`, as the consumer `printer`
 *   node examples/resume-consumer.mjs deploys mailer      yours
 *
 * An entry is acknowledged behind its handling. One that was handled when the crash came, but not acknowledged, comes
 * again: each is handled at least once, so handling one twice must do no harm.
 */
import {openEventLog} from 'stint/event-log';

const [topic = 'builds', consumer = 'printer'] = process.argv.slice(2);
const end = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => end.abort());

const log = await openEventLog();
try {
  const after = (await log.consumerCursor(topic, consumer)) ?? 0;
  console.error(`${consumer} goes on behind ${after}`);
  for await (const entry of log.subscribe(topic, {after, signal: end.signal})) {
    await handle(entry);
    await log.ack(topic, consumer, entry.id);
  }
} finally {
  await log.close();
}

/** Stands for the work. It is done when it is done, so the promise waits until the line has left this program. */
function handle({id, kind, payload}) {
  const line = `${id} ${kind} ${JSON.stringify(payload)}\n`;
  return new Promise((done, failed) => process.stdout.write(line, error => (error ? failed(error) : done())));
}
