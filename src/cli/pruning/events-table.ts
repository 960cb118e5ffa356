/** The table of what a pass removed, or would remove, of recorded sessions and topics. */
import {sizeText} from '../../base/index.ts';
import type {WireEventPass} from '../../coordinator/client/index.ts';
import {durationText} from '../output/human.ts';
import {bold, dim} from '../output/style.ts';
import {table} from '../output/table.ts';
import {terminalSize} from '../output/terminal.ts';

/** Blank where nothing goes. */
export async function eventsTable({cut, cut_count}: WireEventPass): Promise<string> {
  if (cut.length === 0) return '';
  const rows = cut.map(({place, topic, up_to, why, age_ms, frees_bytes}) => [
    `${place}/${topic}`,
    up_to === null ? 'all' : `up to ${up_to}`,
    durationText(age_ms),
    why === 'age' ? 'its time is over' : 'there is no room',
    sizeText(frees_bytes),
  ]);
  const columns = [
    {title: 'SESSION OR TOPIC', least: 16},
    {title: 'EVENTS'},
    {title: 'HAPPENED AGO'},
    {title: 'WHY', paint: dim},
    {title: 'SIZE', align: 'right'} as const,
  ];
  const more = cut_count - cut.length;
  const text = await table(columns, rows, terminalSize()?.columns);
  return `${bold('recorded sessions and topics')}\n${text}${more > 0 ? dim(`and ${more} more\n`) : ''}`;
}
