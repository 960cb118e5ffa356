/**
 * Reads a database where nothing can be written. SQLite cannot open one in WAL mode there unless its -wal and -shm are
 * there already, and who left last took them away. Then the file is whole and is not changed by anybody: it is read into
 * memory.
 */
import {readFileSync, statSync} from 'node:fs';

import Database from 'better-sqlite3';

import {codeOf} from '../base/index.ts';
import {nativeBindingPath} from '../platform/index.ts';

/** Whether an error of opening for reading can mean that, and nothing is in the WAL that would be missed. */
export function canSnapshot(path: string, error: unknown): boolean {
  const code = codeOf(error) ?? '';
  const isMeant = code.startsWith('SQLITE_CANTOPEN') || code.startsWith('SQLITE_READONLY');
  return isMeant && (statSync(`${path}-wal`, {throwIfNoEntry: false})?.size ?? 0) === 0;
}

/** Throws the system's error when the file cannot be read. */
export function openSnapshot(path: string): Database.Database {
  const bytes = readFileSync(path);
  bytes.fill(ROLLBACK_JOURNAL, FORMATS_AT, FORMATS_AT + 2);
  return new Database(bytes, {readonly: true, nativeBinding: nativeBindingPath()});
}

/** Versions of the file format to write and to read, in the header of the file: a database in memory has no WAL. */
const FORMATS_AT = 18;
const ROLLBACK_JOURNAL = 1;
