/**
 * Records what an agent does: each event is a line of a file, with a number and a time. Run again, it goes on behind the
 * last line.
 *
 *   node examples/record-session.mjs session.jsonl
 */
import {openJsonlSink} from 'stint/agent-events';

const [path = 'session.jsonl'] = process.argv.slice(2);
const session_id = 'example';
const sink = openJsonlSink({path});
sink.handleEvent({type: 'turn_start', session_id, iteration: 0});
sink.handleEvent({type: 'agent_message_chunk', session_id, content: 'Nothing is left to do.'});
sink.handleEvent({type: 'stop', session_id, reason: 'end_turn'});
sink.close();
// No call of the sink throws, so this is where a full disk would show.
const {written, dropped} = sink.health();
console.log(`${written} events recorded, ${dropped} lost; ${sink.eventCount} in ${path}`);
