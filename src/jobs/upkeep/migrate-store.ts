/** Has the coordinator bring a repository's database up to date, which only the writer can. */
import {basename, dirname} from 'node:path';

import {parseRepoId, StintError} from '../../base/index.ts';
import type {Client} from '../../coordinator/client/index.ts';
import {JOBS_SCHEMA} from '../../store/index.ts';

/** `error` is what a reader met: `OLDER_SCHEMA` with the path of the database. Throws it where that names none of ours. */
export async function migrateStore(error: unknown, notify: (text: string) => void): Promise<void> {
  const path = error instanceof StintError ? error.details?.path : undefined;
  const repo = typeof path === 'string' ? parseRepoId(basename(dirname(path))) : undefined;
  if (repo === undefined) throw error;
  const {Client} = await import('../../coordinator/client/index.ts');
  const client = new Client({notify});
  try {
    await replaceOlderBuild(client, notify);
    await client.request('OpenRepo', {repo});
  } finally {
    client.close();
  }
}

/** A coordinator of the same version may still be of a build before, as in a clone that was updated: it knows no newer schema. */
async function replaceOlderBuild(client: Client, notify: (text: string) => void): Promise<void> {
  const {schema} = await client.request('Ping', {});
  if (schema >= JOBS_SCHEMA.version) return;
  notify('the coordinator is of an older build of stint: it is replaced, its jobs go on');
  await client.shutdown({reason: 'replaced by a newer build', handOver: true});
}
