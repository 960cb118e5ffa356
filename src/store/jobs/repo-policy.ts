/** Settings and facts of one repository, by key. */
import type {Connection} from '../driver/port.ts';

/** Where the repository was when jobs were last submitted: its git common directory, or the directory outside git. */
export const REPO_PLACE = 'place';

export function readPolicy(db: Connection, key: string): string | undefined {
  return db.prepare<[string], {value: string}>('SELECT value FROM repo_policy WHERE key = ?').get(key)?.value;
}

export function writePolicy(db: Connection, key: string, value: string): void {
  db.prepare<[string, string]>(
    'INSERT INTO repo_policy (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  ).run(key, value);
}
