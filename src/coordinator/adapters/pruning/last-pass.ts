/** What the last pass over a repository did, as its database keeps it. */
import {isCount, isObject} from '../../../base/index.ts';
import {type Connection, readPolicy, writePolicy} from '../../../store/index.ts';
import type {RecordedPass} from '../../ports/index.ts';

const LAST_PASS = 'last_prune';

/** Undefined where there was none, or what stands there is none of ours. */
export function readLastPass(db: Connection): RecordedPass | undefined {
  try {
    const kept: unknown = JSON.parse(readPolicy(db, LAST_PASS) ?? 'null');
    return isPass(kept) ? kept : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export function writeLastPass(db: Connection, pass: RecordedPass): void {
  writePolicy(db, LAST_PASS, JSON.stringify(pass));
}

function isPass(value: unknown): value is RecordedPass {
  if (!isObject(value)) return false;
  return ['at_ms', 'jobs', 'freed_bytes', 'failed'].every(key => isCount(value[key]));
}
