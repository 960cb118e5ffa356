/** Who holds the lock of a state directory, for people who cannot reach it. */
import {readdirSync, readlinkSync} from 'node:fs';
import {join} from 'node:path';

import {spaceText, whereIs} from '../../base/index.ts';
import {processSpace} from '../process-space.ts';
import {readLockHolder} from './lock-holder.ts';

export interface HolderWords {
  /** The beginning of a sentence. */
  readonly who: string;
  /** What to do about it. */
  readonly hint: string;
}

/** Undefined when nobody is named, or who is named has not got it any more. */
export function holderWords(state: string): HolderWords | undefined {
  const holder = readLockHolder(state);
  if (holder === undefined) return undefined;
  const {pid, space} = holder;
  const look = `Look at ${state}/coordinator.log.`;
  const whereabouts = whereIs(space, processSpace());
  if (whereabouts !== 'here')
    return {who: `The coordinator (pid ${pid}, ${spaceText(space, whereabouts)})`, hint: look};
  if (!hasOpen(pid, join(state, 'coordinator.lock'))) return undefined;
  return {
    who: `The coordinator (pid ${pid})`,
    hint: `${look} To end it: kill ${pid}, or kill -9 ${pid} where that does nothing; its jobs go on, and the next command takes them over.`,
  };
}

/** Whether the process has the file open, where the system tells: a pid that is named may be another process by now. */
function hasOpen(pid: number, path: string): boolean {
  if (process.platform !== 'linux') return true;
  try {
    return readdirSync(`/proc/${pid}/fd`).some(fd => linkText(`/proc/${pid}/fd/${fd}`) === path);
  } catch {
    return false; // it is gone, or another user's
  }
}

function linkText(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined; // closed meanwhile
  }
}
