import type {JobKey} from '../base/index.ts';
import {JobReader, type ListedJob} from '../coordinator/reader/index.ts';
import {systemClock} from '../platform/index.ts';

/** A job as it is now; undefined where nothing can be read of it, whatever is wrong. */
export function listedJob(state: string, {repo, invocation, name, attempt}: JobKey): ListedJob | undefined {
  let reader: JobReader | undefined;
  try {
    reader = JobReader.open(state, repo, systemClock);
    const row = reader
      ?.candidates(invocation, name)
      .find(each => each.invocation_id === invocation && each.name === name && each.attempt === attempt);
    return row && reader?.look(row);
  } catch {
    return undefined; // who asks knows the job already, and can do without
  } finally {
    reader?.close();
  }
}
