import {StintError} from '../base/index.ts';

/** What SQLite takes at most: it adds up to eight bytes (`-journal`) and has room for 512. */
const LONGEST_BYTES = 504;

/** Refuses a path that SQLite would only say of that it cannot open it. */
export function refuseLongPath(path: string): void {
  const bytes = Buffer.byteLength(path);
  if (bytes <= LONGEST_BYTES) return;
  throw new StintError(
    'STATE_DIR_UNUSABLE',
    `${path} is too long a path for SQLite: ${bytes} bytes, where ${LONGEST_BYTES} are possible.`,
    {hint: 'Use a shorter path: STINT_STATE_DIR sets that of the state directory.'},
  );
}
