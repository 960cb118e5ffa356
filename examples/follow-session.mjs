/**
 * Follows a session that another process records: prints the events that are there, then those that come, until the
 * session stops. The file need not exist yet.
 *
 *   node examples/follow-session.mjs session.jsonl          from its first event
 *   node examples/follow-session.mjs session.jsonl 120      from event 120
 */
import {followSession} from 'stint/agent-events';

const [path = 'session.jsonl', from = '0'] = process.argv.slice(2);
for await (const {index, event} of followSession(path, {from: Number(from)})) {
  const {type, session_id, ...rest} = event;
  console.log(`${index} ${type} ${JSON.stringify(rest)}`);
  if (type === 'stop') break;
}
