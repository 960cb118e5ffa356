/** An earlier coordinator does not know whose jobs are whose: asked by somebody to spare those of others it would end all. */
import {StintError} from '../../base/index.ts';
import type {Connection} from './connection.ts';

/** The schema of its database with which a coordinator began to know that. */
const FIRST_SCHEMA = 8;

/** Rejects with `BAD_REQUEST` where the jobs of others could not be spared. `askedBy`: undefined where they need not be. */
export async function sureOfOthers(
  connect: () => Promise<Pick<Connection, 'request'>>,
  askedBy: string | undefined,
): Promise<{asked_by?: string}> {
  if (askedBy === undefined) return {};
  const {schema} = await (await connect()).request('Ping', {});
  if (schema >= FIRST_SCHEMA) return {asked_by: askedBy};
  throw new StintError(
    'BAD_REQUEST',
    'The coordinator is of an earlier version and cannot spare jobs of others.',
    {
      hint: 'Name the jobs, or give --others to end those of all. To replace it (jobs go on): stint shutdown',
    },
  );
}
