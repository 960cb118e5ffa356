/** Which sessions are recorded in files of a directory. */
import {type Dirent, lstatSync, readdirSync} from 'node:fs';
import {join} from 'node:path';

import {hasCode} from '../../base/index.ts';

export interface SessionFiles {
  /** Of its first file, whether that is there or not. */
  readonly path: string;
  /** What all of its files take on the disk. */
  readonly bytes: number;
  /** When something was written into one of them last, Unix milliseconds. */
  readonly newestMs: number;
}

/** By their names alone, in the order of these. Files of other names are passed over; a directory that does not exist has none. */
export function* listSessions(directory: string): Generator<SessionFiles, void, undefined> {
  const names = new Map<string, string[]>();
  for (const {name} of entriesOf(directory).filter(entry => entry.isFile())) {
    const {session} = NAME.exec(name)?.groups ?? {};
    if (session !== undefined) names.set(session, [...(names.get(session) ?? []), name]);
  }
  for (const [session, own] of [...names].sort(([a], [b]) => (a < b ? -1 : 1))) {
    let [bytes, newestMs] = [0, 0];
    for (const name of own) {
      const stats = lstatSync(join(directory, name), {throwIfNoEntry: false});
      bytes += (stats?.blocks ?? 0) * BLOCK_BYTES;
      newestMs = Math.max(newestMs, Math.trunc(stats?.mtimeMs ?? 0));
    }
    yield {path: join(directory, `${session}.jsonl`), bytes, newestMs};
  }
}

/** As `sessionFileName` makes it, with the number of a segment, and with the ending of a side file. No session's own name ends like these. */
const NAME = /^(?<session>event_log-.+?)(?:-\d{6,15})?\.jsonl(?:\.(?:idx|torn|lock))?$/;
const BLOCK_BYTES = 512;

function entriesOf(directory: string): Dirent[] {
  try {
    return readdirSync(directory, {withFileTypes: true});
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}
