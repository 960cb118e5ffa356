/** The groups of jobs: what is in force, and what the configuration here says. */
import {codeOf, StintError} from '../../base/index.ts';
import type {Client, Groups} from '../../coordinator/client/index.ts';
import {configuredGroups, readConfiguration} from '../../project/index.ts';

/** Every group, by name, with what the configuration here says from now on. Throws `USAGE` where that cannot be used. */
export async function groupsOf(client: Client): Promise<Groups> {
  const configured = configuredGroups(await readConfiguration());
  return told(client.request('GetGroups', configured === undefined ? {} : {configured}));
}

/** How many jobs of a group may run at once, from now on; null takes the group away. Tells all groups. */
export function setGroup(client: Client, group: string, parallel: number | null): Promise<Groups> {
  return told(client.request('SetGroup', {group, parallel}));
}

async function told(answer: Promise<{readonly groups: Groups}>): Promise<Groups> {
  try {
    return (await answer).groups;
  } catch (error) {
    if (codeOf(error) !== 'BAD_REQUEST') throw error;
    throw new StintError('BAD_REQUEST', 'The coordinator is of an earlier version and knows no groups.', {
      hint: 'Run: stint shutdown   (jobs go on), and then the same again.',
    });
  }
}
