/** What can be the matter with a database, in the words of who uses stint. */
import {dirname} from 'node:path';

import {codeOf, messageOf, StintError} from '../base/index.ts';
import {diskFull, fileReason, isDiskFull, isForbidden, isReadOnlyDisk} from '../platform/index.ts';
import type {Schema} from './schema.ts';
import {type StoreFault, storeFault} from './store-fault.ts';

const UNUSABLE: readonly (StoreFault | undefined)[] = ['unopenable', 'read-only', 'disk', 'forbidden'];

/** An error of SQLite in words, where there are such; any other error as it is. */
export function explainStoreError(path: string, error: unknown, schema: Schema): unknown {
  if (error instanceof StintError) return error;
  const code = codeOf(error) ?? '';
  const fault = storeFault(error);
  if (fault === 'no-database' && !schema.isInState) return noDatabase(path, schema, error);
  if (fault === 'no-database' || fault === 'damaged') {
    return new StintError('STORE_CORRUPT', `The database ${path} is damaged: ${messageOf(error)}.`, {
      cause: error,
      hint: schema.whenDamaged,
    });
  }
  if (isDiskFull(code)) {
    return diskFull(`No room for ${path}: the disk is full.`, error);
  }
  if (fault === 'busy') {
    return new StintError('BUSY', `The database ${path} is busy.`, {
      cause: error,
      hint: 'Try again in a moment.',
    });
  }
  if (schema.isInState && (UNUSABLE.includes(fault) || isForbidden(code) || code === 'EROFS')) {
    const reason = isReadOnlyDisk(dirname(path)) ? 'the file system is read-only' : fileReason(error);
    return new StintError('STATE_DIR_UNUSABLE', `Cannot use the database ${path}: ${reason}.`, {
      cause: error,
      hint: 'Mend that, or set STINT_STATE_DIR to a directory of yours that can be written.',
    });
  }
  return error;
}

export function notOurDatabase(path: string, schema: Schema): StintError {
  return new StintError(
    'NOT_A_STINT_FILE',
    `${path} is not stint's: it is a database of another program. Nothing was changed.`,
    {hint: schema.whenForeign},
  );
}

export function noDatabase(path: string, schema: Schema, cause?: unknown): StintError {
  return new StintError('NOT_A_STINT_FILE', `${path} is no database. Nothing was changed.`, {
    cause,
    hint: schema.whenForeign,
  });
}

export function newerSchema(path: string, version: number, schema: Schema): StintError {
  return new StintError(
    'NEWER_SCHEMA',
    `${path} was written by a newer stint (schema ${version}, this one knows ${schema.version}). Nothing was changed.`,
    {hint: 'Upgrade this stint, or set STINT_STATE_DIR to another directory.'},
  );
}

export function olderSchema(path: string, version: number, schema: Schema): StintError {
  return new StintError(
    'OLDER_SCHEMA',
    `${path} was written by an older stint (schema ${version}, now ${schema.version}).`,
    {hint: schema.whoUpgrades, details: {path}},
  );
}
