import {describe, expect, it} from 'vitest';

import {storeFault} from './store-fault.ts';

describe('what keeps SQLite from a database', () => {
  it.each([
    ['SQLITE_BUSY', 'busy'],
    ['SQLITE_BUSY_RECOVERY', 'busy'],
    ['SQLITE_NOTADB', 'no-database'],
    ['SQLITE_CORRUPT_INDEX', 'damaged'],
    ['SQLITE_FULL', 'full'],
    ['SQLITE_CANTOPEN_ISDIR', 'unopenable'],
    ['SQLITE_READONLY_DIRECTORY', 'read-only'],
    ['SQLITE_IOERR_WRITE', 'disk'],
    ['SQLITE_PERM', 'forbidden'],
    ['SQLITE_CONSTRAINT_UNIQUE', 'other'],
    ['ENOSPC', undefined],
    ['STORE_CORRUPT', undefined],
  ])('is told by how its code begins: %s', (code, fault) => {
    expect(storeFault(Object.assign(new Error('m'), {code}))).toBe(fault);
  });
});
