/**
 * When a job was last seen alive, by what a coordinator recorded in that very moment. The times of files tell nothing:
 * anybody may touch them.
 */
import {readLastLines} from '../../../journal/index.ts';
import {parseStatusEvent, type StatusEvent} from '../../domain/index.ts';

/** Unix milliseconds; undefined where the end of the journal does not tell. */
export function lastSign(journal: string): number | undefined {
  for (const line of readLastLines(journal, LOOKED_AT).toReversed()) {
    const at = signIn(line);
    if (at !== undefined) return at;
  }
  return undefined;
}

/** A coordinator that finds a job dead has recorded hardly more than what was unread by then. */
const LOOKED_AT = 100;

function signIn(line: string): number | undefined {
  try {
    const {ts, kind, data, late} = JSON.parse(line) as Record<string, unknown>;
    if (typeof ts !== 'number') return undefined;
    // What is late was read long after it was written.
    const isSign = kind === 'status' ? SIGNS.has(parseStatusEvent(data)?.event) : late !== true;
    return isSign ? ts : undefined;
  } catch {
    return undefined; // a torn line
  }
}

/** Events that are recorded only while the wrapper lives. */
const SIGNS: ReadonlySet<StatusEvent['event'] | undefined> = new Set([
  'started',
  'adopted',
  'stalled',
  'resumed',
  'cancelling',
  'signaled',
] as const);
