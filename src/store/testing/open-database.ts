/** A database opened behind the store's back, by the driver that the store has. */
import {existsSync, writeFileSync} from 'node:fs';

import {connect} from '../driver/choice.ts';
import type {Connection, Value} from '../driver/port.ts';

/** Makes the file where there is none. */
export function openDatabase(path: string, {readonly = false} = {}): Connection {
  if (!existsSync(path)) writeFileSync(path, '', {mode: 0o600});
  return connect(path, {readonly, timeout: 5000});
}

/** The first column of the first row. */
export function firstValue(db: Connection, sql: string, ...values: Value[]): unknown {
  const row = db.prepare<Value[], object>(sql).get(...values);
  return row === undefined ? undefined : Object.values(row)[0];
}

/** The first column of every row. */
export function firstColumn(db: Connection, sql: string, ...values: Value[]): unknown[] {
  return db
    .prepare<Value[], object>(sql)
    .all(...values)
    .map(row => Object.values(row)[0] as unknown);
}
