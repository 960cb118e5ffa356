/** The lock of a session in files, for who records it and for who removes it. */
import {acquireOsLock, type OsLock} from '../../store/index.ts';

/** Undefined while somebody else has it. Throws where its file cannot be used. */
export function lockSession(path: string): OsLock | undefined {
  for (;;) {
    const lock = acquireOsLock(`${path}.lock`, 0);
    if (lock === undefined || lock.isInPlace()) return lock;
    lock.release(); // whoever removed the session removed its file, and somebody else may have made it anew
  }
}
