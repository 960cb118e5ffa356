/** Has the coordinator bring a repository's database up to date, which only the writer can. */
import {basename, dirname} from 'node:path';

import {parseRepoId, StintError} from '../base/index.ts';
import {Client} from '../coordinator/client/index.ts';
import {say} from './output/write.ts';

/** `error` is what a reader met: `OLDER_SCHEMA` with the path of the database. Throws it where that names none of ours. */
export async function migrateStore(error: unknown): Promise<void> {
  const path = error instanceof StintError ? error.details?.path : undefined;
  const repo = typeof path === 'string' ? parseRepoId(basename(dirname(path))) : undefined;
  if (repo === undefined) throw error;
  const client = new Client({notify: say});
  try {
    await client.request('OpenRepo', {repo});
  } finally {
    client.close();
  }
}
