/** Every row of a table, for people and bug reports. */
import type {Connection} from '../driver/port.ts';
import {explainStoreError} from '../store-errors.ts';
import {JOBS_SCHEMA} from './schema.ts';

/** The tables that can be dumped, each with its own statement: no SQL text is ever put together. */
const DUMPS = {
  jobs: 'SELECT * FROM jobs ORDER BY number, invocation_id, name, attempt',
  invocations: 'SELECT * FROM invocations ORDER BY number, id',
  past_runs: 'SELECT * FROM past_runs ORDER BY number',
  repo_policy: 'SELECT * FROM repo_policy ORDER BY key',
} as const;

export type TableName = keyof typeof DUMPS;
export const TABLE_NAMES = Object.keys(DUMPS) as readonly TableName[];

export function dumpTable(db: Connection, table: TableName): Record<string, unknown>[] {
  try {
    return db.prepare<[], Record<string, unknown>>(DUMPS[table]).all();
  } catch (error) {
    throw explainStoreError(db.path, error, JOBS_SCHEMA);
  }
}
