/** Looks whether what a job's log is made from can be kept small as well: that is freed in part, by a program. */
import {environment, isOnPath} from '../../../platform/index.ts';
import type {Finding} from './finding.ts';

/** Nothing where it can. */
export function checkHoles(platform: NodeJS.Platform = process.platform): Finding[] {
  if (platform !== 'linux') return [noteOf(`files cannot be freed in part on ${platform}`)];
  if (PROGRAMS.some(program => isOnPath(program, environment().PATH))) return [];
  return [{...noteOf('neither perl nor the program fallocate is in the PATH'), hint: HINT}];
}

const PROGRAMS = ['perl', 'fallocate'];
const HINT =
  'fallocate belongs to util-linux. The coordinator looks for both in the PATH of whoever starts it.';

function noteOf(reason: string): Finding {
  const message = `logs are kept below max_log_size, but not what they are made from while a job runs: ${reason}`;
  return {level: 'note', about: 'disk', message};
}
