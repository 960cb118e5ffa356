/** The policy of a repository in its database, a row for each field: who sets one of them leaves the others as they are. */
import {type Connection, readPolicy, writePolicy} from '../../../store/index.ts';
import {DEFAULT_REPO_POLICY, type RepoPolicy} from '../../domain/index.ts';

const KEEP_LAST = 'keep_last';
const MAX_TOTAL_SIZE = 'max_total_size';
const NO_LIMIT = 'none';

/** With the defaults where nothing was set, or what stands there is none of ours. */
export function readRepoPolicy(db: Connection): RepoPolicy {
  const size = readPolicy(db, MAX_TOTAL_SIZE);
  return {
    keepLast: numberIn(readPolicy(db, KEEP_LAST)) ?? DEFAULT_REPO_POLICY.keepLast,
    maxTotalBytes: size === NO_LIMIT ? null : (numberIn(size) ?? DEFAULT_REPO_POLICY.maxTotalBytes),
  };
}

/** Writes what is set, and differs. */
export function writeRepoPolicy(db: Connection, {keepLast, maxTotalBytes}: Partial<RepoPolicy>): void {
  if (keepLast !== undefined) write(db, KEEP_LAST, String(keepLast));
  if (maxTotalBytes !== undefined)
    write(db, MAX_TOTAL_SIZE, maxTotalBytes === null ? NO_LIMIT : String(maxTotalBytes));
}

function write(db: Connection, key: string, value: string): void {
  if (readPolicy(db, key) !== value) writePolicy(db, key, value);
}

function numberIn(text: string | undefined): number | undefined {
  const number = Number(text);
  return text !== undefined && /^\d+$/.test(text) && Number.isSafeInteger(number) ? number : undefined;
}
