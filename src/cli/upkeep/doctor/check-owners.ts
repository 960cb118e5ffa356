/** Looks for what another user left in the state directory, usually root: it cannot be used, and locks its owner out. */

import {lstatSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {shellQuoted} from '../../../base/index.ts';

import {isOwn, userName} from '../../../platform/index.ts';
import type {Finding} from './finding.ts';

/** Of jobs only their directories are looked at where they begin: those tell for themselves what cannot be read. */
export function checkOwners(state: string): Finding[] {
  const strange = [...entries(state), ...entries(join(state, 'repos')).flatMap(entries)].flatMap(path => {
    const stats = lstatSync(path, {throwIfNoEntry: false});
    return stats === undefined || isOwn(stats) ? [] : {path, owner: userName(stats.uid)};
  });
  const [first] = strange;
  if (first === undefined) return [];
  const more = strange.length === 1 ? '' : `, and ${strange.length - 1} more`;
  return [
    {
      level: 'problem',
      about: 'owner',
      message: `${first.path} belongs to ${first.owner}${more}`,
      hint: `Run: sudo chown -R --reference=${shellQuoted(state)} ${shellQuoted(state)}`,
    },
  ];
}

function entries(directory: string): string[] {
  try {
    return readdirSync(directory).map(name => join(directory, name));
  } catch {
    return []; // none yet, no directory, or one that may not be looked into, which was found to belong to somebody
  }
}
