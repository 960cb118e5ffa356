/** The file of a session. No two sessions have one in common, nor do their rotated segments or side files meet. */
import {pathComponent} from '../../base/index.ts';

/**
 * `event_log-<id>.jsonl`, at most 140 characters. An id of `[A-Za-z0-9._-]` stands there as it is, unless it begins with a
 * dot, is longer than 120 characters, or ends like a segment (`-000001`) or a side file (`.torn`): then the `-` or `.`
 * before that ending is written `%2D` or `%2E`, which no other id gives.
 */
export function sessionFileName(sessionId: string): string {
  const component = pathComponent(sessionId).replace(ENDING, (_, mark: string, ending: string) => {
    return `${mark === '-' ? '%2D' : '%2E'}${ending}`;
  });
  return `event_log-${component}.jsonl`;
}

/** What the names of segments and side files have and a session's own file must not have before its `.jsonl`. */
const ENDING = /([-.])(\d{6,}|torn|idx|lock|jsonl)$/i;
