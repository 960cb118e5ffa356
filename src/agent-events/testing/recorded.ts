/** What stands in the files of a session, read as a strict reader does. */
import {readRecords} from '../../journal/index.ts';
import {type PersistedAgentEvent, parsePersistedEvent} from '../envelope.ts';
import type {AgentEvent} from '../event.ts';

export const turn = (iteration: number): AgentEvent => ({type: 'turn_start', session_id: 's', iteration});

/** Every record. Throws where one is no event in its envelope, or their numbers are not 0, 1, 2 and so on. */
export function recorded(path: string): PersistedAgentEvent[] {
  const all: PersistedAgentEvent[] = [];
  for (const batch of readRecords(path, {strict: true})) {
    for (const at of batch.values.keys()) {
      const event = parsePersistedEvent(batch.text(at));
      if (event?.index !== all.length)
        throw new Error(`record ${all.length} of ${path} is ${batch.text(at).slice(0, 200)}`);
      all.push(event);
    }
  }
  return all;
}

/** The turns and, as `gap N`, the events that were lost between them. */
export function turns(path: string): (number | string)[] {
  return recorded(path).map(({event}) => {
    if (event.type === 'gap' && 'dropped' in event) return `gap ${event.dropped}`;
    return 'iteration' in event ? Number(event.iteration) : event.type;
  });
}
