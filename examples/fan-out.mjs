/**
 * Hands every event to two sinks: a file, and an ACP client, to which this program talks on its standard output as an agent
 * does. What the protocol has no place for goes as a notification of stint's own, so nothing is lost on the way.
 *
 *   node examples/fan-out.mjs session.jsonl
 */
import {once} from 'node:events';

import {acpSink, MultiSink, openJsonlSink} from 'stint/agent-events';

const [path = 'session.jsonl'] = process.argv.slice(2);
const complain = error => console.error(`${error.code}: ${error.message}`);

const file = openJsonlSink({path});
const client = acpSink(notify, complain);
const sinks = new MultiSink([file, client], complain);

const session = {session_id: 'example'};
sinks.handleEvent({type: 'turn_start', ...session, iteration: 0});
sinks.handleEvent({type: 'agent_message_chunk', ...session, content: 'Two things are to be done.'});
sinks.handleEvent({
  type: 'plan',
  ...session,
  plan: [
    {content: 'look', priority: 'high', status: 'in_progress'},
    {content: 'write', priority: 'medium', status: 'pending'},
  ],
});
sinks.handleEvent({type: 'stop', ...session, reason: 'end_turn'});

file.close();
// A client may take its time; the events wait for it in the sink.
await client.flush();

/** A line of JSON-RPC. The promise holds the next one back while the client does not read. */
async function notify({method, params}) {
  const taken = process.stdout.write(`${JSON.stringify({jsonrpc: '2.0', method, params})}\n`);
  if (!taken) await once(process.stdout, 'drain');
}
