/**
 * Reads a database where nothing can be written. SQLite cannot open one in WAL mode there unless its -wal and -shm are
 * there already, and who left last took them away. Then the file is whole and is not changed by anybody: it is read into
 * memory.
 */
import {readFileSync, statSync} from 'node:fs';

import {type Connection, connectToBytes} from './driver.ts';
import {storeFault} from './store-fault.ts';

/** Whether an error of opening for reading can mean that, and nothing is in the WAL that would be missed. */
export function canSnapshot(path: string, error: unknown): boolean {
  const fault = storeFault(error);
  const isMeant = fault === 'unopenable' || fault === 'read-only';
  return isMeant && (statSync(`${path}-wal`, {throwIfNoEntry: false})?.size ?? 0) === 0;
}

/** Throws the system's error when the file cannot be read. */
export function openSnapshot(path: string): Connection {
  const bytes = readFileSync(path);
  bytes.fill(ROLLBACK_JOURNAL, FORMATS_AT, FORMATS_AT + 2);
  return connectToBytes(bytes);
}

/** Versions of the file format to write and to read, in the header of the file: a database in memory has no WAL. */
const FORMATS_AT = 18;
const ROLLBACK_JOURNAL = 1;
