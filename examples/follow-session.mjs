/**
 * Follows a session that another process records: prints the events that are there, then those that come, until the
 * session stops. The file need not exist yet.
 *
 *   node examples/follow-session.mjs session.jsonl          from its first event
 *   node examples/follow-session.mjs session.jsonl 120      from event 120
 */
import {followRecords} from 'stint/journal';

const [path = 'session.jsonl', from = '0'] = process.argv.slice(2);
await follow();

async function follow() {
  for await (const {values} of followRecords(path, {from: Number(from), numberKey: 'index'})) {
    for (const {index, emitted_at_ms, frame_depth, type, session_id, ...rest} of values) {
      console.log(`${index} ${type} ${JSON.stringify(rest)}`);
      if (type === 'stop') return;
    }
  }
}
