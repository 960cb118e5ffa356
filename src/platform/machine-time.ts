import {readFileSync} from 'node:fs';

import {type Clock, type Moment, type Uptime, uptimeOf} from '../base/index.ts';
import {processSpace} from './process-space.ts';
import {systemClock} from './system-clock.ts';

/** Seconds since the boot, sleep included, to a hundredth, and another number. Only Linux has this file; a shell can read it. */
export const UPTIME_FILE = '/proc/uptime';

/** For how long this machine is up, its sleep included; undefined where the system does not tell that, or which boot it is. */
export function machineUptime(): Uptime | undefined {
  const ms = process.platform === 'linux' ? toldByFile() : Number(process.hrtime.bigint()) / 1e6; // which there counts sleep
  return uptimeOf(ms === undefined ? undefined : Math.round(ms), processSpace().boot_id);
}

/** Now, by both clocks. */
export function systemMoment(clock: Clock = systemClock): Moment {
  const uptime = machineUptime();
  return {at: clock.now(), ...(uptime === undefined ? {} : {uptime})};
}

function toldByFile(): number | undefined {
  try {
    const seconds = /^\d+\.\d+/.exec(readFileSync(UPTIME_FILE, 'latin1'))?.[0];
    return seconds === undefined ? undefined : Number(seconds) * 1000;
  } catch {
    return undefined; // a /proc that hides it
  }
}
