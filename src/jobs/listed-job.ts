import type {JobKey} from '../base/index.ts';
import {JobReader, type ListedJob} from '../coordinator/reader/index.ts';
import {systemClock} from '../platform/index.ts';

/** A job as it is now; undefined where nothing can be read of it, whatever is wrong. */
export function listedJob(state: string, key: JobKey): ListedJob | undefined {
  return found(state, key, attempts => attempts.find(({attempt}) => attempt === key.attempt));
}

/** The same of the last attempt, where it was tried again since. */
export function lastListed(state: string, key: JobKey): ListedJob | undefined {
  return found(state, key, attempts =>
    attempts
      .filter(({attempt}) => attempt >= key.attempt)
      .sort((a, b) => a.attempt - b.attempt)
      .at(-1),
  );
}

type Row = ListedJob['row'];

function found(
  state: string,
  {repo, invocation, name}: JobKey,
  choose: (attempts: readonly Row[]) => Row | undefined,
): ListedJob | undefined {
  let reader: JobReader | undefined;
  try {
    reader = JobReader.open(state, repo, systemClock);
    const rows = reader?.candidates(invocation, name) ?? [];
    const row = choose(rows.filter(each => each.invocation_id === invocation && each.name === name));
    return row && reader?.look(row);
  } catch {
    return undefined; // who asks knows the job already, and can do without
  } finally {
    reader?.close();
  }
}
