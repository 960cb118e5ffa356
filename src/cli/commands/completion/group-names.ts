import {readGroups} from '../../../coordinator/adapters/index.ts';
import {findStateDirectory} from '../../../platform/index.ts';
import {configuredGroups, readConfiguration} from '../../../project/index.ts';

/** The groups of jobs that there are, for completion: in a file of the bundle that others seldom need. */
export async function run(): Promise<string[]> {
  const state = findStateDirectory();
  const {set, configured} = state === undefined ? NONE : readGroups(state);
  const here = configuredGroups(await readConfiguration()) ?? {};
  const names = [set, configured, here].flatMap(limits => Object.keys(limits));
  return [...new Set(names)].sort();
}

const NONE = {set: {}, configured: {}};
