/**
 * Ending a job's processes, and no other ones. While the wrapper lives (the FIFO says so, not its pid) its pid leads a
 * group and a session that nobody else can have. Once it is gone these numbers may belong to strangers: then only those
 * count that hold the job's spool or were born with its STINT_JOB_ID.
 */
import {setTimeout as delay} from 'node:timers/promises';

import {
  commandLine,
  listProcesses,
  type ProcessEntry,
  signalGroup,
  signalProcess,
  type WritersOf,
  wasGivenVariable,
} from '../../platform/index.ts';

export interface KillTarget {
  /** Pid of the wrapper if it lives now. */
  readonly wrapper: () => number | undefined;
  readonly spools: readonly string[];
  /** `STINT_JOB_ID=…` */
  readonly variable: string;
  readonly writersOf: WritersOf;
}

const ROUNDS = 25;
const PAUSE_MS = 20;

/**
 * Resolves with true when a wrapper has started its command, which a signal sent before would not reach: the wrapper alone
 * would catch it. With false when it has ended, or after so many looks: by default for a second.
 */
export async function commandBorn(wrapper: number, isAlive: () => boolean, looks = 50): Promise<boolean> {
  for (let look = 0; look < looks && isAlive(); look++) {
    if (hasCommand(wrapper)) return true;
    await delay(PAUSE_MS);
  }
  return false;
}

/** A child of the wrapper that runs anything else: a shell between its fork and its exec still catches signals as the wrapper does. */
function hasCommand(wrapper: number): boolean {
  const children = listProcesses().filter(({parent}) => parent === wrapper);
  if (process.platform !== 'linux') return children.length > 0;
  const own = commandLine(wrapper);
  return children.some(({pid}) => {
    const its = commandLine(pid);
    return own !== undefined && its !== undefined && !its.equals(own);
  });
}

/** TERM to the wrapper's group, and CONT, without which a stopped process would not notice. */
export function terminateGroup(wrapper: number): boolean {
  if (wrapper <= 1) return false;
  const hit = signalGroup(wrapper, 'SIGTERM');
  if (hit) signalGroup(wrapper, 'SIGCONT');
  return hit;
}

/** Kills round by round, because processes may fork meanwhile; tells how many are left. */
export async function killProcessesOf(target: KillTarget): Promise<number> {
  let left: ProcessEntry[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    left = await processesOf(target);
    if (left.length === 0) return 0;
    for (const entry of left) tryKill(entry);
    await delay(PAUSE_MS);
  }
  return left.length;
}

/**
 * What can be found of a job besides its wrapper. Processes are listed before anything is asked about them: a pid that is
 * handed out anew meanwhile then belongs to an entry of another start time, which no signal reaches.
 */
export async function processesOf({
  wrapper,
  spools,
  variable,
  writersOf,
}: KillTarget): Promise<ProcessEntry[]> {
  const listed = listProcesses();
  const alive = wrapper(); // after the list: one that lives now led that group then
  const leader = alive !== undefined && alive > 1 ? alive : undefined;
  const writing = await writersOf(spools);
  const holders = new Set(spools.flatMap(path => writing?.get(path) ?? []));
  return listed.filter(
    ({pid, group, session}) =>
      pid !== leader &&
      pid !== process.pid &&
      ((leader !== undefined && (group === leader || session === leader)) ||
        holders.has(pid) ||
        wasGivenVariable(pid, variable)),
  );
}

/** One that may not be killed (another user's) is counted as left. */
function tryKill(entry: ProcessEntry): void {
  try {
    signalProcess(entry, 'SIGKILL');
  } catch {
    // counted by the next round, which still finds it
  }
}
