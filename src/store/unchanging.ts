/**
 * Reads a database where nothing can be written. SQLite cannot open one in WAL mode there unless its -wal and -shm are
 * there already, and who left last took them away. Then the file is whole and is not changed by anybody.
 */
import {statSync} from 'node:fs';

import {storeFault} from './store-fault.ts';

/** Whether an error of opening for reading can mean that, and nothing is in the WAL that would be missed. */
export function isUnchanging(path: string, error: unknown): boolean {
  const fault = storeFault(error);
  const isMeant = fault === 'unopenable' || fault === 'read-only';
  return isMeant && (statSync(`${path}-wal`, {throwIfNoEntry: false})?.size ?? 0) === 0;
}
