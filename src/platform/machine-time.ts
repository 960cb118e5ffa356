import {uptime} from 'node:os';

import {type Clock, type Moment, type Uptime, uptimeOf} from '../base/index.ts';
import {processSpace} from './process-space.ts';
import {systemClock} from './system-clock.ts';

/** For how long this machine is up, its sleep included; undefined where the system does not tell which boot it is. */
export function machineUptime(): Uptime | undefined {
  return uptimeOf(Math.round(uptimeMs()), processSpace().boot_id);
}

/** Now, by both clocks. */
export function systemMoment(clock: Clock = systemClock): Moment {
  const uptime = machineUptime();
  return {at: clock.now(), ...(uptime === undefined ? {} : {uptime})};
}

/** What `/proc/uptime` tells, where a wrapper reads it; elsewhere a clock that counts sleep as well, and finer. */
function uptimeMs(): number {
  return process.platform === 'linux' ? uptime() * 1000 : Number(process.hrtime.bigint()) / 1e6;
}
