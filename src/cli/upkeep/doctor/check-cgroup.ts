/** Looks whether the cgroup of the coordinator is one that somebody else may end, and all its jobs with it. */
import {parseProcessSpace, whereIs} from '../../../base/index.ts';
import type {Health} from '../../../coordinator/client/index.ts';
import {cgroupOf, environment, isOnPath, processSpace} from '../../../platform/index.ts';
import {readConfiguration} from '../../../project/index.ts';
import {cgroupFindings} from './cgroup-standing.ts';
import type {Finding} from './finding.ts';

/** Of the coordinator that answers, else of one that this process would start. Nothing where that runs elsewhere, or on another system. */
export async function checkCgroup(health: Health | undefined): Promise<Finding[]> {
  if (process.platform !== 'linux' || isElsewhere(health)) return [];
  const facts = {
    cgroup: cgroupOf(health?.pid ?? 'self'),
    isRunning: health !== undefined,
    isAsked: await isAsked(),
    canLeave: isOnPath('systemd-run', environment().PATH),
  };
  return cgroupFindings(facts);
}

/** Its pid means nothing here. */
function isElsewhere(health: Health | undefined): boolean {
  const space = parseProcessSpace(health);
  return space !== undefined && whereIs(space, processSpace()) !== 'here';
}

async function isAsked(): Promise<boolean> {
  try {
    return (await readConfiguration())?.own_scope === true;
  } catch {
    return false; // what is wrong with it is told of the settings
  }
}
